import type { Calibration, FprEstimate, Snapshot } from '../core/calibration.js';
import type { MessageHeader, SourceMessage } from '../core/source-message.js';
import type {
  ClipPriority,
  ClipTracks,
  Decision,
  Metadata,
  Sampling,
  TrackFace,
} from '../core/types.js';

/** A named set of identities and templates, bound to one bundle for its whole life (invariant 4). */
export interface GalleryRow {
  readonly galleryId: string;
  readonly displayName: string;
  readonly bundleId: string;
  readonly dimension: number;
  readonly createdMs: number;
  /**
   * Chance of a false match in one search that MATCHED stands for here, and that UNCERTAIN stands for,
   * in (0, 1); null where the gallery sets none.
   */
  readonly targetFpr: number | null;
  readonly uncertainFpr: number | null;
}

/** A curve that was measured on the gallery's own people. */
export interface GalleryCalibration {
  readonly calibration: Calibration;
  /** Whether searches of the gallery go by it; a curve may be kept to look at alone. */
  readonly isInUse: boolean;
  /** Enrolled templates of the gallery when it was measured. */
  readonly enrolledTemplates: number;
  /** What whoever measured it should know, in words. */
  readonly notes: readonly string[];
  /** The tracks that had come last; null where they were few. */
  readonly seen: Snapshot | null;
}

export interface IdentityRow {
  readonly galleryId: string;
  readonly identityId: string;
  readonly displayName: string;
  readonly metadata: Metadata;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Counts up with every change; the caller's etag. */
  readonly revision: number;
}

export const TEMPLATE_SOURCES = ['TRACK', 'ENROLMENT'] as const;
export type TemplateSource = (typeof TEMPLATE_SOURCES)[number];

/** A template. With an identity it is enrolled, and decides matches; without, it waits to be found. */
export interface TemplateRow {
  readonly templateId: string;
  readonly galleryId: string;
  /** Number of the template in its gallery's indexes: unsigned 32 bit, never used again. */
  readonly label: number;
  readonly identityId: string | null;
  readonly source: TemplateSource;
  readonly clipId: string;
  readonly trackIndex: number;
  /** Weighted mean quality of the faces in it. */
  readonly quality: number;
  /** [dimension] float32, unit length. */
  readonly vector: Float32Array;
  readonly createdMs: number;
}

export const CLIP_STATES = ['QUEUED', 'EXTRACTING', 'EXTRACTED', 'DONE', 'FAILED'] as const;
export type ClipState = (typeof CLIP_STATES)[number];

