import type { RgbFrame } from '../core/types.js';

/** A clip that lies in a local file while it is worked on. */
export interface LocalClip {
  readonly path: string;
  readonly sizeBytes: number;
  /** Deletes a downloaded copy; does nothing to a file that was already local. Safe to call twice. */
  release(): Promise<void>;
}

export interface ClipFetcher {
  /**
   * Brings a clip to a local path.
   * Throws URI_FORBIDDEN, CLIP_UNREACHABLE, CLIP_EMPTY, LIMIT_EXCEEDED (field `uri`), CANCELLED.
   */
  fetch(uri: string, signal: AbortSignal): Promise<LocalClip>;
}

/**
 * What a clip's headers say. Sizes are as shown: after rotation and with square pixels.
 * `durationMs` is the picture's, from the clip's start; sound may go on for longer.
 */
export interface ClipInfo {
  readonly durationMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly videoCodec: string;
  /** A single picture, not a moving one; `durationMs` is then 0. */
  readonly isStill: boolean;
  /** Clockwise turn that shows the picture upright, already counted in the sizes; 0 when absent. */
  readonly rotationDegrees?: 0 | 90 | 180 | 270;
  /** ffprobe's first name of the container: `mov`, `matroska`, `mpegts`, `png_pipe`. */
  readonly container?: string;
}

export interface DecodeOptions {
  /** In (0, 240]: of each 1/framesPerSecond of the clip's time, the first frame that is there. */
  readonly framesPerSecond: number;
  /** Frames at or after this time from the clip's start; 0 when absent. */
  readonly startMs?: number;
  /** Frames before this time from the clip's start; the clip's end when absent. */
  readonly endMs?: number;
  /** Larger pictures are scaled down to this long side; smaller ones are left alone. */
  readonly longSidePx: number;
}

/**
 * The frames of one decode, and what was noticed on the way once they have been read. Can be iterated
 * once. Every frame has a buffer of its own, free to be transferred to a worker.
 */
export interface DecodedFrames extends AsyncIterable<RgbFrame> {
  /** `the file ends early: ...`; complete when the iteration has ended. */
  readonly warnings: readonly string[];
}

export interface FrameDecoder {
  /**
   * Throws CLIP_UNREADABLE, CLIP_NO_VIDEO, CLIP_EMPTY, CLIP_UNREACHABLE, LIMIT_EXCEEDED, TOOL_MISSING,
   * DEADLINE_EXCEEDED, CANCELLED.
   */
  probe(clip: LocalClip, signal: AbortSignal): Promise<ClipInfo>;
  /**
   * Frames in order of time; a frame is read from ffmpeg only when asked for (backpressure by pull).
   * Ending the iteration early, or the signal, ends ffmpeg. Throws as `probe` does, and FIELD_INVALID
   * for options out of their range. A damaged clip yields what can be decoded and a warning; none at
   * all is CLIP_UNREADABLE. A time range with no frame in it yields none, and a warning.
   */
  frames(
    clip: LocalClip,
    info: ClipInfo,
    options: DecodeOptions,
    signal: AbortSignal,
  ): DecodedFrames;
}
