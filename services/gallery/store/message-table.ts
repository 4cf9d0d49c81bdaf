import { z } from 'zod';
import type { SourceMessage } from '../../core/source-message.js';
import type { GalleryStore } from '../port.js';
import { clipNotFound } from './clip-table.js';
import { blobColumn, headersColumn, headersToColumn } from './columns.js';
import type { Connection } from './connection.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';

const messageRow: z.ZodType<SourceMessage> = z.object({
  topic: z.string(),
  partition: z.number().int(),
  offset: z.number().int(),
  timestampMs: z.number(),
  key: blobColumn.nullable(),
  value: blobColumn.nullable(),
  headers: headersColumn,
});

type Methods = 'putMessage' | 'message' | 'deleteMessage';

/** The messages that clips came with: they go with the clip's row. */
export function messageTable(connection: Connection): Pick<GalleryStore, Methods> {
  const put = connection.command(
    `INSERT OR REPLACE INTO messages
       (galleryId, clipId, topic, "partition", "offset", timestampMs, "key", value, headers)
     VALUES (@galleryId, @clipId, @topic, @partition, @offset, @timestampMs, @key, @value, @headers)`,
  );
  const one = connection.query(
    'SELECT * FROM messages WHERE galleryId = @galleryId AND clipId = @clipId',
    messageRow,
  );
  const remove = connection.command(
    'DELETE FROM messages WHERE galleryId = @galleryId AND clipId = @clipId',
  );
  return {
    putMessage: (galleryId, clipId, message) =>
      void replaceError(
        isMissingParent,
        () => clipNotFound(clipId),
        () => put({ ...message, galleryId, clipId, headers: headersToColumn(message.headers) }),
      ),
    message: (galleryId, clipId) => one.get({ galleryId, clipId }),
    deleteMessage: (galleryId, clipId) => void remove({ galleryId, clipId }),
  };
}
