import type { Config } from '../config.js';
import type { ClipidError } from '../core/errors.js';
import type { ClipRow, GalleryStore } from '../gallery/port.js';
import { ClipFeed } from '../ingest/kafka/clip-feed.js';
import { TracksIntake } from '../ingest/kafka/gallery/tracks-intake.js';
import { endsOf } from '../ingest/kafka/partition-ends.js';
import type { Metrics } from '../ops/port.js';
import type { Parts } from './application.js';
import type { Surroundings } from './capabilities.js';
import { readerMaker, stateTeller, type KafkaParts } from './kafka.js';
import { patientIntake, type Intake, type MessageIntake } from './patient-intake.js';

export interface IntakeHooks {
  readonly onFailed: (error: ClipidError) => void;
  /** Of a clip that came with its tracks. */
  readonly onChanged: (clip: ClipRow) => void;
}

/** Role `all`: clips into the store's queue. Role `gallery`: tracks into the store. */
export function makeMessageIntake(
  config: Config,
  parts: Parts,
  store: GalleryStore,
  kafka: KafkaParts,
  metrics: Metrics,
  around: Surroundings,
  hooks: IntakeHooks,
): MessageIntake {
  const state = around.health.component('kafka', 'optional');
  const what = config.role === 'gallery' ? 'reading tracks' : 'reading clips';
  const onState = stateTeller(state, around.logger, what);
  const shared = { store, meter: kafka.meter, onState, onFailed: hooks.onFailed, now: Date.now };
  const intake =
    config.role === 'gallery'
      ? makeTracksIntake(config, parts, kafka, metrics, around, { ...shared, ...hooks })
      : makeClipFeed(config, parts, kafka, metrics, around, shared);
  return patientIntake(intake, state, around, hooks.onFailed);
}

function makeClipFeed(
  config: Config,
  { application, events }: Parts,
  kafka: KafkaParts,
  metrics: Metrics,
  around: Surroundings,
  shared: Omit<ConstructorParameters<typeof ClipFeed>[0], 'makeReader' | 'clips' | 'watch'>,
): Intake {
  const { clips, priority } = kafka.topics;
  const topics = priority === null ? [clips] : [clips, priority];
  const sessionMs = config.kafkaSessionSeconds * 1000;
  const oldestElsewhereMs = (): number | undefined => shared.store.oldestQueuedMs();
  const options = { groupId: config.kafkaGroup, topics, sessionMs, oldestElsewhereMs };
  const feed = new ClipFeed(
    {
      ...shared,
      makeReader: readerMaker(kafka, options, metrics, around),
      clips: application.clips,
      watch: (galleryId, clipId, listener) => events.on(galleryId, clipId, listener),
    },
    { priorityTopic: priority, maxInFlight: config.kafkaInFlight, at: kafka.at },
  );
  metrics.watchQueue('kafka in flight', () => feed.inFlightCount);
  return feed;
}

function makeTracksIntake(
  config: Config,
  { arrivals }: Parts,
  kafka: KafkaParts,
  metrics: Metrics,
  around: Surroundings,
  shared: Omit<
    ConstructorParameters<typeof TracksIntake>[0],
    'makeReader' | 'arrivals' | 'ends' | 'onUnreadable'
  >,
): Intake {
  const sessionMs = config.kafkaSessionSeconds * 1000;
  const groupId = `${config.kafkaGroup}-gallery`;
  const { tracks } = kafka.topics;
  const oldestElsewhereMs = (): number | undefined => shared.store.oldestQueuedMs();
  const tellShare = shareTeller(groupId, around);
  const options = { groupId, topics: [tracks], sessionMs, oldestElsewhereMs, shared: tellShare };
  return new TracksIntake(
    {
      ...shared,
      makeReader: readerMaker(kafka, options, metrics, around),
      arrivals,
      ends: () => endsOf(kafka.kafka, tracks),
      onUnreadable: (err, place) =>
        around.logger.error(
          { code: err.code, err, ...place },
          'a record of tracks was passed over',
        ),
    },
    { topic: tracks, maxAttempts: config.maxAttempts, at: kafka.at },
  );
}

/** Two gallery processes would each decide about half of the clips, in stores that know nothing of each other. */
function shareTeller(groupId: string, { health, logger }: Surroundings) {
  const state = health.component('gallery alone', 'optional');
  state.ready();
  return (topic: string, mine: number, all: number): void => {
    if (mine === all) {
      state.ready();
      return;
    }
    const reason = `another process reads ${all - mine} of ${all} partitions of ${topic} as ${groupId}: stop it`;
    state.notReady(reason);
    logger.error({ group: groupId, topic }, reason);
  };
}
