import type { Box } from '../core/boxes.js';
import type { FprEstimate } from '../core/calibration.js';
import type { AskedTargets } from '../core/targets.js';
import type { SourceMessage, TraceContext } from '../core/source-message.js';
import type { ErrorCode } from '../core/errors.js';
import type {
  ClipPriority,
  ClipTracks,
  Match,
  Metadata,
  Sampling,
  TrackFace,
} from '../core/types.js';
import type {
  AppearanceRow,
  ClipRow,
  GalleryCalibration,
  GalleryRow,
  IdentityRow,
  Page,
} from '../gallery/port.js';
import type { DriftReport } from './drift.js';
import type { AskedRule, DecisionRule } from './rules.js';

export type { AskedRule, CurveSource, DecisionRule } from './rules.js';

/** Why a face was not searched or not enrolled; the vocabulary users of Rekognition know. */
export const FACE_REASONS = [
  'NO_FACE',
  'SEVERAL_FACES',
  'SMALL_FACE',
  'LOW_QUALITY',
  'DUPLICATE',
  'MATCHES_ANOTHER_IDENTITY',
  'CLIP_UNREADABLE',
] as const;
export type FaceReason = (typeof FACE_REASONS)[number];

/** What of a gallery is to change; what is absent stays. */
export interface GalleryChange {
  readonly displayName?: string;
  /** All of them: a target that is not among them is taken away, and the bundle's is in force. */
  readonly targets?: AskedTargets;
}

export interface GalleryService {
  /**
   * Throws ALREADY_EXISTS, FIELD_INVALID, and CALIBRATION_MISSING for targets without a curve. The
   * gallery is bound to the running bundle.
   */
  create(galleryId: string, displayName: string, targets?: AskedTargets): Promise<GalleryRow>;
  /** Throws GALLERY_NOT_FOUND, FIELD_INVALID, CALIBRATION_MISSING. */
  update(galleryId: string, change: GalleryChange): GalleryRow;
  get(galleryId: string): GalleryRow; // throws GALLERY_NOT_FOUND
  list(page: Page): GalleryRow[];
  /** Deletes the gallery with all its identities, templates, clips and appearances. */
  delete(galleryId: string): Promise<void>;
  counts(galleryId: string): { identities: number; enrolled: number; templates: number };
}

export interface SubmitClip {
  readonly galleryId: string;
  /** Derived from the uri when absent, so that the same uri is the same clip. */
  readonly clipId?: string;
  readonly uri: string;
  readonly sampling?: Partial<Sampling>;
  readonly metadata?: Metadata;
  readonly enrolAs?: string;
  readonly priority?: ClipPriority;
  /** A clip that is not begun by then expires. */
  readonly notAfterMs?: number;
  /** Where the submission came from; a call made now when absent. */
  readonly origin?: ClipOrigin;
}

/** The message that submits a clip. The same message again is the same submission. */
export interface ClipOrigin {
  readonly submissionId: string;
  readonly requestedMs: number;
  readonly trace: TraceContext | null;
  /** Kept until the clip is at its end, for the dead letters. */
  readonly message: SourceMessage;
}

export interface ClipService {
  /**
   * Accepts a clip durably. A clip id that is known already answers with the clip as it is (nothing
   * is done again), unless it had failed and this is another submission: then it is queued afresh.
   * Another uri under a known id is CONFLICT.
   */
  submit(request: SubmitClip): ClipRow;
  get(galleryId: string, clipId: string): ClipRow; // throws CLIP_NOT_FOUND
  list(galleryId: string, page: Page): ClipRow[];
  appearances(galleryId: string, clipId: string): AppearanceRow[];
  /** Resolves with the clip once it is DONE or FAILED; rejects with CANCELLED. */
  wait(galleryId: string, clipId: string, signal: AbortSignal): Promise<ClipRow>;
  delete(galleryId: string, clipId: string): Promise<void>;
}

/** What an extracting process came to with a clip. */
export interface Arrival {
  readonly submit: SubmitClip & { readonly clipId: string; readonly sampling: Sampling };
  readonly begunMs: number;
  readonly endedMs: number;
  /** Times the work was started, from 1. */
  readonly attempts: number;
  readonly outcome:
    | { readonly kind: 'tracks'; readonly tracks: ClipTracks }
    | { readonly kind: 'error'; readonly code: ErrorCode; readonly text: string };
}

export interface ArrivalService {
  /**
   * Decides and writes what was found, the clip's row with it, in one transaction that does `alongside`
   * too. A clip that is at its end stays as it is. Returns the clip as it is now.
   * Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH, CONFLICT, STORE_FAILED; then nothing was written.
   */
  settle(arrival: Arrival, alongside: () => void): Promise<ClipRow | undefined>;
}

