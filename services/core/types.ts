import type { Box } from './boxes.js';
import type { FprEstimate } from './calibration.js';

/** Which part of a clip is looked at, and how densely. */
export interface Sampling {
  /** Frames a second of the clip's own time; 8 in the challenge's protocol. */
  readonly framesPerSecond: number;
  /** From the clip's start; the whole clip when absent. */
  readonly startMs?: number;
  readonly endMs?: number;
}

export const CLIP_PRIORITIES = ['NORMAL', 'HIGH'] as const;
/** HIGH comes first, without starving NORMAL. */
export type ClipPriority = (typeof CLIP_PRIORITIES)[number];

/** One clip to be worked on: what a message, a call or a watched folder asked for. */
export interface ClipJob {
  readonly galleryId: string;
  readonly clipId: string;
  readonly uri: string;
  readonly sampling: Sampling;
}

/** A decoded picture: rows from the top, tightly packed RGB, 3 bytes a pixel. */
export interface RgbFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Presentation time from the clip's start, from the stream and never from counting. */
  readonly timestampMs: number;
  /** [heightPx, widthPx, 3] uint8. */
  readonly pixels: Uint8Array;
}

/** One detection in a frame. */
export interface Face {
  readonly boxPx: Box;
  /** x, y of left eye, right eye, nose tip, left and right mouth corner, as seen in the picture. */
  readonly pointsPx: Float32Array;
  /** The detector's confidence, in [0, 1]. */
  readonly detectionScore: number;
}

/** A face with what the networks say of it. */
export interface FaceFeature extends Face {
  /** [feature dimension]: the recogniser's output, neither centred nor of unit length. */
  readonly feature: Float32Array;
  /** [dimension]: the feature after the bundle's post-processing, unit length; what is compared. */
  readonly embedding: Float32Array;
  /** The quality net's score: any real number, larger is better. */
  readonly quality: number;
}

/** A face as its track remembers it: where, when, how good, and its share of the template. */
export interface TrackFace {
  readonly timestampMs: number;
  /** In shares of the picture, [0, 1]. */
  readonly box: Box;
  readonly detectionScore: number;
  readonly quality: number;
  /** Never negative; the weights of one track sum to 1. */
  readonly weight: number;
}

/** The faces of one person through consecutive frames of one clip, and their one template. */
export interface Track {
  /** Counts from 0 in order of start, then of place. */
  readonly trackIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly faces: readonly TrackFace[];
  /** [dimension], unit length. */
  readonly template: Float32Array;
}

/** All that the first stage knows of a clip: a pure function of the clip and the bundle. */
export interface ClipTracks {
  readonly clipId: string;
  readonly galleryId: string;
  readonly bundleId: string;
  /** Which score the qualities are of: `heuristic`, `network`, `network-untrained`. */
  readonly qualityKind: string;
  readonly durationMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Frames that were looked at. */
  readonly frameCount: number;
  /** What was noticed and did not stop the work: `the file ends early at 4.2 s`. */
  readonly warnings: readonly string[];
  readonly tracks: readonly Track[];
}

export const DECISIONS = ['MATCHED', 'UNCERTAIN', 'UNKNOWN'] as const;
/** MATCHED: at or above the threshold. UNCERTAIN: between the two. UNKNOWN: below both. */
export type Decision = (typeof DECISIONS)[number];

/** Similarities in [-1, 1] from which a decision is made; `uncertain <= matched`. */
export interface Thresholds {
  readonly matched: number;
  readonly uncertain: number;
}

/** One identity that a probe was compared with: its best template decides. */
export interface Match {
  readonly identityId: string;
  readonly similarity: number;
  readonly decision: Decision;
  readonly templateId: string;
  /** What the similarity says about strangers, over the whole search; null where there is no curve. */
  readonly estimatedFpr: FprEstimate | null;
}

/** A value that JSON can hold: metadata of identities and clips. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Metadata = Readonly<Record<string, Json>>;
