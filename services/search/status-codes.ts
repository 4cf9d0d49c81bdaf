import { status } from '@grpc/grpc-js';
import type { ErrorCode } from '../core/errors.js';

/** What each of our codes is to a gRPC client that knows nothing of us. */
export const GRPC_STATUS_OF: Readonly<Record<ErrorCode, status>> = {
  FIELD_INVALID: status.INVALID_ARGUMENT,
  LIMIT_EXCEEDED: status.INVALID_ARGUMENT,
  URI_FORBIDDEN: status.PERMISSION_DENIED,
  CLIP_UNREACHABLE: status.UNAVAILABLE,
  CLIP_UNREADABLE: status.INVALID_ARGUMENT,
  CLIP_EMPTY: status.INVALID_ARGUMENT,
  CLIP_EXPIRED: status.DEADLINE_EXCEEDED,
  CLIP_NO_VIDEO: status.INVALID_ARGUMENT,
  GALLERY_NOT_FOUND: status.NOT_FOUND,
  IDENTITY_NOT_FOUND: status.NOT_FOUND,
  CLIP_NOT_FOUND: status.NOT_FOUND,
  TEMPLATE_NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  CONFLICT: status.ABORTED,
  BUNDLE_MISMATCH: status.FAILED_PRECONDITION,
  BUNDLE_INVALID: status.FAILED_PRECONDITION,
  CALIBRATION_MISSING: status.FAILED_PRECONDITION,
  MODEL_FAILED: status.UNAVAILABLE,
  DATA_LOCKED: status.FAILED_PRECONDITION,
  STORE_FAILED: status.UNAVAILABLE,
  OVERLOADED: status.RESOURCE_EXHAUSTED,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  CANCELLED: status.CANCELLED,
  UNAVAILABLE: status.UNAVAILABLE,
  BROKER_FAILED: status.UNAVAILABLE,
  MESSAGE_INVALID: status.INVALID_ARGUMENT,
  TOOL_MISSING: status.FAILED_PRECONDITION,
  INTERNAL: status.INTERNAL,
};

/** What a status without our details means: it came from a proxy, from grpc-js, or from nobody. */
const CODE_OF_BARE_STATUS: Partial<Record<status, ErrorCode>> = {
  [status.CANCELLED]: 'CANCELLED',
  [status.INVALID_ARGUMENT]: 'FIELD_INVALID',
  [status.DEADLINE_EXCEEDED]: 'DEADLINE_EXCEEDED',
  [status.ALREADY_EXISTS]: 'ALREADY_EXISTS',
  [status.ABORTED]: 'CONFLICT',
  [status.RESOURCE_EXHAUSTED]: 'OVERLOADED',
  [status.UNAVAILABLE]: 'UNAVAILABLE',
};

/** The nearest of our codes for a bare status; INTERNAL where none is near. */
export function codeOfBareStatus(code: status, message: string): ErrorCode {
  if (code === status.RESOURCE_EXHAUSTED && message.includes('larger than max')) {
    return 'LIMIT_EXCEEDED'; // grpc-js words a message over the limit so, in both directions
  }
  return CODE_OF_BARE_STATUS[code] ?? 'INTERNAL';
}

/** `INVALID_ARGUMENT` for 3: how metrics and logs write a status. */
export function statusName(code: status): string {
  return status[code];
}
