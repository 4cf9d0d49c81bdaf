import { ERROR_CODES, toClipidError, type ErrorCode } from '../../core/errors.js';
import type { SourceMessage } from '../../core/source-message.js';
import type { ClipTracks } from '../../core/types.js';
import { ExtractedClip } from '../../gen/clipid/v1/tracks.js';
import { fromTimestamp, toTimestamp } from '../../wire/time.js';
import { check, need } from './extracted-checks.js';
import { joinContent, splitContent } from './extracted-part.js';
import { fromSource, toSource } from './extracted-source.js';
import { fromSubmitted, toSubmitted, type CompleteSubmission } from './extracted-submission.js';
import { fromTracks, toTracks } from './extracted-tracks.js';
import { messageInvalid } from './invalid.js';
import { originOf } from './origin.js';
import { decodeWhole } from './strict-reader.js';
import { submissionIdOf } from './submission-id.js';

/** What the first stage came to, for the second one in another process. */
export interface ExtractedResult {
  /** Its origin is always there once it was read. */
  readonly submit: CompleteSubmission;
  /** The message that the clip came with, as it was first. */
  readonly source: SourceMessage;
  /** When the work began and ended that led to this. */
  readonly begunMs: number;
  readonly endedMs: number;
  /** Times the work was started, from 1. */
  readonly attempts: number;
  readonly outcome: ExtractedOutcome;
}

export type ExtractedOutcome =
  | { readonly kind: 'tracks'; readonly tracks: ClipTracks }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly text: string };

/**
 * The result as the values of messages, in order; numbers come back exactly.
 * Throws LIMIT_EXCEEDED above 64 MiB.
 */
export function encodeExtracted(clip: ExtractedResult): Uint8Array[] {
  const content = ExtractedClip.encode({
    source: toSource(clip.source),
    clip: toSubmitted(clip.submit),
    beginTime: toTimestamp(clip.begunMs),
    endTime: toTimestamp(clip.endedMs),
    attempts: clip.attempts,
    outcome: toOutcome(clip.outcome),
  }).finish();
  return splitContent(submissionIdOf(clip.source), content);
}

/**
 * The result from the contents of all its parts, in order, checked as if anybody could have sent it.
 * Throws MESSAGE_INVALID and nothing else, whatever the bytes.
 */
export function joinParts(contents: readonly Uint8Array[]): ExtractedResult {
  try {
    return fromMessage(decodeWhole(ExtractedClip, joinContent(contents)));
  } catch (thrown) {
    const { code, message } = toClipidError(thrown);
    if (code === 'MESSAGE_INVALID') throw thrown;
    throw messageInvalid(`The parts are not an ExtractedClip (${message}).`, thrown);
  }
}

function fromMessage(clip: ExtractedClip): ExtractedResult {
  const source = fromSource(need(clip.source, 'source'));
  const submit = { ...fromSubmitted(need(clip.clip, 'clip')), origin: originOf(source) };
  check(clip.attempts >= 1, 'attempts', `is ${clip.attempts}; it must be 1 or more`);
  return {
    ...{ submit, source, attempts: clip.attempts },
    begunMs: fromTimestamp(need(clip.beginTime, 'begin_time'), 'begin_time'),
    endedMs: fromTimestamp(need(clip.endTime, 'end_time'), 'end_time'),
    outcome: fromOutcome(submit, need(clip.outcome, 'outcome')),
  };
}

function toOutcome(outcome: ExtractedOutcome): ExtractedClip['outcome'] {
  if (outcome.kind === 'tracks') return { $case: 'tracks', tracks: toTracks(outcome.tracks) };
  return { $case: 'error', error: { code: outcome.code, message: outcome.text } };
}

function fromOutcome(
  submit: CompleteSubmission,
  outcome: NonNullable<ExtractedClip['outcome']>,
): ExtractedOutcome {
  if (outcome.$case === 'tracks')
    return { kind: 'tracks', tracks: fromTracks(submit, outcome.tracks) };
  const { code, message: text } = outcome.error;
  return {
    kind: 'error',
    code: need(
      ERROR_CODES.find((known) => known === code),
      'A known error.code',
    ),
    text,
  };
}
