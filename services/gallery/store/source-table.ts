import { z } from 'zod';
import type { GalleryStore } from '../port.js';
import { blobColumn } from './columns.js';
import type { Connection } from './connection.js';

const offsetRow = z.object({ nextOffset: z.number().int() });
const partRow = z.object({ content: blobColumn });

type Methods = 'sourceOffset' | 'setSourceOffset' | 'putPart' | 'parts' | 'deleteParts';

/** How far topics were read, and what of them waits for its other parts. */
export function sourceTable(connection: Connection): Pick<GalleryStore, Methods> {
  const offset = connection.query(
    'SELECT nextOffset FROM sourceOffsets WHERE topic = @topic AND "partition" = @partition',
    offsetRow,
  );
  const setOffset = connection.command(
    `INSERT INTO sourceOffsets (topic, "partition", nextOffset) VALUES (@topic, @partition, @nextOffset)
     ON CONFLICT (topic, "partition") DO UPDATE SET nextOffset = excluded.nextOffset`,
  );
  const putPart = connection.command(
    `INSERT INTO extractedParts (submissionId, part, content) VALUES (@submissionId, @part, @content)
     ON CONFLICT DO NOTHING`,
  );
  const parts = connection.query(
    'SELECT content FROM extractedParts WHERE submissionId = @submissionId ORDER BY part',
    partRow,
  );
  const deleteParts = connection.command(
    'DELETE FROM extractedParts WHERE submissionId = @submissionId',
  );
  return {
    sourceOffset: (topic, partition) => offset.get({ topic, partition })?.nextOffset,
    setSourceOffset: (topic, partition, nextOffset) =>
      void setOffset({ topic, partition, nextOffset }),
    putPart: (submissionId, part, content) => void putPart({ submissionId, part, content }),
    parts: (submissionId) => parts.all({ submissionId }).map((row) => row.content),
    deleteParts: (submissionId) => void deleteParts({ submissionId }),
  };
}
