import type { Config } from '../../../services/config.js';
import type { KafkaParts } from '../../../services/composition/kafka.js';
import type { ClipJob, ClipTracks } from '../../../services/core/types.js';
import type { ClipRow } from '../../../services/gallery/port.js';
import type { SubmitClip } from '../../../services/identify/port.js';
import { ClipFeed } from '../../../services/ingest/kafka/clip-feed.js';
import {
  TopicReader,
  type ReaderListener,
} from '../../../services/ingest/kafka/consume/topic-reader.js';
import { Extraction } from '../../../services/ingest/kafka/extract/extraction.js';
import { MessageWork } from '../../../services/ingest/kafka/extract/message-work.js';
import { Outcomes } from '../../../services/ingest/kafka/extract/outcome.js';
import type { Subject } from './subject.js';

const DONE: ClipRow = {
  ...{
    galleryId: '',
    clipId: '',
    uri: '',
    state: 'DONE',
    enrolAs: null,
    metadata: {},
    attempts: 1,
  },
  ...{ sampling: { framesPerSecond: 8 }, notBeforeMs: 0, errorCode: null, errorText: null },
  ...{ bundleId: 'bench', durationMs: 1000, widthPx: 640, heightPx: 360, frameCount: 8 },
  ...{ warnings: [], submissionId: 'bench', priority: 'NORMAL', notAfterMs: null, requestedMs: 0 },
  ...{ submittedMs: 0, begunMs: 0, extractedMs: 0, updatedMs: 0 },
  ...{ traceparent: null, tracestate: null },
};

/** What a role is made of in the service, but for the work itself. */
export interface Surroundings {
  readonly config: Config;
  readonly kafka: KafkaParts;
}

/** Role `all` whose clips are at their end at once: what reading, taking and committing cost. */
export function clipFeed({ config, kafka }: Surroundings, messages: number): Subject {
  const start = async (groupId: string): Promise<() => Promise<void>> => {
    const feed = new ClipFeed(
      {
        makeReader: readerOf({ config, kafka }, groupId),
        store: { appendOutbox: unexpected, oldestQueuedMs: () => undefined },
        clips: { submit: doneAtOnce },
        watch: unexpected,
        ...{ meter: kafka.meter, onState: () => undefined, onFailed: unexpected, now: Date.now },
      },
      { priorityTopic: null, maxInFlight: config.kafkaInFlight, at: kafka.at },
    );
    await feed.start();
    return () => feed.close();
  };
  return { name: 'role all, nothing to do', messages, start };
}

/** Role `extract` whose clips have no faces, which it knows at once: what its transactions cost. */
export function extraction(
  { config, kafka }: Surroundings,
  { messages, concurrency }: { readonly messages: number; readonly concurrency: number },
): Subject {
  const start = async (groupId: string): Promise<() => Promise<void>> => {
    const role = new Extraction(
      {
        makeReader: readerOf({ config, kafka }, groupId),
        owned: { kafka: kafka.kafka, groupId, onTrouble: unexpected },
        work: workWithout(config, kafka),
        ...{ meter: kafka.meter, onState: () => undefined, onFailed: unexpected, now: Date.now },
      },
      {
        ...{ concurrency, maxInFlight: config.kafkaInFlight, priorityTopic: null },
        ...{ isRetryTopic: () => false, graceMs: 1000 },
      },
    );
    await role.start();
    return () => role.close();
  };
  return { name: `role extract, nothing to do, ${concurrency} at a time`, messages, start };
}

function readerOf({ config, kafka }: Surroundings, groupId: string) {
  const sessionMs = config.kafkaSessionSeconds * 1000;
  return (listener: ReaderListener) =>
    new TopicReader(kafka.kafka, { groupId, topics: [kafka.topics.clips], sessionMs }, listener);
}

function workWithout(config: Config, { topics, at, meter }: KafkaParts): MessageWork {
  return new MessageWork({
    extract: (job) => Promise.resolve(noTracks(job)),
    outcomes: new Outcomes(topics, at),
    ...{ meter, maxAttempts: config.maxAttempts, framesPerSecond: config.framesPerSecond },
    ...{ isRetryTopic: () => false, now: Date.now },
  });
}

function noTracks({ clipId, galleryId }: ClipJob): ClipTracks {
  return {
    ...{ clipId, galleryId, bundleId: 'bench', qualityKind: 'heuristic', durationMs: 1000 },
    ...{ widthPx: 640, heightPx: 360, frameCount: 8, warnings: [], tracks: [] },
  };
}

function doneAtOnce({ galleryId, clipId = '', uri }: SubmitClip): ClipRow {
  return { ...DONE, galleryId, clipId, uri };
}

/** Ends the program: a measurement in which this happens is worth nothing. */
function unexpected(...what: readonly unknown[]): never {
  throw new Error('this was not to happen in a measurement', { cause: what[0] });
}
