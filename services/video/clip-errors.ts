import { ClipidError } from '../core/errors.js';

/** How ffmpeg words a picture above the limit that it was given, in all versions. */
const TOO_LARGE = /Picture size (\d+)x(\d+) exceeds specified max pixel count (\d+)/;

/** The error for a clip that ffmpeg makes nothing of; `reason` is a line of its stderr, or ''. */
export function unreadable(reason: string): ClipidError {
  const tooLarge = TOO_LARGE.exec(reason);
  if (tooLarge !== null) {
    const pixels = Number(tooLarge[1]) * Number(tooLarge[2]);
    return exceeded('picture', 'maxPixels', pixels, Number(tooLarge[3]), 'pixels');
  }
  const because = reason === '' ? '' : `: ${reason}`;
  return new ClipidError('CLIP_UNREADABLE', `ffmpeg cannot read the clip${because}`, {
    field: 'uri',
  });
}

/** LIMIT_EXCEEDED that names the limit and both numbers with their unit. */
export function exceeded(
  what: string,
  limit: string,
  value: number,
  bound: number,
  unit: string,
): ClipidError {
  const message = `The ${what} has ${value} ${unit}; the limit ${limit} is ${bound} ${unit}.`;
  const details = { limit, value: String(value), bound: String(bound), unit };
  return new ClipidError('LIMIT_EXCEEDED', message, { field: 'uri', details });
}
