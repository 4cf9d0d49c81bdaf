import { randomUUID } from 'node:crypto';
import { clipIdOfUri } from '../core/content-id.js';
import {
  validateId,
  validateMetadata,
  validateSampling,
  validateUri,
} from '../core/field-rules.js';
import type { ClipRow } from '../gallery/port.js';
import type { ClipOrigin, SubmitClip } from './port.js';

/** The row of a clip that was just submitted. Throws FIELD_INVALID, LIMIT_EXCEEDED. */
export function freshClip(request: SubmitClip, framesPerSecond: number, nowMs: number): ClipRow {
  const uri = validateUri('uri', request.uri);
  const clipId = validateId('clip_id', request.clipId ?? clipIdOfUri(uri));
  const enrolAs = request.enrolAs === undefined ? null : validateId('enrol_as', request.enrolAs);
  const sampling = validateSampling('sampling', { framesPerSecond, ...request.sampling });
  const metadata = validateMetadata('metadata', request.metadata ?? {});
  const { galleryId, priority = 'NORMAL', notAfterMs = null } = request;
  const asked = { galleryId, clipId, uri, enrolAs, sampling, metadata, priority, notAfterMs };
  const times = { submittedMs: nowMs, updatedMs: nowMs };
  return { ...NOTHING_KNOWN, ...asked, ...originColumns(request.origin, nowMs), ...times };
}

/** A clip that nobody has looked at. */
const NOTHING_KNOWN = {
  state: 'QUEUED',
  attempts: 0,
  notBeforeMs: 0,
  errorCode: null,
  errorText: null,
  bundleId: null,
  durationMs: null,
  widthPx: null,
  heightPx: null,
  frameCount: null,
  begunMs: null,
  extractedMs: null,
  warnings: [],
} as const;

/** A call is a submission of its own, made now. */
function originColumns(origin: ClipOrigin | undefined, nowMs: number) {
  return {
    submissionId: origin?.submissionId ?? randomUUID(),
    requestedMs: origin?.requestedMs ?? nowMs,
    traceparent: origin?.trace?.traceparent ?? null,
    tracestate: origin?.trace?.tracestate ?? null,
  };
}
