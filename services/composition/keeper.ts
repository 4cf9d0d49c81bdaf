import type { ClipRow } from '../gallery/port.js';
import type { Metrics } from '../ops/port.js';
import { startGrpcServer, type GrpcServer } from '../search/server.js';
import { makeApplication, type Parts } from './application.js';
import { startCapabilities, type Surroundings } from './capabilities.js';
import { ClipMeter } from './clip-meter.js';
import { fetchPolicyOf } from './fetch-policy.js';
import { makeIntake, watchFolder } from './intake.js';
import { makeKafka } from './kafka.js';
import { makeMessageIntake } from './message-intake.js';
import { makeAnnouncer, startPublisher } from './outbox.js';
import { startRecalibration } from './recalibration.js';
import { ageOfOldest, ensureGallery, testIndexes, watchCounts } from './readiness.js';
import { fatalTeller, type RunningRole, type ServiceOptions } from './service-options.js';

/** Longest request and response; an image of 16 MiB fits with room. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;

/** Roles `all` and `gallery`: a store, indexes, calls; and what comes over Kafka. */
export async function startKeeper(
  options: ServiceOptions,
  metrics: Metrics,
  around: Surroundings,
): Promise<RunningRole> {
  const { config } = options;
  const { health, lifecycle, logger } = around;
  const kafka = makeKafka(config, metrics, logger);
  const capabilities = await startCapabilities(config, fetchPolicyOf(options), metrics, around);
  const { store, indexes } = capabilities;
  const announcer = makeAnnouncer(store, kafka);
  const parts = makeApplication(config, capabilities, metrics, announcer);
  const { bundleId } = parts.application;
  const onFailed = fatalTeller(options, logger);
  if (kafka !== null) startPublisher(store, kafka, metrics, around, onFailed);
  const meter = new ClipMeter(metrics, logger);
  const onChanged = (clip: ClipRow): void => {
    meter.clipChanged(clip);
    parts.events.changed(clip);
  };
  const hooks = { onFailed, onChanged };
  metrics.watchOldest(() => ageOfOldest([store.oldestQueuedMs()]));
  const messages = kafka && makeMessageIntake(config, parts, store, kafka, metrics, around, hooks);
  const runner = makeIntake({ ...options, announcer, meter, ...hooks }, parts, store, around);
  await ensureGallery(parts.application, store, config.watchGallery);
  await testIndexes(store, indexes, bundleId, health.component('index'));
  watchCounts(store, metrics);
  const grpc = await startGrpc(options, parts, metrics, around);
  store.announce(grpc.address);
  runner.start();
  messages?.start();
  startRecalibration(
    store,
    parts.application.calibrations,
    config.recalibrateMinutes,
    lifecycle,
    logger,
  );
  if (options.watch !== null) {
    watchFolder(options.watch, config.watchGallery, parts, lifecycle, logger);
  }
  const drain = (): void => {
    messages?.drain();
    runner.drain();
  };
  return { bundleId, grpcAddress: grpc.address, drain };
}

async function startGrpc(
  { config, grpcAddress }: ServiceOptions,
  { application }: Parts,
  metrics: Metrics,
  { health, lifecycle, logger }: Surroundings,
): Promise<GrpcServer> {
  const server = await startGrpcServer({
    address: grpcAddress,
    application,
    readiness: health,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    drainMs: config.graceSeconds * 1000,
    logger,
    onCall: (...call) => metrics.rpcServed(...call),
  });
  return lifecycle.add('grpc', server, (one) => one.close());
}
