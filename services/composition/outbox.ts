import type { ClipidError } from '../core/errors.js';
import type { GalleryStore } from '../gallery/port.js';
import { NO_ANNOUNCER, type Announcer } from '../identify/ports-in.js';
import { OutboxPublisher } from '../ingest/kafka/outbox-publisher.js';
import { OutboxAnnouncer } from '../ingest/messages/outbox-announcer.js';
import type { Metrics } from '../ops/port.js';
import type { Surroundings } from './capabilities.js';
import type { KafkaParts } from './kafka.js';

/** Without brokers nobody listens, and nothing is to pile up in the outbox. */
export function makeAnnouncer(store: GalleryStore, parts: KafkaParts | null): Announcer {
  return parts === null ? NO_ANNOUNCER : new OutboxAnnouncer(store, parts.at);
}

const FLUSH_MS = 5000;

/** Sends events as they are written; to be added to the lifecycle before what writes them. */
export function startPublisher(
  store: GalleryStore,
  { kafka, topics, meter }: KafkaParts,
  metrics: Metrics,
  { lifecycle, logger }: Surroundings,
  onFailed: (error: ClipidError) => void,
): void {
  const names = {
    IDENTIFICATIONS: topics.identifications,
    STATUS: topics.status,
    DEAD_LETTERS: topics.deadLetters,
  };
  const publisher = new OutboxPublisher(
    kafka,
    store,
    { topics: names, flushMs: FLUSH_MS },
    {
      sent: (topic, count) => meter.sent(topic, count),
      troubled: (err) =>
        err === undefined
          ? logger.info({}, 'events leave again')
          : logger.warn({ code: err.code, err }, 'events wait in the outbox'),
      failed: onFailed,
    },
  );
  metrics.watchQueue('outbox', () => store.countOutbox());
  publisher.start();
  lifecycle.add('outbox', publisher, (one) => one.close());
}
