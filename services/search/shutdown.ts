import type { Server } from '@grpc/grpc-js';
import { ClipidError } from '../core/errors.js';
import type { RunningCalls } from './calls.js';
import type { GrpcHealth } from './health.js';

/** For handlers to notice the abort, and for their answers to leave. */
const ABORT_GRACE_MS = 1000;
const FLUSH_MS = 250;

/**
 * Two steps: no new connections and time for the running calls to finish; then the calls that are
 * left are aborted with UNAVAILABLE, and what is still open (watchers of health, say) is closed.
 */
export async function shutDown(
  server: Server,
  health: GrpcHealth,
  calls: RunningCalls,
  drainMs: number,
): Promise<void> {
  health.drain();
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  await calls.idle(drainMs);
  calls.abortAll(new ClipidError('UNAVAILABLE', 'The server is shutting down; try another one.'));
  await calls.idle(ABORT_GRACE_MS);
  await Promise.race([closed, delay(FLUSH_MS)]);
  server.forceShutdown();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
