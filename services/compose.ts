import { startExtractor } from './composition/extractor.js';
import { startKeeper } from './composition/keeper.js';
import type { Surroundings } from './composition/capabilities.js';
import type { ServiceOptions } from './composition/service-options.js';
import { packageVersion } from './config.js';
import { Lifecycle } from './lifecycle.js';
import { Health } from './ops/health.js';
import { startHttpServer } from './ops/http-server.js';
import { createLogger } from './ops/logger.js';
import { createMetrics } from './ops/metrics.js';
import type { Metrics } from './ops/port.js';

export type { ServiceOptions, ServiceProgress } from './composition/service-options.js';

export interface RunningService {
  /** '' where the role serves no calls. */
  readonly grpcAddress: string;
  readonly httpAddress: string | null;
  readonly bundleId: string;
  /** Unready first, then everything in reverse order under a deadline. Safe to call twice. */
  close(): Promise<void>;
}

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
  const metrics = createMetrics();
  const httpAddress = await startHttp(options.httpAddress, metrics, around);
  const running =
    options.config.role === 'extract'
      ? await startExtractor(options, metrics, around)
      : await startKeeper(options, metrics, around);
  metrics.setBuild(packageVersion(), running.bundleId);
  around.health.started();
  const { bundleId: bundle, grpcAddress: grpc } = running;
  around.logger.info({ role: options.config.role, grpc, http: httpAddress, bundle }, 'ready');
  const close = (): Promise<void> => {
    around.health.draining();
    running.drain();
    return around.lifecycle.close();
  };
  return { grpcAddress: grpc, httpAddress, bundleId: bundle, close };
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