export type EnrolSource =
  | { readonly kind: 'image'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'uri'; readonly name: string; readonly uri: string }
  /** A track seen before: names an unknown. */
  | { readonly kind: 'template'; readonly name: string; readonly templateId: string };

export interface EnrolRequest {
  readonly galleryId: string;
  /** Created when it is not there yet. */
  readonly identityId: string;
  readonly displayName?: string;
  readonly metadata?: Metadata;
  readonly sources: readonly EnrolSource[];
}

export interface EnrolItem {
  readonly name: string;
  /** Null when nothing was enrolled from this source; then `reasons` says why. */
  readonly templateId: string | null;
  readonly quality: number | null;
  /** Which score it is of: `heuristic`, `network`, `network-untrained`. */
  readonly qualityKind: string;
  readonly reasons: readonly FaceReason[];
  /** In words, for a person: `two faces were found; crop the picture to one`. */
  readonly message: string;
}

export interface EnrolResult {
  readonly identity: IdentityRow;
  readonly items: readonly EnrolItem[];
  /** Appearances of unknown people that are this person by the new templates. */
  readonly renamedAppearances: number;
}

export interface IdentityService {
  create(
    row: Pick<IdentityRow, 'galleryId' | 'identityId' | 'displayName' | 'metadata'>,
  ): IdentityRow;
  get(galleryId: string, identityId: string): IdentityRow;
  list(galleryId: string, page: Page): IdentityRow[];
  /** Throws CONFLICT when `revision` is given and is not the present one. */
  update(
    galleryId: string,
    identityId: string,
    change: { displayName?: string; metadata?: Metadata },
    revision?: number,
  ): IdentityRow;
  delete(galleryId: string, identityId: string): Promise<void>;
  enrol(request: EnrolRequest, signal: AbortSignal): Promise<EnrolResult>;
  /** Where the identity was seen, in order of clip and track. */
  appearances(galleryId: string, identityId: string, page: Page): AppearanceRow[];
}

export type Probe =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'embedding'; readonly vector: Float32Array }
  | { readonly kind: 'template'; readonly templateId: string }
  | { readonly kind: 'identity'; readonly identityId: string };

/** Its targets go before those of the gallery and the bundle. */
export interface SearchRequest extends AskedRule {
  readonly galleryId: string;
  readonly probe: Probe;
  /** At most this many identities and this many appearances for each face of the probe. */
  readonly maxMatches: number;
  readonly maxAppearances: number;
}

/** One face (track) of the probe. */
export interface ProbeFace {
  readonly trackIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Of its best frame, in shares of the picture; null for an embedding, template or identity. */
  readonly box: Box | null;
  readonly faces: readonly TrackFace[];
}

export interface SearchedFace {
  readonly face: ProbeFace;
  /** The nearest identities, best first, each with its decision; also those under the threshold. */
  readonly matches: readonly Match[];
  /** Where this face was seen, named or not, at or above the threshold of UNCERTAIN; best first. */
  readonly appearances: readonly {
    readonly appearance: AppearanceRow;
    readonly similarity: number;
    /** Over all templates that were looked through here; null where there is no curve. */
    readonly estimatedFpr: FprEstimate | null;
  }[];
}

export interface SearchResult {
  readonly bundleId: string;
  /** What the decisions of this search were made by. */
  readonly rule: DecisionRule;
  readonly searched: readonly SearchedFace[];
  readonly unsearched: readonly {
    readonly face: ProbeFace | null;
    readonly reasons: readonly FaceReason[];
  }[];
}

export interface SearchService {
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
}

/** What similarities say about strangers, measured on a gallery's own people. */
export interface CalibrationService {
  /** Measures, and keeps it. Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH, FIELD_INVALID, CANCELLED. */
  calibrate(galleryId: string, signal: AbortSignal): Promise<GalleryCalibration>;
  /** Whether a gallery has grown enough to be measured, for the first time or anew. */
  isDue(galleryId: string): boolean;
  /** Undefined where the gallery was never measured. */
  of(galleryId: string): GalleryCalibration | undefined;
  /** Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH, CANCELLED. */
  drift(galleryId: string, signal: AbortSignal): Promise<DriftReport>;
}

/** Everything an edge (gRPC, a queue, the command line) may ask of the product. */
export interface Application {
  readonly bundleId: string;
  readonly galleries: GalleryService;
  readonly calibrations: CalibrationService;
  readonly clips: ClipService;
  readonly identities: IdentityService;
  readonly search: SearchService;
}
