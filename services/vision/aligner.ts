import type { Face, RgbFrame } from '../core/types.js';
import { alignerPoints } from '../models/aligner-points.js';
import type { AlignerPart } from '../models/manifest.js';
import { fitSimilarity, type Similarity } from './affine.js';
import { resampleSquare } from './resample.js';

/** Turns and scales faces so that their five points come to lie on a template's. */
export class Aligner {
  readonly sizePx: number;
  /** [10] where the points come to lie on the chip. */
  readonly templatePx: readonly number[];

  constructor(part: AlignerPart) {
    this.sizePx = part.sizePx;
    this.templatePx = alignerPoints(part);
  }

  /** [faces, sizePx, sizePx, 3] uint8 RGB; black where a chip reaches out of the picture. */
  chips(frame: RgbFrame, faces: readonly Face[]): Uint8Array {
    const bytes = this.sizePx * this.sizePx * 3;
    const chips = new Uint8Array(faces.length * bytes);
    faces.forEach((face, i) => {
      const target = { data: chips, offset: i * bytes, sizePx: this.sizePx };
      resampleSquare(frame, this.toSource(face), target);
    });
    return chips;
  }

  /** From pixels of the chip to pixels of the frame. */
  toSource({ pointsPx }: Face): Similarity {
    return fitSimilarity(this.templatePx, pointsPx);
  }
}
