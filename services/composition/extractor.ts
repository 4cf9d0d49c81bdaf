import type { Config } from '../config.js';
import { Extraction } from '../ingest/kafka/extract/extraction.js';
import { MessageWork } from '../ingest/kafka/extract/message-work.js';
import { Outcomes } from '../ingest/kafka/extract/outcome.js';
import type { Metrics } from '../ops/port.js';
import { makeExtractor } from './application.js';
import {
  startExtractCapabilities,
  type ExtractCapabilities,
  type Surroundings,
} from './capabilities.js';
import { ClipMeter } from './clip-meter.js';
import { fetchPolicyOf } from './fetch-policy.js';
import { makeKafka, readerMaker, stateTeller, type KafkaParts } from './kafka.js';
import { patientIntake } from './patient-intake.js';
import { fatalTeller, type RunningRole, type ServiceOptions } from './service-options.js';
import { privateTemporaryFolder } from './temporary-folder.js';

/** Role `extract`: clips from Kafka to tracks in Kafka; no store, no calls, nothing on its disk that stays. */
export async function startExtractor(
  options: ServiceOptions,
  metrics: Metrics,
  around: Surroundings,
): Promise<RunningRole> {
  const { config } = options;
  const kafka = makeKafka(config, metrics, around.logger);
  if (kafka === null) throw new Error('the settings were checked to name brokers');
  const folder = await privateTemporaryFolder(around.lifecycle);
  const policy = fetchPolicyOf(options);
  const capabilities = await startExtractCapabilities(config, policy, folder, metrics, around);
  const extraction = makeExtraction(options, capabilities, kafka, metrics, around);
  const state = around.health.component('kafka');
  const intake = patientIntake(extraction, state, around, fatalTeller(options, around.logger));
  intake.start();
  return {
    bundleId: capabilities.vision.bundleId,
    grpcAddress: '',
    drain: () => intake.drain(),
  };
}

function makeExtraction(
  options: ServiceOptions,
  capabilities: ExtractCapabilities,
  kafka: KafkaParts,
  metrics: Metrics,
  around: Surroundings,
): Extraction {
  const { config } = options;
  const { topics } = kafka;
  const isRetryTopic = (topic: string): boolean => topics.retries.includes(topic);
  const readTopics = [topics.clips, ...(topics.priority === null ? [] : [topics.priority])];
  const reading = {
    groupId: config.kafkaGroup,
    topics: [...readTopics, ...topics.retries],
    sessionMs: config.kafkaSessionSeconds * 1000,
  };
  const { logger } = around;
  const extraction = new Extraction(
    {
      makeReader: readerMaker(kafka, reading, metrics, around),
      owned: {
        kafka: kafka.kafka,
        groupId: config.kafkaGroup,
        onTrouble: (err) => logger.warn({ code: err.code, err }, 'a transaction is tried again'),
      },
      work: makeWork(config, capabilities, kafka, metrics, around),
      meter: kafka.meter,
      onState: stateTeller(around.health.component('kafka'), logger, 'reading clips'),
      onFailed: fatalTeller(options, logger),
      now: Date.now,
    },
    {
      concurrency: config.clipConcurrency,
      maxInFlight: config.kafkaInFlight,
      priorityTopic: topics.priority,
      isRetryTopic,
      graceMs: config.graceSeconds * 1000,
    },
  );
  metrics.watchQueue('kafka in flight', () => extraction.inFlightCount);
  return extraction;
}

function makeWork(
  config: Config,
  capabilities: ExtractCapabilities,
  { topics, meter, at }: KafkaParts,
  metrics: Metrics,
  { logger }: Surroundings,
): MessageWork {
  const extractor = makeExtractor(config, capabilities);
  const clipMeter = new ClipMeter(metrics, logger);
  return new MessageWork({
    extract: (job, signal) =>
      extractor.fromJob(job, signal, (progress) => clipMeter.frame(progress)),
    outcomes: new Outcomes(topics, at),
    meter,
    isRetryTopic: (topic) => topics.retries.includes(topic),
    maxAttempts: config.maxAttempts,
    framesPerSecond: config.framesPerSecond,
    now: Date.now,
  });
}
