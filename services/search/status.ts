import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { ClipidError, type ErrorCode } from '../core/errors.js';
import { decodeErrorStatus, encodeErrorStatus } from './error-details.js';
import { codeOfBareStatus, GRPC_STATUS_OF } from './status-codes.js';

const DETAILS_KEY = 'grpc-status-details-bin';
const MAX_MESSAGE_LENGTH = 1024; // characters; the message travels in HTTP/2 trailers, three times

/** Faults of ours: their words may hold paths, queries or stack traces, so a caller never sees them. */
const HIDDEN: Partial<Record<ErrorCode, string>> = {
  INTERNAL: 'Something went wrong inside the server.',
  STORE_FAILED: 'The server could not read or write its data.',
  MODEL_FAILED: 'The server could not run its model.',
};

/** What a caller is shown: the error itself, or for a fault of ours a sentence and an id. */
export interface ShownError {
  readonly shown: ClipidError;
  /** Ties the caller's report to the log line that has the details; absent when nothing was hidden. */
  readonly incidentId?: string;
}

/** Takes out of an error what a caller must not see. */
export function showError(error: ClipidError): ShownError {
  const sentence = HIDDEN[error.code];
  if (sentence === undefined) return { shown: shortened(error) };
  const incidentId = randomUUID();
  const message = `${sentence} Quote ${incidentId} to the operator.`;
  const shown = new ClipidError(error.code, message, { details: { incident_id: incidentId } });
  return { shown, incidentId };
}

function shortened(error: ClipidError): ClipidError {
  if (error.message.length <= MAX_MESSAGE_LENGTH) return error;
  return new ClipidError(error.code, `${error.message.slice(0, MAX_MESSAGE_LENGTH - 3)}...`, {
    details: error.details,
    ...(error.field === undefined ? {} : { field: error.field }),
  });
}

/** The one door out: a shown error as a gRPC status with google.rpc.Status in its trailers. */
export function toStatus(shown: ClipidError): StatusObject {
  const code = GRPC_STATUS_OF[shown.code];
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, encodeErrorStatus(code, shown));
  return { code, details: shown.message, metadata };
}

/** The one door in: a failed call as the error that the server threw, as far as it was shown. */
export function fromServiceError(failure: ServiceError): ClipidError {
  const [bytes] = failure.metadata.get(DETAILS_KEY);
  const ours = bytes instanceof Uint8Array ? decodeErrorStatus(bytes) : undefined;
  if (ours !== undefined) return ours;
  const message = failure.details === '' ? failure.message : failure.details;
  return new ClipidError(codeOfBareStatus(failure.code, message), message, { cause: failure });
}
