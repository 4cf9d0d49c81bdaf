import type { Readable } from 'node:stream';
import { unreadable } from './clip-errors.js';
import { CLIP_INPUT, inputGuards } from './clip-input.js';
import type { VideoLimits } from './limits.js';
import { checkStarted, startOnClip, type MediaProcess } from './media-process.js';
import type { LocalClip } from './port.js';
import { orAborted, throwIfAborted, Watchdog } from './watchdog.js';

/** Where ffprobe is, and what bounds it. */
export interface ProbeSettings {
  readonly ffprobePath: string;
  readonly limits: VideoLimits;
}

export interface ProbeAnswer<T> {
  readonly value: T;
  /** What ffprobe complained of although it answered; '' when of nothing. */
  readonly complaint: string;
}

/**
 * Runs ffprobe on a clip and hands what it writes to `read`, under the time limit.
 * Throws CLIP_UNREADABLE with ffprobe's reason when it fails, DEADLINE_EXCEEDED, CANCELLED,
 * TOOL_MISSING, and what `startOnClip` and `read` throw.
 */
export async function runProbe<T>(
  settings: ProbeSettings,
  clip: LocalClip,
  args: readonly string[],
  read: (stdout: Readable) => Promise<T>,
  signal: AbortSignal,
): Promise<ProbeAnswer<T>> {
  const { ffprobePath, limits } = settings;
  throwIfAborted(signal);
  const guards = inputGuards(limits.maxPixels);
  const all = ['-hide_banner', '-loglevel', 'error', ...guards, ...args, CLIP_INPUT];
  const probe = await startOnClip(ffprobePath, all, clip, limits.stopGraceMs);
  const watchdog = new Watchdog('Reading the headers of the clip', limits.probeTimeoutMs, signal);
  watchdog.arm();
  try {
    return await outcome(ffprobePath, probe, read, watchdog.signal);
  } finally {
    watchdog.release();
    await probe.stop();
  }
}

async function outcome<T>(
  program: string,
  probe: MediaProcess,
  read: (stdout: Readable) => Promise<T>,
  signal: AbortSignal,
): Promise<ProbeAnswer<T>> {
  const work = read(probe.stdout).then(async (value) => ({ value, end: await probe.ended }));
  const { value, end } = await orAborted(work, signal);
  checkStarted(program, end);
  const complaint = probe.stderr.reason;
  if (end.code === 0) return { value, complaint };
  throw unreadable(complaint);
}
