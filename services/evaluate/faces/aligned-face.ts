import sharp from 'sharp';
import { ClipidError } from '../../core/errors.js';
import type { Face, RgbFrame } from '../../core/types.js';
import { alignerPoints } from '../../models/aligner-points.js';
import type { FacePixels } from './degrade.js';

/** The challenge's faces: 112 px, five points where its template has them. */
export const FACE_PX = 112;
const POINTS = { kind: 'similarity-5-points', sizePx: FACE_PX, pointsPx: 'arcface-112' } as const;
/** A face aligned to the template is one that was found for certain. */
const FOUND: Face = {
  boxPx: { x: 0, y: 0, width: FACE_PX, height: FACE_PX },
  pointsPx: Float32Array.from(alignerPoints(POINTS)),
  detectionScore: 1,
};
/** Far more than an aligned face has; what is larger was not aligned, or wants to fill memory. */
const MOST_PIXELS = 16_000_000;

/** [112, 112, 3] of an aligned face in a file. Throws CLIP_UNREADABLE naming it. */
export async function readFace(file: string): Promise<FacePixels> {
  try {
    const pixels = await sharp(file, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .resize(FACE_PX, FACE_PX, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    return { sidePx: FACE_PX, pixels };
  } catch (cause) {
    throw new ClipidError('CLIP_UNREADABLE', `${file} is not a picture that can be read.`, {
      cause,
    });
  }
}

/** The face as if it had been found in a frame of its own. */
export function asFrame({ pixels, sidePx }: FacePixels): { frame: RgbFrame; face: Face } {
  return { frame: { widthPx: sidePx, heightPx: sidePx, timestampMs: 0, pixels }, face: FOUND };
}
