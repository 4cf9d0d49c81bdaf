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

/** What a clip's headers say. Sizes are as shown: after rotation and with square pixels. */
export interface ClipInfo {
  readonly durationMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly videoCodec: string;
  /** A single picture, not a moving one. */
  readonly isStill: boolean;
}

export interface DecodeOptions {
  readonly framesPerSecond: number;
  readonly startMs?: number;
  readonly endMs?: number;
  /** Larger pictures are scaled down to this long side; smaller ones are left alone. */
  readonly longSidePx: number;
}

/** The frames of one decode, and what was noticed on the way once they have been read. */
export interface DecodedFrames extends AsyncIterable<RgbFrame> {
  /** `the file ends early: ...`; complete when the iteration has ended. */
  readonly warnings: readonly string[];
}

export interface FrameDecoder {
  /** Throws CLIP_UNREADABLE, CLIP_NO_VIDEO, CLIP_EMPTY, LIMIT_EXCEEDED, TOOL_MISSING, CANCELLED. */
  probe(clip: LocalClip, signal: AbortSignal): Promise<ClipInfo>;
  /**
   * Frames in order of time; a frame is read from ffmpeg only when asked for (backpressure by pull).
   * Ending the iteration early, or the signal, ends ffmpeg. Throws as `probe` does.
   * A damaged clip yields what can be decoded and a warning; none at all is CLIP_UNREADABLE.
   */
  frames(clip: LocalClip, info: ClipInfo, options: DecodeOptions, signal: AbortSignal): DecodedFrames;
}
