import { ClipidError } from '../core/errors.js';
import { exceeded, unreadable } from './clip-errors.js';
import type { VideoLimits } from './limits.js';
import type { ClipInfo } from './port.js';
import type { ProbeReport, ProbeStream } from './probe-report.js';

type Rotation = 0 | 90 | 180 | 270;

/** Pixels further from square than this are a broken header, not a picture. */
const MAX_PIXEL_ASPECT = 8;

/** The first stream of moving or still pictures; a record's cover is neither. Throws CLIP_NO_VIDEO. */
export function pictureStream(report: ProbeReport): ProbeStream {
  const isPicture = (stream: ProbeStream): boolean =>
    stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1;
  const found = report.streams.find(isPicture);
  if (found !== undefined) return found;
  throw new ClipidError('CLIP_NO_VIDEO', 'The clip has sound but no picture.', { field: 'uri' });
}

export function isStill(report: ProbeReport): boolean {
  return report.format.format_name.endsWith('_pipe');
}

/** Where the picture ends, from the clip's start; undefined when no header says. */
export function headerDurationMs(report: ProbeReport, stream: ProbeStream): number | undefined {
  const clipStart = report.format.start_time ?? 0;
  const end = endOf(stream, clipStart) ?? report.format.duration;
  return end === undefined || end <= 0 ? undefined : Math.round(end * 1000);
}

/** In seconds from the clip's start; Matroska's tag is a time of its own clock, not a length. */
function endOf(stream: ProbeStream, clipStart: number): number | undefined {
  if (stream.duration !== undefined) {
    return Math.max(0, (stream.start_time ?? clipStart) - clipStart) + stream.duration;
  }
  const tag = clockSeconds(stream.tags?.['DURATION']);
  return tag === undefined ? undefined : tag - clipStart;
}

/** Matroska's tag: `00:01:02.500000000`, in seconds. */
function clockSeconds(text: string | undefined): number | undefined {
  const parts = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (parts === null) return undefined;
  return Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
}

/** The clip as it is shown. */
export function clipInfo(report: ProbeReport, stream: ProbeStream, durationMs: number): ClipInfo {
  const rotationDegrees = rotation(report, stream);
  const upright = squarePixels(stream);
  const isOnSide = rotationDegrees === 90 || rotationDegrees === 270;
  return {
    durationMs,
    widthPx: isOnSide ? upright.heightPx : upright.widthPx,
    heightPx: isOnSide ? upright.widthPx : upright.heightPx,
    videoCodec: stream.codec_name,
    isStill: isStill(report),
    rotationDegrees,
    container: report.format.format_name.split(',')[0] ?? '',
  };
}

/** Wide pixels make the picture wider, high ones higher: no line is lost. */
function squarePixels(stream: ProbeStream): { widthPx: number; heightPx: number } {
  const [across = 0, down = 0] = (stream.sample_aspect_ratio ?? '1:1').split(':').map(Number);
  const aspect = across > 0 && down > 0 ? across / down : 1;
  const { width, height } = stream;
  if (aspect > MAX_PIXEL_ASPECT || aspect < 1 / MAX_PIXEL_ASPECT) {
    return { widthPx: width, heightPx: height };
  }
  if (aspect >= 1) return { widthPx: Math.round(width * aspect), heightPx: height };
  return { widthPx: width, heightPx: Math.round(height / aspect) };
}

/**
 * Clockwise. The display matrix (of the stream, or of a photograph's EXIF) counts the other way; the
 * `rotate` tag of older files does not. Anything but quarter turns is shown as the nearest one.
 */
function rotation(report: ProbeReport, stream: ProbeStream): Rotation {
  const lists = [stream.side_data_list, report.frames?.[0]?.side_data_list];
  const matrix = lists.flatMap((list) => list ?? []).find((data) => data.rotation !== undefined);
  const tag = Number(stream.tags?.['rotate'] ?? 0);
  const clockwise = matrix?.rotation === undefined ? tag : -matrix.rotation;
  const quarters = Number.isFinite(clockwise) ? Math.round(clockwise / 90) : 0;
  return ((((quarters % 4) + 4) % 4) * 90) as Rotation;
}

/** Throws CLIP_UNREADABLE, with what ffprobe complained of, when the headers give no size. */
export function checkHasSize(stream: ProbeStream, complaint: string): void {
  if (stream.width > 0 && stream.height > 0) return;
  throw unreadable(complaint === '' ? 'it does not say how large its picture is' : complaint);
}

/** Throws LIMIT_EXCEEDED for a picture or a clip that is too large to be worked on. */
export function checkLimits(stream: ProbeStream, durationMs: number, limits: VideoLimits): void {
  const pixels = stream.width * stream.height;
  if (pixels > limits.maxPixels)
    exceeded('picture', 'maxPixels', pixels, limits.maxPixels, 'pixels');
  if (durationMs > limits.maxDurationMs) {
    throw exceeded('clip', 'maxDurationMs', durationMs, limits.maxDurationMs, 'ms');
  }
}
