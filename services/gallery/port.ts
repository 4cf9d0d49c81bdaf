import type { ClipTracks, Decision, Metadata, Sampling, TrackFace } from '../core/types.js';

/** A named set of identities and templates, bound to one bundle for its whole life (invariant 4). */
export interface GalleryRow {
  readonly galleryId: string;
  readonly displayName: string;
  readonly bundleId: string;
  readonly dimension: number;
  readonly createdMs: number;
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

export const TEMPLATE_SOURCES = ['TRACK', 'IMAGE', 'EMBEDDING'] as const;
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
  readonly submittedMs: number;
  readonly updatedMs: number;
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
  readonly decision: Decision;
  /** Null when the decision is UNKNOWN. */
  readonly identityId: string | null;
  /** Similarity to the nearest identity, also where it was too small; null in an empty gallery. */
  readonly similarity: number | null;
  readonly faces: readonly TrackFace[];
}

/** An event that leaves only because its result was written: both are in one transaction. */
export interface OutboxRow {
  readonly eventId: string;
  readonly topic: string;
  readonly key: string;
  readonly payload: Uint8Array;
  readonly createdMs: number;
}

/** One page of a list in its natural order; `after` is the last key of the page before. */
export interface Page {
  readonly limit: number;
  readonly after?: string;
}

/**
 * The store: the one truth (invariant 3). Calls are synchronous and short; a write happens alone or
 * inside `transaction`, which commits to disk before it returns and leaves nothing behind when `work`
 * throws. Every method throws STORE_FAILED when the database fails.
 */
export interface GalleryStore {
  transaction<T>(work: () => T): T;

  insertGallery(row: GalleryRow): void; // throws ALREADY_EXISTS
  gallery(galleryId: string): GalleryRow | undefined;
  galleries(page: Page): GalleryRow[];
  /** Deletes the gallery and all that belongs to it; the freed pages are overwritten. */
  deleteGallery(galleryId: string): boolean;

  insertIdentity(row: IdentityRow): void; // throws ALREADY_EXISTS
  updateIdentity(row: IdentityRow): void;
  identity(galleryId: string, identityId: string): IdentityRow | undefined;
  identities(galleryId: string, page: Page): IdentityRow[];
  /** Deletes the identity. Enrolled images go; tracks stay as appearances of nobody. Returns labels that left. */
  deleteIdentity(galleryId: string, identityId: string): TemplateRow[];

  /** Writes templates under fresh labels; one whose id is there already keeps its label. Returns them as stored. */
  putTemplates(rows: readonly Omit<TemplateRow, 'label'>[]): TemplateRow[];
  template(galleryId: string, templateId: string): TemplateRow | undefined;
  templatesByLabel(galleryId: string, labels: readonly number[]): TemplateRow[];
  templatesOfIdentity(galleryId: string, identityId: string): TemplateRow[];
  /** In order of label, from the first above `afterLabel`; for building indexes in pages. */
  templates(galleryId: string, afterLabel: number, limit: number): TemplateRow[];
  setTemplateIdentity(galleryId: string, templateId: string, identityId: string | null): void;
  countTemplates(galleryId: string): { enrolled: number; total: number };

  insertClip(row: ClipRow): void; // throws ALREADY_EXISTS
  updateClip(row: ClipRow): void;
  clip(galleryId: string, clipId: string): ClipRow | undefined;
  clips(galleryId: string, page: Page): ClipRow[];
  /** Marks the oldest due clip EXTRACTING, counts the attempt and returns it. */
  claimClip(nowMs: number): ClipRow | undefined;
  /** Clips a dead process left EXTRACTING go back to QUEUED. Returns how many. */
  requeueInterrupted(nowMs: number): number;
  countClips(state: ClipState): number;
  /** Deletes the clip, its appearances and those of its templates that are not enrolled; returns these. */
  deleteClip(galleryId: string, clipId: string): TemplateRow[];

  /** The durable step between the two stages. */
  putExtraction(tracks: ClipTracks): void;
  nextExtraction(): ClipTracks | undefined;
  deleteExtraction(galleryId: string, clipId: string): void;

  putAppearances(rows: readonly AppearanceRow[]): void;
  appearancesOfClip(galleryId: string, clipId: string): AppearanceRow[];
  appearancesOfIdentity(galleryId: string, identityId: string, page: Page): AppearanceRow[];
  appearanceOfTemplate(galleryId: string, templateId: string): AppearanceRow | undefined;
  setDecision(row: Pick<AppearanceRow, 'galleryId' | 'clipId' | 'trackIndex' | 'decision' | 'identityId' | 'similarity'>): void;

  appendOutbox(rows: readonly OutboxRow[]): void;
  outbox(limit: number): OutboxRow[];
  deleteOutbox(eventIds: readonly string[]): void;

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
