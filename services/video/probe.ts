import type { Readable } from 'node:stream';
import { ClipidError } from '../core/errors.js';
import {
  checkHasSize,
  checkLimits,
  clipInfo,
  headerDurationMs,
  isStill,
  pictureStream,
} from './clip-info.js';
import type { ClipInfo, LocalClip } from './port.js';
import { parseReport, REPORT_ENTRIES, type ProbeReport } from './probe-report.js';
import { runProbe, type ProbeAnswer, type ProbeSettings } from './run-probe.js';

/** A report is some kilobytes; a clip with thousands of streams is an attack. */
const MAX_REPORT_CHARS = 1 << 20;

/** What a clip's headers say; the port's `probe`. */
export async function probeClip(
  settings: ProbeSettings,
  clip: LocalClip,
  signal: AbortSignal,
): Promise<ClipInfo> {
  const { value: headers, complaint } = await readReport(settings, clip, [], signal);
  const stream = pictureStream(headers);
  checkHasSize(stream, complaint);
  checkLimits(stream, 0, settings.limits);
  if (isStill(headers)) {
    return clipInfo(await withFirstFrame(settings, clip, headers, signal), stream, 0);
  }
  const durationMs =
    headerDurationMs(headers, stream) ??
    (await scanDurationMs(settings, clip, headers.format.start_time, stream.index, signal));
  checkLimits(stream, durationMs, settings.limits);
  return clipInfo(headers, stream, durationMs);
}

async function readReport(
  settings: ProbeSettings,
  clip: LocalClip,
  extra: readonly string[],
  signal: AbortSignal,
): Promise<ProbeAnswer<ProbeReport>> {
  const args = [...extra, '-show_entries', REPORT_ENTRIES, '-print_format', 'json'];
  const { value, complaint } = await runProbe(settings, clip, args, collect, signal);
  return { value: parseReport(value), complaint };
}

/** A photograph says which way up it is only once it is decoded. */
async function withFirstFrame(
  settings: ProbeSettings,
  clip: LocalClip,
  headers: ProbeReport,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const firstFrame = ['-show_frames', '-read_intervals', '%+#1'];
  const { value } = await readReport(settings, clip, firstFrame, signal);
  return { ...headers, frames: value.frames };
}

async function collect(stdout: Readable): Promise<string> {
  let text = '';
  stdout.setEncoding('utf8');
  for await (const part of stdout) {
    text += String(part);
    if (text.length > MAX_REPORT_CHARS) {
      throw new ClipidError('CLIP_UNREADABLE', "The clip's headers are too long.", {
        field: 'uri',
      });
    }
  }
  return text;
}

/**
 * The end of the last picture when no header tells it: recordings that were never finished, raw
 * streams. Reads every packet of the clip and decodes none.
 */
async function scanDurationMs(
  settings: ProbeSettings,
  clip: LocalClip,
  startSeconds: number | undefined,
  streamIndex: number,
  signal: AbortSignal,
): Promise<number> {
  const select = ['-select_streams', String(streamIndex)];
  const entries = ['-show_entries', 'packet=pts_time,duration_time', '-print_format', 'csv=p=0'];
  const read = (stdout: Readable): Promise<number> => lastEnd(stdout, startSeconds ?? 0);
  return (await runProbe(settings, clip, [...select, ...entries], read, signal)).value;
}

/** Lines of `pts,duration` in seconds; without timestamps the durations are added up. */
async function lastEnd(stdout: Readable, startSeconds: number): Promise<number> {
  let end = 0;
  let sum = 0;
  for await (const line of linesOf(stdout)) {
    const [pts = Number.NaN, duration = Number.NaN] = line.split(',').map(Number);
    const length = Number.isFinite(duration) ? duration : 0;
    sum += length;
    if (Number.isFinite(pts)) end = Math.max(end, pts - startSeconds + length);
  }
  return Math.round(Math.max(end, end > 0 ? 0 : sum) * 1000);
}

async function* linesOf(stdout: Readable): AsyncGenerator<string> {
  let rest = '';
  stdout.setEncoding('utf8');
  for await (const part of stdout) {
    const lines = (rest + String(part)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
