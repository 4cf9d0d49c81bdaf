import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { ClipidError } from '../../core/errors.js';
import type { Still } from './cast.js';

/** The file of a photo that the face-api package carries. Throws TOOL_MISSING where it is not installed. */
export function photoPath(photo: string): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
    return join(dirname(manifest), 'demo', photo);
  } catch (cause) {
    const message =
      'The pictures of the demo are in the npm package @vladmandic/face-api; run npm ci.';
    throw new ClipidError('TOOL_MISSING', message, { cause });
  }
}

/** A person's picture for enrolment, as a JPEG file would hold it. */
export function makeStill({ photo, cropPx, treatment }: Still): Promise<Buffer> {
  const { x: left, y: top, width, height } = cropPx;
  const crop = sharp(photoPath(photo)).extract({ left, top, width, height });
  if (treatment === 'none') return crop.jpeg({ quality: 90 }).toBuffer();
  return crop
    .flop()
    .modulate({ brightness: 1.12, saturation: 0.7 })
    .resize(Math.round(width * 0.7))
    .jpeg({ quality: 70 })
    .toBuffer();
}
