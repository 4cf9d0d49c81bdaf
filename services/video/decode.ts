import { ClipidError } from '../core/errors.js';
import type { RgbFrame } from '../core/types.js';
import { ByteReader } from './byte-reader.js';
import { decodeArguments, type DecodePlan } from './command.js';
import { checkTime, outcomeWarning, type DecodedSoFar } from './decode-outcome.js';
import type { VideoLimits } from './limits.js';
import { checkStarted, startOnClip, type MediaProcess, type ProcessEnd } from './media-process.js';
import { nutError } from './nut-header.js';
import { NutReader, type NutFrame } from './nut-reader.js';
import type { ClipInfo, DecodedFrames, DecodeOptions, LocalClip } from './port.js';
import { orAborted, throwIfAborted, Watchdog } from './watchdog.js';

/** One decode: which clip, how, and by which ffmpeg. */
export interface DecodeJob {
  readonly ffmpegPath: string;
  readonly clip: LocalClip;
  readonly info: ClipInfo;
  readonly options: DecodeOptions;
  readonly plan: DecodePlan;
  readonly limits: VideoLimits;
}

/** The port's `frames`; ffmpeg starts when the first frame is asked for. */
export class Decoding implements DecodedFrames {
  readonly #job: DecodeJob;
  readonly #signal: AbortSignal;
  readonly #warnings: string[] = [];
  #isTaken = false;

  constructor(job: DecodeJob, signal: AbortSignal) {
    this.#job = job;
    this.#signal = signal;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  [Symbol.asyncIterator](): AsyncIterator<RgbFrame> {
    if (this.#isTaken) throw new ClipidError('INTERNAL', 'The frames of a decode are read once.');
    this.#isTaken = true;
    return this.#run();
  }

  async *#run(): AsyncGenerator<RgbFrame, void, undefined> {
    const { ffmpegPath, clip, plan, limits } = this.#job;
    throwIfAborted(this.#signal);
    const ffmpeg = await startOnClip(ffmpegPath, decodeArguments(plan), clip, limits.stopGraceMs);
    // Also while nobody waits for a frame: an aborted decode must not linger.
    const stop = (): void => void ffmpeg.stop();
    this.#signal.addEventListener('abort', stop, { once: true });
    const watchdog = new Watchdog('Decoding the next frame', limits.frameTimeoutMs, this.#signal);
    try {
      yield* this.#read(ffmpeg, watchdog);
    } finally {
      watchdog.release();
      this.#signal.removeEventListener('abort', stop);
      await ffmpeg.stop();
    }
  }

  async *#read(
    ffmpeg: MediaProcess,
    watchdog: Watchdog,
  ): AsyncGenerator<RgbFrame, void, undefined> {
    const { limits, plan, options, info } = this.#job;
    const frameBytes = plan.widthPx * plan.heightPx * 3;
    const reader = new NutReader(new ByteReader(ffmpeg.stdout, watchdog.signal), frameBytes);
    let so: DecodedSoFar = { frameCount: 0, timestampMs: 0 };
    for (;;) {
      const next = await guarded(watchdog, () => reader.next());
      if (next === undefined) break;
      const frame = toRgbFrame(next, plan, info);
      if (frame.timestampMs >= (options.endMs ?? Number.POSITIVE_INFINITY)) return;
      checkTime(frame.timestampMs, limits.maxDurationMs);
      so = { frameCount: so.frameCount + 1, timestampMs: frame.timestampMs };
      yield frame;
    }
    const end = await guarded(watchdog, () => orAborted(ffmpeg.ended, watchdog.signal));
    this.#finish(ffmpeg, end, so);
  }

  #finish(ffmpeg: MediaProcess, end: ProcessEnd, so: DecodedSoFar): void {
    const { ffmpegPath, info, options } = this.#job;
    checkStarted(ffmpegPath, end);
    const warning = outcomeWarning(so, end, ffmpeg.stderr.reason, info, options);
    if (warning !== undefined) this.#warnings.push(warning);
  }
}

async function guarded<T>(watchdog: Watchdog, wait: () => Promise<T>): Promise<T> {
  watchdog.arm();
  try {
    return await wait();
  } finally {
    watchdog.disarm();
  }
}

/** Times are whole milliseconds; a still picture has no time, and shows at 0. */
function toRgbFrame(frame: NutFrame, plan: DecodePlan, info: ClipInfo): RgbFrame {
  const { widthPx, heightPx } = plan;
  if (frame.bytes.length !== widthPx * heightPx * 3) throw nutError('a frame of another size');
  const timestampMs = info.isStill ? 0 : Math.max(0, Math.round(frame.timestampMs));
  return { widthPx, heightPx, timestampMs, pixels: frame.bytes };
}
