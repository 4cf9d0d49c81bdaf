import { decodePlan } from './decode-plan.js';
import { Decoding } from './decode.js';
import { DEFAULT_LIMITS, type VideoLimits } from './limits.js';
import type { ClipInfo, DecodedFrames, DecodeOptions, FrameDecoder, LocalClip } from './port.js';
import { probeClip } from './probe.js';

export interface FfmpegDecoderOptions {
  /** Absolute paths; see tools.ts. */
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** Threads of one decode; 1 when absent. Many clips at a time are better than many threads. */
  readonly threads?: number;
  readonly limits?: Partial<VideoLimits>;
}

/** Reads clips with the ffmpeg and ffprobe programs, one process for each decode. */
export class FfmpegDecoder implements FrameDecoder {
  readonly #options: FfmpegDecoderOptions;
  readonly #limits: VideoLimits;

  constructor(options: FfmpegDecoderOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  probe(clip: LocalClip, signal: AbortSignal): Promise<ClipInfo> {
    const settings = { ffprobePath: this.#options.ffprobePath, limits: this.#limits };
    return probeClip(settings, clip, signal);
  }

  frames(
    clip: LocalClip,
    info: ClipInfo,
    options: DecodeOptions,
    signal: AbortSignal,
  ): DecodedFrames {
    const { ffmpegPath, threads = 1 } = this.#options;
    const limits = this.#limits;
    const plan = decodePlan(info, options, limits, threads);
    return new Decoding({ ffmpegPath, clip, info, options, plan, limits }, signal);
  }
}
