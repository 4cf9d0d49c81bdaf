import ffmpeg from 'fluent-ffmpeg';
import { CLIP_INPUT, inputGuards } from './clip-input.js';
import type { ClipInfo } from './port.js';

/** One decode, with everything worked out. */
export interface DecodePlan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly startMs: number;
  readonly rotationDegrees: number;
  readonly isStill: boolean;
  /** Whether the container can be entered at a key frame before `startMs`. */
  readonly canSeek: boolean;
  readonly threads: number;
  readonly maxPixels: number;
}

/** What fluent-ffmpeg is used for, of all that it offers. */
interface ArgumentBuilder {
  _getArguments(): string[];
}

/**
 * A time that a container rounded to its own grid (1 ms in Matroska) still counts as being on the
 * slot that it was meant for.
 */
const ROUNDING_S = 0.0006;

/**
 * Containers with an index of key frames. In the others ffmpeg lands in the middle of a group of
 * pictures and drops what it cannot decode, so they are read from the start.
 */
const INDEXED_CONTAINERS: ReadonlySet<string> = new Set(['mov', 'matroska', 'avi']);

export function canSeek(info: ClipInfo): boolean {
  return INDEXED_CONTAINERS.has(info.container ?? '');
}

/**
 * The arguments of ffmpeg for one decode: pictures of a forced size as rgb24 on stdout, in NUT, which
 * carries the timestamps. fluent-ffmpeg builds them and no more: it cannot hand over an open file,
 * start a process group or bound what it keeps of stderr, so media-process.ts runs the program.
 */
export function decodeArguments(plan: DecodePlan): string[] {
  const command = ffmpeg({ source: CLIP_INPUT })
    .inputOptions(inputOptions(plan))
    .noAudio()
    .videoFilters(filters(plan))
    .videoCodec('rawvideo')
    .outputOptions(outputOptions(plan))
    .output('pipe:1');
  return [...globalOptions(), ...(command as unknown as ArgumentBuilder)._getArguments()];
}

function globalOptions(): string[] {
  return ['-nostdin', '-hide_banner', '-loglevel', 'error', '-filter_threads', '1'];
}

/** Rotation is ours to apply: the versions of ffmpeg disagree about when they do it themselves. */
function inputOptions(plan: DecodePlan): string[] {
  const seek = [
    '-copyts',
    '-start_at_zero',
    '-noaccurate_seek',
    '-ss',
    String(plan.startMs / 1000),
  ];
  return [
    ...inputGuards(plan.maxPixels),
    ...['-threads', String(plan.threads), '-noautorotate'],
    ...(plan.canSeek && plan.startMs > 0 ? seek : []),
  ];
}

function outputOptions(plan: DecodePlan): string[] {
  return [
    ...['-map', '0:V:0', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...(plan.isStill ? ['-frames:v', '1'] : []),
    ...['-pix_fmt', 'rgb24', '-enc_time_base', '1:1000000'],
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1'],
  ];
}

/** Sampling comes first, so that nothing is turned or scaled that nobody will see. */
function filters(plan: DecodePlan): string[] {
  return [
    `select='${sampling(plan)}'`,
    'settb=1/1000000',
    ...turn(plan.rotationDegrees),
    `scale=${plan.widthPx}:${plan.heightPx}:flags=bicubic`,
    'setsar=1',
  ];
}

/**
 * Time from the clip's start is cut in slots of 1/framesPerSecond; each slot's first frame is taken.
 * The slots do not depend on `startMs`, so that a part of a clip gives the frames of the whole.
 */
function sampling({ framesPerSecond, startMs }: DecodePlan): string {
  const slot = (time: string): string => `floor((${time}+${ROUNDING_S})*${framesPerSecond})`;
  const isFirst = `isnan(prev_selected_t)+gt(${slot('t')},${slot('prev_selected_t')})`;
  if (startMs === 0) return isFirst;
  return `gte(t+${ROUNDING_S},${startMs / 1000})*(${isFirst})`;
}

function turn(rotationDegrees: number): string[] {
  if (rotationDegrees === 90) return ['transpose=clock'];
  if (rotationDegrees === 180) return ['hflip', 'vflip'];
  if (rotationDegrees === 270) return ['transpose=cclock'];
  return [];
}
