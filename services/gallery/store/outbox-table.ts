import { z } from 'zod';
import { OUTBOX_TOPICS, type GalleryStore, type OutboxRow } from '../port.js';
import {
  blobColumn,
  checkedLimit,
  countColumn,
  headersColumn,
  headersToColumn,
} from './columns.js';
import type { Connection } from './connection.js';

const outboxRow: z.ZodType<OutboxRow> = z.object({
  eventId: z.string(),
  topic: z.enum(OUTBOX_TOPICS),
  key: blobColumn.nullable(),
  payload: blobColumn.nullable(),
  headers: headersColumn,
  createdMs: z.number(),
});

type Methods = 'appendOutbox' | 'outbox' | 'countOutbox' | 'deleteOutbox';

/** Events wait here in the order they were written; one whose id waits already is not added again. */
export function outboxTable(connection: Connection): Pick<GalleryStore, Methods> {
  const insert = connection.command(
    `INSERT INTO outbox (eventId, topic, "key", payload, headers, createdMs)
     VALUES (@eventId, @topic, @key, @payload, @headers, @createdMs) ON CONFLICT (eventId) DO NOTHING`,
  );
  const first = connection.query('SELECT * FROM outbox ORDER BY sequence LIMIT @limit', outboxRow);
  const count = connection.query('SELECT count(*) AS count FROM outbox', countColumn);
  const remove = connection.command('DELETE FROM outbox WHERE eventId = @eventId');
  return {
    appendOutbox: (rows) =>
      connection.transaction(() => {
        for (const row of rows) insert({ ...row, headers: headersToColumn(row.headers) });
      }),
    outbox: (limit) => first.all({ limit: checkedLimit(limit) }),
    countOutbox: () => count.get()?.count ?? 0,
    deleteOutbox: (eventIds) =>
      connection.transaction(() => {
        for (const eventId of eventIds) remove({ eventId });
      }),
  };
}
