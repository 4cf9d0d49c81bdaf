import { Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { ClipidError } from '../core/errors.js';
import { fromServiceError } from './status.js';

/** One method of a generated service definition. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly responseDeserialize: (value: Buffer) => Response;
}

export interface CallSettings {
  /** The call fails with DEADLINE_EXCEEDED after this many milliseconds; the client's own when absent. */
  readonly deadlineMs?: number;
  /** The call fails with CANCELLED, here and on the server. */
  readonly signal?: AbortSignal;
}

/** One unary call as a promise; rejects with the ClipidError that the server threw. */
export function callUnary<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
  settings: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Response> {
  const { signal, deadlineMs } = settings;
  if (signal?.aborted === true) {
    return Promise.reject(new ClipidError('CANCELLED', 'The call was cancelled before it began.'));
  }
  return new Promise((resolve, reject) => {
    const cancel = (): void => call.cancel();
    const done = (failure: ServiceError | null, response?: Response): void => {
      signal?.removeEventListener('abort', cancel);
      if (failure !== null) reject(fromServiceError(failure));
      else if (response !== undefined) resolve(response);
    };
    const options = { deadline: Date.now() + deadlineMs };
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      options,
      done,
    );
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
