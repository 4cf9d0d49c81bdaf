import { z } from 'zod';
import type { GalleryStore, OutboxRow } from '../port.js';
import { blobColumn, checkedLimit } from './columns.js';
import type { Connection } from './connection.js';

const outboxRow: z.ZodType<OutboxRow> = z.object({
  eventId: z.string(),
  topic: z.string(),
  key: z.string(),
  payload: blobColumn,
  createdMs: z.number(),
});

type Methods = 'appendOutbox' | 'outbox' | 'deleteOutbox';

/** Events wait here in the order they were written; one whose id waits already is not added again. */
export function outboxTable(connection: Connection): Pick<GalleryStore, Methods> {
  const insert = connection.command(
    `INSERT INTO outbox (eventId, topic, key, payload, createdMs)
     VALUES (@eventId, @topic, @key, @payload, @createdMs) ON CONFLICT (eventId) DO NOTHING`,
  );
  const first = connection.query('SELECT * FROM outbox ORDER BY sequence LIMIT @limit', outboxRow);
  const remove = connection.command('DELETE FROM outbox WHERE eventId = @eventId');
  return {
    appendOutbox: (rows) =>
      connection.transaction(() => {
        for (const row of rows) insert({ ...row });
      }),
    outbox: (limit) => first.all({ limit: checkedLimit(limit) }),
    deleteOutbox: (eventIds) =>
      connection.transaction(() => {
        for (const eventId of eventIds) remove({ eventId });
      }),
  };
}
