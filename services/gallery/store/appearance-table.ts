import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import { DECISIONS } from '../../core/types.js';
import type { AppearanceRow, GalleryStore } from '../port.js';
import { parseAppearanceKey } from '../page-key.js';
import { clipNotFound } from './clip-table.js';
import { checkedLimit, estimateColumn, faceSchema, jsonColumn } from './columns.js';
import type { Connection } from './connection.js';
import { identityNotFound } from './identity-table.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';

const appearanceRow: z.ZodType<AppearanceRow> = z.object({
  galleryId: z.string(),
  clipId: z.string(),
  trackIndex: z.number().int(),
  templateId: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  qualityMin: z.number(),
  qualityMax: z.number(),
  qualityKind: z.string(),
  decision: z.enum(DECISIONS),
  identityId: z.string().nullable(),
  similarity: z.number().nullable(),
  estimatedFpr: estimateColumn.nullable(),
  faces: jsonColumn(z.array(faceSchema)),
});

type Methods =
  | 'putAppearances'
  | 'appearancesOfClip'
  | 'appearancesOfIdentity'
  | 'appearanceOfTemplate'
  | 'setDecision';

export function appearanceTable(connection: Connection): Pick<GalleryStore, Methods> {
  const select = (where: string) =>
    connection.query(
      `SELECT * FROM appearances WHERE galleryId = @galleryId AND ${where}`,
      appearanceRow,
    );
  const byClip = select('clipId = @clipId ORDER BY trackIndex');
  const byTemplate = select('templateId = @templateId');
  const byIdentity = select(
    `identityId = @identityId AND (clipId, trackIndex) > (@clipId, @trackIndex)
     ORDER BY clipId, trackIndex LIMIT @limit`,
  );
  return {
    putAppearances: appearanceWriter(connection),
    appearancesOfClip: (galleryId, clipId) => byClip.all({ galleryId, clipId }),
    appearancesOfIdentity: (galleryId, identityId, { limit, after }) =>
      byIdentity.all({
        galleryId,
        identityId,
        ...parseAppearanceKey(after),
        limit: checkedLimit(limit),
      }),
    appearanceOfTemplate: (galleryId, templateId) => byTemplate.get({ galleryId, templateId }),
    setDecision: decisionSetter(connection),
  };
}

/** A track that is there already stays as it is: a replay must not undo a later decision. */
function appearanceWriter(connection: Connection): GalleryStore['putAppearances'] {
  const insert = connection.command(
    `INSERT INTO appearances (galleryId, clipId, trackIndex, templateId, startMs, endMs,
       qualityMin, qualityMax, qualityKind, decision, identityId, similarity, estimatedFpr, faces)
     VALUES (@galleryId, @clipId, @trackIndex, @templateId, @startMs, @endMs,
       @qualityMin, @qualityMax, @qualityKind, @decision, @identityId, @similarity, @estimatedFpr, @faces)
     ON CONFLICT (galleryId, clipId, trackIndex) DO NOTHING`,
  );
  return (rows) =>
    connection.transaction(() => {
      for (const row of rows) {
        const columns = { ...withEstimate(row), faces: JSON.stringify(row.faces) };
        replaceError(
          isMissingParent,
          () => clipOrIdentityNotFound(row),
          () => insert(columns),
        );
      }
    });
}

function decisionSetter(connection: Connection): GalleryStore['setDecision'] {
  const set = connection.command(
    `UPDATE appearances SET decision = @decision, identityId = @identityId, similarity = @similarity,
       estimatedFpr = @estimatedFpr
     WHERE galleryId = @galleryId AND clipId = @clipId AND trackIndex = @trackIndex`,
  );
  return (row) => {
    const changed = replaceError(
      isMissingParent,
      () => identityNotFound(row.identityId ?? ''),
      () => set(withEstimate(row)),
    );
    if (changed === 0) throw clipNotFound(row.clipId);
  };
}

function withEstimate(row: Pick<AppearanceRow, 'estimatedFpr'>): Record<string, unknown> {
  const { estimatedFpr } = row;
  return { ...row, estimatedFpr: estimatedFpr === null ? null : JSON.stringify(estimatedFpr) };
}

/** SQLite does not say which of the two parents is missing. */
function clipOrIdentityNotFound(row: AppearanceRow): ClipidError {
  if (row.identityId === null) return clipNotFound(row.clipId);
  const message = `Clip ${row.clipId} or identity ${row.identityId} is not there any more.`;
  return new ClipidError('CLIP_NOT_FOUND', message, { field: 'clip_id' });
}
