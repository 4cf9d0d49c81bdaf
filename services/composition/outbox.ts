import type { ClipidError } from '../core/errors.js';
import type { GalleryStore } from '../gallery/port.js';
import { NO_ANNOUNCER, type Announcer } from '../identify/ports-in.js';
import { OutboxPublisher } from '../ingest/kafka/outbox-publisher.js';
import { OutboxAnnouncer } from '../ingest/messages/outbox-announcer.js';
import type { Component } from '../ops/health.js';
import type { Logger, Metrics } from '../ops/port.js';
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
  { health, lifecycle, logger }: Surroundings,
  onFailed: (error: ClipidError) => void,
): void {
  const names = {
    IDENTIFICATIONS: topics.identifications,
    STATUS: topics.status,
    DEAD_LETTERS: topics.deadLetters,
  };
  const state = health.component('kafka events', 'optional');
  state.ready();
  const publisher = new OutboxPublisher(
    kafka,
    store,
    { topics: names, flushMs: FLUSH_MS },
    {
      sent: (topic, count) => meter.sent(topic, count),
      troubled: (err) => tellTrouble(err, state, logger),
      failed: onFailed,
    },
  );
  metrics.watchQueue('outbox', () => store.countOutbox());
  publisher.start();
  lifecycle.add('outbox', publisher, (one) => one.close());
}

/** Nothing is lost: who must act is the operator, and sees why here. */
function tellTrouble(err: ClipidError | undefined, state: Component, logger: Logger): void {
  if (err === undefined) {
    state.ready();
    logger.info({}, 'events leave again');
  } else {
    state.notReady(`events wait: ${err.message}`);
    logger.warn({ code: err.code, err }, 'events wait in the outbox');
  }
}
