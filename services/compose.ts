import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { packageVersion, type Config } from './config.js';
import type { ClipidError } from './core/errors.js';
import { makeApplication, type Parts } from './composition/application.js';
import { startCapabilities, type Surroundings } from './composition/capabilities.js';
import { makeIntake, watchFolder } from './composition/intake.js';
import { ensureGallery, testIndexes, watchCounts } from './composition/readiness.js';
import { NO_ANNOUNCER } from './identify/ports-in.js';
import { Lifecycle } from './lifecycle.js';
import { Health } from './ops/health.js';
import { startHttpServer } from './ops/http-server.js';
import { createLogger } from './ops/logger.js';
import { createMetrics } from './ops/metrics.js';
import type { Logger, Metrics } from './ops/port.js';
import { startGrpcServer, type GrpcServer } from './search/server.js';
import type { FetchPolicy } from './video/fetch-policy.js';

export interface ServiceOptions {
  readonly config: Config;
  /** `host:port` (port 0: any that is free) or `unix:/path`. */
  readonly grpcAddress: string;
  /** Null for no HTTP. */
  readonly httpAddress: string | null;
  /** A folder whose clips are ingested as they come, into `config.watchGallery`. */
  readonly watch: string | null;
  /** The caller is the user of this machine: any file that they may read may be named. */
  readonly allowAnyFile?: boolean;
  readonly logger?: Logger;
  readonly onProgress?: (progress: ServiceProgress) => void;
  /** The intake stopped for good (disk full, models lost): the process should end. */
  readonly onFatal?: (error: ClipidError) => void;
}

export interface ServiceProgress {
  readonly galleryId: string;
  readonly clipId: string;
  readonly uri: string;
  readonly timestampMs: number;
  readonly durationMs: number;
  readonly faceCount: number;
}

export interface RunningService {
  readonly grpcAddress: string;
  readonly httpAddress: string | null;
  readonly bundleId: string;
  /** Unready first, then everything in reverse order under a deadline. Safe to call twice. */
  close(): Promise<void>;
}

/** Longest request and response; an image of 16 MiB fits with room. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Beyond the grace period, for closing what does no work any more. */
const CLOSE_EXTRA_MS = 5000;

/**
 * Starts the whole service in this process; resolves when it is ready: networks warm, indexes tested.
 * Throws DATA_LOCKED, BUNDLE_INVALID, TOOL_MISSING, UNAVAILABLE (an address in use), STORE_FAILED;
 * whatever had been started is closed again.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { config } = options;
  const logger = options.logger ?? createLogger({ level: config.logLevel });
  const lifecycle = new Lifecycle(logger, config.graceSeconds * 1000 + CLOSE_EXTRA_MS);
  try {
    return await start(options, { logger, lifecycle, health: new Health() });
  } catch (thrown) {
    await lifecycle.close();
    throw thrown;
  }
}

async function start(options: ServiceOptions, around: Surroundings): Promise<RunningService> {
  const { config } = options;
  const { health, lifecycle, logger } = around;
  const metrics = createMetrics();
  const httpAddress = await startHttp(options.httpAddress, metrics, around);
  const capabilities = await startCapabilities(config, policyOf(options), metrics, around);
  const { store, indexes } = capabilities;
  const parts = makeApplication(config, capabilities, metrics, NO_ANNOUNCER);
  const { bundleId } = parts.application;
  const runner = makeIntake(intakeOptions(options, logger), parts, store, metrics, around);
  await ensureGallery(parts.application, store, config.watchGallery);
  await testIndexes(store, indexes, bundleId, health.component('index'));
  watchCounts(store, metrics);
  metrics.setBuild(packageVersion(), bundleId);
  const grpc = await startGrpc(options, parts, metrics, around);
  store.announce(grpc.address);
  runner.start();
  if (options.watch !== null) {
    watchFolder(options.watch, config.watchGallery, parts, lifecycle, logger);
  }
  health.started();
  logger.info({ grpc: grpc.address, http: httpAddress, bundle: bundleId }, 'ready');
  const close = (): Promise<void> => {
    health.draining();
    return lifecycle.close();
  };
  return { grpcAddress: grpc.address, httpAddress, bundleId, close };
}

/** Health answers from the first moment, so that a start that takes long is seen as one. */
async function startHttp(
  address: string | null,
  metrics: Metrics,
  { health, lifecycle, logger }: Surroundings,
): Promise<string | null> {
  if (address === null) return null;
  const colon = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  const server = await startHttpServer({ host, port, health, metrics, logger });
  lifecycle.add('http', server, (one) => one.close());
  return `${host}:${server.port}`;
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

/** Which files and hosts a uri may reach (invariant 7). The watched folder is made if need be. */
function policyOf({ config, allowAnyFile = false, watch }: ServiceOptions): FetchPolicy {
  const { allowedHosts, maxClipBytes: maxBytes } = config;
  if (watch !== null) mkdirSync(watch, { recursive: true });
  const folders = [...config.allowedFolders, ...(watch === null ? [] : [watch])];
  const allowedFolders = allowAnyFile ? 'any' : folders.map((folder) => resolve(folder));
  return { allowedFolders, allowedHosts, maxBytes };
}

function intakeOptions(
  { config, onProgress, onFatal }: ServiceOptions,
  logger: Logger,
): Parameters<typeof makeIntake>[0] {
  return {
    config,
    announcer: NO_ANNOUNCER,
    onProgress: ({ galleryId, clipId, uri }, { timestampMs, durationMs, faceCount }) =>
      onProgress?.({ galleryId, clipId, uri, timestampMs, durationMs, faceCount }),
    onFatal: (err) => {
      logger.fatal({ code: err.code, err }, 'the intake has stopped; clips stay queued');
      onFatal?.(err);
    },
  };
}
