/** What the decoder will not go beyond; each is named in the error that it causes. */
export interface VideoLimits {
  /** Width times height of one picture as it is stored. */
  readonly maxPixels: number;
  readonly maxDurationMs: number;
  /** Time for reading a clip's headers. */
  readonly probeTimeoutMs: number;
  /** Longest wait for the next frame; counted only while somebody waits for it. */
  readonly frameTimeoutMs: number;
  /** Time that a process is given to end by itself before it is killed. */
  readonly stopGraceMs: number;
}

export const DEFAULT_LIMITS: VideoLimits = {
  maxPixels: 8192 * 8192,
  maxDurationMs: 6 * 60 * 60 * 1000,
  probeTimeoutMs: 30_000,
  frameTimeoutMs: 30_000,
  stopGraceMs: 1_000,
};
