import { z } from 'zod';
import type { ClipTracks, Track } from '../../core/types.js';
import type { GalleryStore } from '../port.js';
import { clipNotFound } from './clip-table.js';
import { blobColumn, blobToVector, faceSchema, jsonColumn, vectorToBlob } from './columns.js';
import type { Connection } from './connection.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';

/** A ClipTracks without its vectors, which lie one after the other in the BLOB beside it. */
const summarySchema = z.object({
  bundleId: z.string(),
  /** Absent in what an older version left behind. */
  qualityKind: z.string().default('heuristic'),
  durationMs: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
  frameCount: z.number(),
  warnings: z.array(z.string()),
  tracks: z.array(
    z.object({
      trackIndex: z.number(),
      startMs: z.number(),
      endMs: z.number(),
      faces: z.array(faceSchema),
    }),
  ),
});

const extractionRow = z.object({
  galleryId: z.string(),
  clipId: z.string(),
  summary: jsonColumn(summarySchema),
  dimension: z.number().int(),
  vectors: blobColumn,
});

type Methods = 'putExtraction' | 'nextExtraction' | 'deleteExtraction';

export function extractionTable(connection: Connection): Pick<GalleryStore, Methods> {
  const put = connection.command(
    `INSERT INTO extractions (galleryId, clipId, summary, dimension, vectors)
     VALUES (@galleryId, @clipId, @summary, @dimension, @vectors)
     ON CONFLICT (galleryId, clipId) DO UPDATE
     SET summary = excluded.summary, dimension = excluded.dimension, vectors = excluded.vectors`,
  );
  const next = connection.query(
    'SELECT * FROM extractions ORDER BY sequence LIMIT 1',
    extractionRow,
  );
  const remove = connection.command(
    'DELETE FROM extractions WHERE galleryId = @galleryId AND clipId = @clipId',
  );
  return {
    putExtraction: (tracks) =>
      void replaceError(
        isMissingParent,
        () => clipNotFound(tracks.clipId),
        () => put(toColumns(tracks)),
      ),
    nextExtraction: () => {
      const row = next.get();
      return row === undefined ? undefined : fromColumns(row);
    },
    deleteExtraction: (galleryId, clipId) => void remove({ galleryId, clipId }),
  };
}

function toColumns(extraction: ClipTracks): Record<string, unknown> {
  const { galleryId, clipId, tracks, ...rest } = extraction;
  const dimension = tracks[0]?.template.length ?? 0;
  const vectors = new Float32Array(tracks.length * dimension);
  tracks.forEach((track, position) => vectors.set(track.template, position * dimension));
  const summary = JSON.stringify({ ...rest, tracks: tracks.map(withoutTemplate) });
  return { galleryId, clipId, summary, dimension, vectors: vectorToBlob(vectors) };
}

function withoutTemplate({ trackIndex, startMs, endMs, faces }: Track): Omit<Track, 'template'> {
  return { trackIndex, startMs, endMs, faces };
}

function fromColumns(row: z.infer<typeof extractionRow>): ClipTracks {
  const { galleryId, clipId, dimension } = row;
  const { tracks, ...rest } = row.summary;
  const vectors = blobToVector(row.vectors, tracks.length * dimension);
  const complete = tracks.map((track, position) => ({
    ...track,
    template: vectors.slice(position * dimension, (position + 1) * dimension),
  }));
  return { galleryId, clipId, ...rest, tracks: complete };
}