/** A clip, from the moment it was accepted. The row is its durable job. */
export interface ClipRow {
  readonly galleryId: string;
  readonly clipId: string;
  readonly uri: string;
  readonly state: ClipState;
  /** Identity that the clip's one person is enrolled as; null for an ordinary clip. */
  readonly enrolAs: string | null;
  readonly sampling: Sampling;
  readonly metadata: Metadata;
  readonly attempts: number;
  /** A queued clip is not taken before this time. */
  readonly notBeforeMs: number;
  readonly errorCode: string | null;
  readonly errorText: string | null;
  /** Known once the clip was extracted. */
  readonly bundleId: string | null;
  readonly durationMs: number | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly frameCount: number | null;
  readonly warnings: readonly string[];
  /** Another one each time the clip is submitted anew; the same for a message that comes again. */
  readonly submissionId: string;
  readonly priority: ClipPriority;
  /** A clip not begun by then has expired; null: it is never too late. */
  readonly notAfterMs: number | null;
  /** Timestamp of the message or call that submitted it. */
  readonly requestedMs: number;
  readonly submittedMs: number;
  /** When the last work on it began, and when its tracks were known. */
  readonly begunMs: number | null;
  readonly extractedMs: number | null;
  readonly updatedMs: number;
  /** W3C Trace Context of the message that it came with. */
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

/** A track as a caller sees it. */
export interface AppearanceRow {
  readonly galleryId: string;
  readonly clipId: string;
  readonly trackIndex: number;
  readonly templateId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly qualityMin: number;
  readonly qualityMax: number;
  /** Which score they are of: `heuristic`, `network`, `network-untrained`. */
  readonly qualityKind: string;
  readonly decision: Decision;
  /** Null when the decision is UNKNOWN. */
  readonly identityId: string | null;
  /** Similarity to the nearest identity, also where it was too small; null in an empty gallery. */
  readonly similarity: number | null;
  /**
   * What that similarity said about strangers when it was decided; null where no curve was there or
   * where it was told who it is.
   */
  readonly estimatedFpr: FprEstimate | null;
  readonly faces: readonly TrackFace[];
}

/** Where an event goes; the names of the topics are settings. */
export const OUTBOX_TOPICS = ['IDENTIFICATIONS', 'STATUS', 'DEAD_LETTERS'] as const;
export type OutboxTopic = (typeof OUTBOX_TOPICS)[number];

/** An event that leaves only because its result was written: both are in one transaction. */
export interface OutboxRow {
  readonly eventId: string;
  readonly topic: OutboxTopic;
  readonly key: Uint8Array | null;
  readonly payload: Uint8Array | null;
  readonly headers: readonly MessageHeader[];
  readonly createdMs: number;
}

/** What a write did to the templates, as the indexes must follow it once the write is committed. */
export interface TemplateChange {
  /** Rows as they are now: new, or named, renamed or without their identity since. */
  readonly put: readonly TemplateRow[];
  /** Rows as they were before they were deleted. */
  readonly removed: readonly TemplateRow[];
}

/**
 * One page of a list in the order of its key (byte by byte); `after` is the last key of the page
 * before: the row's own id, or `appearanceKey(row)`.
 */
export interface Page {
  /** At least 1. */
  readonly limit: number;
  readonly after?: string;
}

/**
 * The store: the one truth (invariant 3). Calls are synchronous and short; a write happens alone or
 * inside `transaction`, which commits to disk before it returns and leaves nothing behind when `work`
 * throws; transactions may be nested. Every method throws STORE_FAILED when the database fails and
 * UNAVAILABLE once it is closed. A row that names a gallery, identity or clip that is not there is
 * refused with that one's NOT_FOUND. Deleted bytes are overwritten, and gone from the write-ahead log
 * when the deletion's outermost transaction has returned.
 */
export interface GalleryStore {
  transaction<T>(work: () => T): T;

  insertGallery(row: GalleryRow): void; // throws ALREADY_EXISTS
  /** Changes the name and the targets; what it is bound to stays. */
  updateGallery(row: GalleryRow): void;
  gallery(galleryId: string): GalleryRow | undefined;
  galleries(page: Page): GalleryRow[];
  /** Deletes the gallery and all that belongs to it. False where there was none. */
  deleteGallery(galleryId: string): boolean;

  /** In the place of the one before, if there was one. Goes with the gallery. */
  putCalibration(row: { readonly galleryId: string; readonly content: GalleryCalibration }): void;
  calibration(galleryId: string): GalleryCalibration | undefined;
  deleteCalibration(galleryId: string): void;

  insertIdentity(row: IdentityRow): void; // throws ALREADY_EXISTS
  /** Writes the row as it is given, `revision` too. */
  updateIdentity(row: IdentityRow): void;
  identity(galleryId: string, identityId: string): IdentityRow | undefined;
  identities(galleryId: string, page: Page): IdentityRow[];
  countIdentities(galleryId: string): number;
  /**
   * Deletes the identity. `removed`: its enrolled images, and tracks whose clip is gone. `put`: the
   * tracks that stay, now as appearances of nobody. Both are empty where there was no such identity.
   */
  deleteIdentity(galleryId: string, identityId: string): TemplateChange;

  /**
   * Writes templates under fresh labels. One whose id is there already stays as it is; only where it
   * had no identity it takes the one that is given. Returns them as stored, in the order given.
   * Throws FIELD_INVALID for another dimension or a length that is not 1 (within 1e-3), LIMIT_EXCEEDED
   * where the gallery's labels are used up.
   */
  putTemplates(rows: readonly Omit<TemplateRow, 'label'>[]): TemplateRow[];
  template(galleryId: string, templateId: string): TemplateRow | undefined;
  /** In order of label; labels that are not there are passed over. */
  templatesByLabel(galleryId: string, labels: readonly number[]): TemplateRow[];
  templatesOfIdentity(galleryId: string, identityId: string): TemplateRow[];
  /** In order of label, from the first above `afterLabel` (-1: all); for building indexes in pages. */
  templates(galleryId: string, afterLabel: number, limit: number): TemplateRow[];
  /** The highest label in use; -1 where the gallery has no templates. */
  lastLabel(galleryId: string): number;
  /** Null takes the identity away. Throws TEMPLATE_NOT_FOUND, IDENTITY_NOT_FOUND. */
  setTemplateIdentity(galleryId: string, templateId: string, identityId: string | null): void;
  countTemplates(galleryId: string): { enrolled: number; total: number };

