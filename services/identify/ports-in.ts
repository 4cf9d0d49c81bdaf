import type { Calibration, Snapshot } from '../core/calibration.js';
import type { ClipTracks, Sampling } from '../core/types.js';
import type { ClipRow, TemplateChange, VectorIndex } from '../gallery/port.js';

/** The first stage, as the second one needs it for pictures and clips that come with a call. */
export interface Extractor {
  fromUri(uri: string, target: ExtractTarget, signal: AbortSignal): Promise<ClipTracks>;
  fromBytes(bytes: Uint8Array, target: ExtractTarget, signal: AbortSignal): Promise<ClipTracks>;
}

export interface ExtractTarget {
  readonly galleryId: string;
  readonly clipId: string;
  readonly sampling?: Sampling;
}

/** The two indexes of each gallery, kept in step with the store. */
export interface Indexes {
  /** Templates that an identity owns: they decide matches. */
  enrolled(galleryId: string): Promise<VectorIndex>;
  /** Templates of every track seen, named or not: where somebody was seen before. */
  seen(galleryId: string): Promise<VectorIndex>;
  /** Called after the transaction; a crash in between costs nothing, as indexes are rebuilt from the store. */
  apply(galleryId: string, change: TemplateChange): Promise<void>;
}

/**
 * Tells the world of each change of a clip that lasts: it was accepted, is tried again later, is DONE
 * or FAILED. Called inside the transaction that writes the change and with the row as it is from then
 * on, so that there is no event without its result and no result without its event.
 */
export interface Announcer {
  changed(clip: ClipRow): void;
}

/** Where nobody listens. */
export const NO_ANNOUNCER: Announcer = { changed: () => undefined };

/** A template that is compared with all others; `person` is a number from 0. */
export interface ComparedTemplate {
  readonly person: number;
  /** [dimension], unit length. */
  readonly embedding: Float32Array;
  readonly quality: number;
}

/** Two people, by their most alike templates. */
export interface AlikePeople {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

/** Compares all pairs of templates without holding up anything else. */
export interface PairScorer {
  /** The curve, and the most alike people first. Throws FIELD_INVALID for too few, CANCELLED. */
  calibrate(
    items: readonly ComparedTemplate[],
    signal: AbortSignal,
  ): Promise<{ readonly calibration: Calibration; readonly mostAlike: readonly AlikePeople[] }>;
  snapshot(items: readonly ComparedTemplate[], signal: AbortSignal): Promise<Snapshot>;
}
