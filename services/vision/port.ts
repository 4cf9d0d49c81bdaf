import type { FaceFeature, RgbFrame } from '../core/types.js';

/** Milliseconds of one worker's time that a frame cost, by stage. */
export interface StageTimesMs {
  readonly detect: number;
  readonly align: number;
  readonly embed: number;
  readonly score: number;
}

/** What the networks saw in one frame. */
export interface FrameAnalysis {
  readonly timestampMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** In descending order of detection score. */
  readonly faces: readonly FaceFeature[];
  /** A small picture of the frame ([rows, columns, 3] uint8) by which cuts are noticed. */
  readonly thumbnail: Uint8Array;
  readonly stageMs: StageTimesMs;
}

/** The networks of one bundle, behind worker threads. */
export interface FaceVision {
  readonly bundleId: string;
  readonly dimension: number;
  /** Which score the qualities are of: `heuristic`, `network`, `network-untrained`. */
  readonly qualityKind: string;
  /** Frames that are worked on at the same time; asking for more than this waits. */
  readonly concurrency: number;
  /**
   * Finds, aligns, embeds and scores the faces of one frame.
   * Takes the frame's pixels over (their buffer is transferred and must not be used again).
   * Throws MODEL_FAILED, LIMIT_EXCEEDED, CANCELLED, UNAVAILABLE.
   */
  analyse(frame: RgbFrame, signal: AbortSignal): Promise<FrameAnalysis>;
  close(): Promise<void>;
}
