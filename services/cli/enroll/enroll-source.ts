import { ClipidError, toClipidError, type ErrorCode } from '../../core/errors.js';
import type { FaceReason } from '../../gen/clipid/v1/common.js';
import type { EnrollIdentityResponse } from '../../gen/clipid/v1/identity_service.js';
import type { ClipidClient } from '../../search/client.js';
import { readSource } from '../sources.js';

/** A clip that a person is enrolled from is decoded while the call waits. */
const DEADLINE_MS = 3_600_000;

/** Trouble with one source; any other error is trouble with all of them, and ends the command. */
const OF_THE_SOURCE: readonly ErrorCode[] = [
  'LIMIT_EXCEEDED',
  'URI_FORBIDDEN',
  'CLIP_UNREACHABLE',
  'CLIP_UNREADABLE',
  'CLIP_EMPTY',
  'CLIP_NO_VIDEO',
];

/** What became of one source: the document that `enroll --json` prints. */
export interface EnrollJson {
  readonly identity: string;
  readonly source: string;
  /** What made the template; empty where the source was refused. */
  readonly bundleId: string;
  /** Null where nothing was enrolled; then `reasons` or `message` says why. */
  readonly templateId: string | null;
  readonly quality: number | null;
  /** Which score the quality is of. */
  readonly qualityKind: string | null;
  readonly reasons: readonly string[];
  readonly message: string;
  /** Appearances of unknown people that are this person by the new template. */
  readonly renamedAppearances: number;
}

export interface EnrollSettings {
  readonly galleryId: string;
  readonly identityId: string;
  readonly displayName?: string;
  readonly signal: AbortSignal;
}

/** Enrols the identity from one image, clip or uri. */
export async function enrollSource(
  client: ClipidClient,
  source: string,
  settings: EnrollSettings,
): Promise<EnrollJson> {
  const { galleryId, identityId, displayName, signal } = settings;
  try {
    const sources = [{ source: await readSource(source) }];
    const request = { galleryId, identityId, sources, displayName: displayName ?? '' };
    const call = { deadlineMs: DEADLINE_MS, signal };
    return enrollJson(identityId, source, await client.identities.enrollIdentity(request, call));
  } catch (thrown) {
    const error = toClipidError(thrown);
    if (!OF_THE_SOURCE.includes(error.code)) throw error;
    return refusedJson(identityId, source, error);
  }
}

function enrollJson(
  identity: string,
  source: string,
  response: EnrollIdentityResponse,
): EnrollJson {
  const [result] = response.results;
  if (result === undefined)
    throw new ClipidError('INTERNAL', 'The server answered without a result.');
  return {
    identity,
    source,
    bundleId: response.bundleId,
    templateId: result.templateId === '' ? null : result.templateId,
    quality: result.quality ?? null,
    qualityKind: result.quality === undefined ? null : result.qualityKind,
    reasons: result.reasons.map(reasonName),
    message: result.message,
    renamedAppearances: response.renamedAppearances,
  };
}

function refusedJson(identity: string, source: string, error: ClipidError): EnrollJson {
  const reasons = [error.code];
  const nothing = {
    bundleId: '',
    templateId: null,
    quality: null,
    qualityKind: null,
    renamedAppearances: 0,
  };
  return { identity, source, ...nothing, reasons, message: error.message };
}

/** `NO_FACE` and its kin. */
export function reasonName(reason: FaceReason): string {
  return reason.replace(/^FACE_REASON_/, '');
}
