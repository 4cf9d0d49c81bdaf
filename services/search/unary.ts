import { status, type handleUnaryCall, type ServerUnaryCall } from '@grpc/grpc-js';
import { ClipidError, toClipidError } from '../core/errors.js';
import type { RunningCalls } from './calls.js';
import { GRPC_STATUS_OF, statusName } from './status-codes.js';
import { showError, toStatus } from './status.js';

/** Takes facts and a sentence; a pino logger is one. */
export interface CallLogger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Told of every finished call: `clipid.v1.SearchService/SearchFaces`, `OK`, milliseconds. */
export type OnCall = (method: string, code: string, durationMs: number) => void;

export interface CallHooks {
  readonly calls: RunningCalls;
  readonly logger: CallLogger;
  readonly onCall: OnCall;
}

/** The work of one call; `signal` aborts when the caller left, the deadline passed or we must stop. */
export type Handle<Request, Response> = (
  request: Request,
  signal: AbortSignal,
) => Response | Promise<Response>;

/** Makes a gRPC handler of a plain function. */
export type Unary = <Request, Response>(
  handle: Handle<Request, Response>,
) => handleUnaryCall<Request, Response>;

/** Every handler goes through here: signal, errors, duration and log are the same for all. */
export function createUnary(hooks: CallHooks): Unary {
  return (handle) => (call, callback) => {
    const startedMs = performance.now();
    const finish = (error?: ClipidError): void =>
      report(hooks, call.getPath().slice(1), performance.now() - startedMs, error);
    runCall(hooks.calls, call, handle).then(
      (response) => {
        callback(null, response);
        finish();
      },
      (thrown: unknown) => {
        const error = toClipidError(thrown);
        const { shown, incidentId } = showError(error);
        if (incidentId !== undefined) hooks.logger.error({ incidentId, err: error }, 'call failed');
        callback(toStatus(shown));
        finish(error);
      },
    );
  };
}

async function runCall<Request, Response>(
  calls: RunningCalls,
  call: ServerUnaryCall<Request, Response>,
  handle: Handle<Request, Response>,
): Promise<Response> {
  const controller = calls.enter();
  const onCancelled = (): void => controller.abort(cancellation(call));
  call.once('cancelled', onCancelled);
  try {
    if (call.cancelled) onCancelled();
    return await handle(call.request, controller.signal);
  } catch (thrown) {
    throw causeOf(thrown, controller.signal);
  } finally {
    call.off('cancelled', onCancelled); // it is also emitted when a finished call's stream closes
    calls.leave(controller);
  }
}

function cancellation(call: ServerUnaryCall<unknown, unknown>): ClipidError {
  return Number(call.getDeadline()) <= Date.now()
    ? new ClipidError('DEADLINE_EXCEEDED', 'The deadline of the call passed.')
    : new ClipidError('CANCELLED', 'The caller cancelled the call.');
}

/** Work that stopped because it was told to fails with the reason it was given. */
function causeOf(thrown: unknown, signal: AbortSignal): unknown {
  const stopped = signal.aborted && toClipidError(thrown).code === 'CANCELLED';
  return stopped ? signal.reason : thrown;
}

/** No ids, names, pictures or vectors: a log line says which method, how it ended and how long it took. */
function report(hooks: CallHooks, method: string, durationMs: number, error?: ClipidError): void {
  const code = statusName(error === undefined ? status.OK : GRPC_STATUS_OF[error.code]);
  hooks.onCall(method, code, durationMs);
  const facts = { method, code, durationMs: Math.round(durationMs) };
  if (error === undefined) hooks.logger.debug(facts, 'call');
  else hooks.logger.info({ ...facts, reason: error.code, field: error.field }, 'call refused');
}
