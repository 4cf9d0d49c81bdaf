import { ClipidError, errorFromParts } from '../core/errors.js';
import type { Any } from '../gen/google/protobuf/any.js';
import { BadRequest, ErrorInfo, QuotaFailure, RetryInfo } from '../gen/google/rpc/error_details.js';
import { Status } from '../gen/google/rpc/status.js';

export const ERROR_DOMAIN = 'clipid';
const RETRY_AFTER_S = 1;
const TYPE_PREFIX = 'type.googleapis.com/';
const MAX_METADATA_LENGTH = 256; // characters a value; HTTP/2 trailers have little room

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array };
  fromPartial(object: Partial<T>): T;
}

function packed<T>(typeName: string, type: Encoder<T>, message: Partial<T>): Any {
  const bytes = type.encode(type.fromPartial(message)).finish();
  return { typeUrl: `${TYPE_PREFIX}google.rpc.${typeName}`, value: Buffer.from(bytes) };
}

function metadataOf(error: ClipidError): Record<string, string> {
  const entries = Object.entries(error.details).map(
    ([key, value]) => [key, value.slice(0, MAX_METADATA_LENGTH)] as const,
  );
  return {
    ...Object.fromEntries(entries),
    ...(error.field === undefined ? {} : { field: error.field }),
  };
}

function fieldViolations(error: ClipidError): Any[] {
  if (error.code !== 'FIELD_INVALID' && error.code !== 'LIMIT_EXCEEDED') return [];
  const violation = {
    field: error.field ?? '',
    description: error.message,
    reason: error.code,
    localizedMessage: undefined,
  };
  return [packed('BadRequest', BadRequest, { fieldViolations: [violation] })];
}

function quotaFailure(error: ClipidError): Any[] {
  if (error.code !== 'OVERLOADED') return [];
  const violation = { subject: error.field ?? 'server', description: error.message };
  return [
    packed('QuotaFailure', QuotaFailure, QuotaFailure.fromPartial({ violations: [violation] })),
  ];
}

function retryInfo(error: ClipidError): Any[] {
  if (!error.canRetry) return [];
  return [packed('RetryInfo', RetryInfo, { retryDelay: { seconds: RETRY_AFTER_S, nanos: 0 } })];
}

/** google.rpc.Status with ErrorInfo first: what goes into `grpc-status-details-bin`. */
export function encodeErrorStatus(grpcCode: number, error: ClipidError): Buffer {
  const info = { reason: error.code, domain: ERROR_DOMAIN, metadata: metadataOf(error) };
  const details = [
    packed('ErrorInfo', ErrorInfo, info),
    ...fieldViolations(error),
    ...quotaFailure(error),
    ...retryInfo(error),
  ];
  return Buffer.from(Status.encode({ code: grpcCode, message: error.message, details }).finish());
}

/** The error that `encodeErrorStatus` was given; undefined for anything else, even for bytes at random. */
export function decodeErrorStatus(bytes: Uint8Array): ClipidError | undefined {
  try {
    return errorOf(Status.decode(bytes));
  } catch {
    return undefined;
  }
}

function errorOf(decoded: Status): ClipidError | undefined {
  const packedInfo = decoded.details.find(({ typeUrl }) =>
    typeUrl.endsWith('google.rpc.ErrorInfo'),
  );
  if (packedInfo === undefined) return undefined;
  const { reason, domain, metadata } = ErrorInfo.decode(packedInfo.value);
  if (domain !== ERROR_DOMAIN) return undefined;
  const { field, ...details } = metadata;
  const { code } = errorFromParts(reason, decoded.message);
  return new ClipidError(code, decoded.message, {
    details,
    ...(field === undefined ? {} : { field }),
  });
}