  insertClip(row: ClipRow): void; // throws ALREADY_EXISTS
  updateClip(row: ClipRow): void;
  clip(galleryId: string, clipId: string): ClipRow | undefined;
  clips(galleryId: string, page: Page): ClipRow[];
  /**
   * Marks a due clip EXTRACTING, counts the attempt and returns it: the oldest of the highest priority,
   * or the oldest of all.
   */
  claimClip(nowMs: number, order: 'PRIORITY' | 'AGE'): ClipRow | undefined;
  /** Clips a dead process left EXTRACTING go back to QUEUED. Returns how many. */
  requeueInterrupted(nowMs: number): number;
  countClips(state: ClipState): number;
  /** When the QUEUED clip that waits longest was asked for; undefined where none waits. */
  oldestQueuedMs(): number | undefined;
  /** Deletes the clip, its appearances and those of its templates that are not enrolled; returns these. */
  deleteClip(galleryId: string, clipId: string): TemplateRow[];

  /** The durable step between the two stages. Throws CLIP_NOT_FOUND where the clip was deleted meanwhile. */
  putExtraction(tracks: ClipTracks): void;
  /** The oldest that waits. */
  nextExtraction(): ClipTracks | undefined;
  deleteExtraction(galleryId: string, clipId: string): void;

  /** A track that is there already stays as it is. Throws CLIP_NOT_FOUND. */
  putAppearances(rows: readonly AppearanceRow[]): void;
  appearancesOfClip(galleryId: string, clipId: string): AppearanceRow[];
  /** In order of clip and track; `page.after` is an `appearanceKey`. */
  appearancesOfIdentity(galleryId: string, identityId: string, page: Page): AppearanceRow[];
  appearanceOfTemplate(galleryId: string, templateId: string): AppearanceRow | undefined;
  setDecision(
    row: Pick<
      AppearanceRow,
      | 'galleryId'
      | 'clipId'
      | 'trackIndex'
      | 'decision'
      | 'identityId'
      | 'similarity'
      | 'estimatedFpr'
    >,
  ): void;

  /** The message that a clip came with, kept until the clip is at its end. Throws CLIP_NOT_FOUND. */
  putMessage(galleryId: string, clipId: string, message: SourceMessage): void;
  message(galleryId: string, clipId: string): SourceMessage | undefined;
  deleteMessage(galleryId: string, clipId: string): void;

  /** In order; an event whose id waits already is not added again. */
  appendOutbox(rows: readonly OutboxRow[]): void;
  outbox(limit: number): OutboxRow[];
  countOutbox(): number;
  deleteOutbox(eventIds: readonly string[]): void;

  /** Where reading a topic's partition goes on: written in the transaction of what was read. */
  sourceOffset(topic: string, partition: number): number | undefined;
  setSourceOffset(topic: string, partition: number, nextOffset: number): void;

  /** A part of what an extracting process sent, until all of them are there. The same part again changes nothing. */
  putPart(submissionId: string, part: number, content: Uint8Array): void;
  /** In order of their number. */
  parts(submissionId: string): Uint8Array[];
  deleteParts(submissionId: string): void;

  close(): void;
}

export interface IndexHit {
  readonly label: number;
  /** Cosine, in [-1, 1]. */
  readonly similarity: number;
}

/** Vectors of unit length by label. Derived from the store; can be thrown away and rebuilt. */
export interface VectorIndex {
  readonly dimension: number;
  size(): number;
  /** A label that is there already gets the new vector. */
  add(entries: readonly { readonly label: number; readonly vector: Float32Array }[]): Promise<void>;
  /** Labels that are not there are passed over. */
  remove(labels: readonly number[]): Promise<void>;
  /** At most k, best first; equal similarities in order of label. Fewer when the index holds fewer. */
  search(vector: Float32Array, k: number): Promise<IndexHit[]>;
  close(): Promise<void>;
}

export interface IndexFactory {
  create(dimension: number): Promise<VectorIndex>;
}
