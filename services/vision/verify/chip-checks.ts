import type { Face, RgbFrame } from '../../core/types.js';
import type { Aligner } from '../aligner.js';
import { mean, percent, round, type VerifyCheck } from './report.js';

/** Mean distance of the points from the template, in shares of the chip: more is another face shape. */
const MOST_OFF = 0.06;
/** A chip of a face in the picture may reach out of it, but not by more than this share. */
const MOST_OUTSIDE = 0.35;

/** How near the faces' points come to the template once they are aligned to it. */
export function fitCheck(aligner: Aligner, faces: readonly Face[]): VerifyCheck {
  const off = mean(faces.map((face) => distanceToTemplate(aligner, face)));
  const ok = off <= MOST_OFF;
  const words = ok
    ? `aligned faces lie on the template within ${round(off)} of the chip's side`
    : `aligned faces miss the template by ${round(off)} of the chip's side: pointsPx are not a ` +
      'face of this shape, or in another order (left eye, right eye, nose, left and right mouth corner)';
  return { name: 'alignment', ok, words, figure: off };
}

/** How much of the chips lies in the pictures. */
export function chipCheck(
  aligner: Aligner,
  framed: readonly { readonly frame: RgbFrame; readonly face: Face }[],
): VerifyCheck {
  const outside = mean(framed.map(({ frame, face }) => shareOutside(aligner, frame, face)));
  const ok = outside <= MOST_OUTSIDE;
  const words = ok
    ? `${percent(outside)} of the chips lies outside of the pictures`
    : `${percent(outside)} of the chips lies outside of the pictures: the template is too small ` +
      "on its chip, or the points are not in the frame's pixels";
  return { name: 'chips', ok, words, figure: outside };
}

function distanceToTemplate(aligner: Aligner, face: Face): number {
  const { a, b, tx, ty } = aligner.toSource(face);
  const scale = Math.hypot(a, b) * aligner.sizePx;
  const distances = Array.from({ length: 5 }, (_, i) => {
    const u = aligner.templatePx[2 * i] ?? 0;
    const v = aligner.templatePx[2 * i + 1] ?? 0;
    const dx = a * u - b * v + tx - (face.pointsPx[2 * i] ?? 0);
    const dy = b * u + a * v + ty - (face.pointsPx[2 * i + 1] ?? 0);
    return Math.hypot(dx, dy);
  });
  return scale > 0 ? mean(distances) / scale : 1;
}

/** By a grid of points of the chip. */
function shareOutside(aligner: Aligner, frame: RgbFrame, face: Face): number {
  const { a, b, tx, ty } = aligner.toSource(face);
  const steps = 10;
  let outside = 0;
  for (let i = 0; i < steps * steps; i++) {
    const u = (((i % steps) + 0.5) / steps) * aligner.sizePx;
    const v = ((Math.floor(i / steps) + 0.5) / steps) * aligner.sizePx;
    const [x, y] = [a * u - b * v + tx, b * u + a * v + ty];
    if (!(x >= 0 && y >= 0 && x < frame.widthPx && y < frame.heightPx)) outside += 1;
  }
  return outside / (steps * steps);
}
