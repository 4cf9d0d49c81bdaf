import type { Face } from '../../core/types.js';
import { mean, round, type VerifyCheck } from './report.js';

/** Of upright faces that look at the camera, nearly all must pass. */
const MOST = 0.8;
/** Points may lie outside their box by this share of it. */
const BESIDE_BOX = 0.15;

/** Whether the points are those of upright faces, in the right order, in their boxes. */
export function pointsCheck(faces: readonly Face[]): VerifyCheck {
  const problems = faces.map(({ pointsPx, boxPx }) => {
    const order = orderProblem(pointsPx);
    if (order !== null) return order;
    return outsideBox(pointsPx, boxPx) ? 'points lie outside of the box' : null;
  });
  const good = problems.filter((problem) => problem === null).length / faces.length;
  const kinds = [...new Set(problems.filter((problem) => problem !== null))];
  const ok = good >= MOST;
  const words = ok
    ? 'eyes, nose and mouth are where an upright face has them'
    : `${kinds.join('; ')}: check the order of the outputs, the family, strides and layout`;
  return { name: 'points', ok, words, figure: good };
}

/** Whether the template itself is a face on its chip. templatePx: [10]. */
export function templateCheck(templatePx: readonly number[], sizePx: number): VerifyCheck {
  const [lx = 0, ly = 0, rx = 0, ry = 0] = templatePx;
  const eyes = Math.hypot(rx - lx, ry - ly) / sizePx;
  const problem = orderProblem(templatePx) ?? eyeProblem(eyes);
  const words = problem ?? `the eyes are ${round(eyes)} of the chip's side apart`;
  return { name: 'template', ok: problem === null, words, figure: eyes };
}

function eyeProblem(eyes: number): string | null {
  if (eyes >= 0.15 && eyes <= 0.7) return null;
  return (
    `the eyes are ${round(eyes)} of the chip's side apart, 0.3 to 0.4 is usual: pointsPx belong to ` +
    'another sizePx, or are shares'
  );
}

/** points: [10], y downwards; null for those of an upright face. */
export function orderProblem(points: ArrayLike<number>): string | null {
  const at = (i: number): number => points[i] ?? 0;
  const eyesY = mean([at(1), at(3)]);
  const mouthY = mean([at(7), at(9)]);
  if (eyesY >= mouthY) return 'the eyes are below the mouth';
  if (at(0) >= at(2)) return 'the left eye is right of the right eye';
  if (at(6) >= at(8)) return 'the left corner of the mouth is right of the right one';
  if (at(5) <= eyesY - 0.2 * (mouthY - eyesY) || at(5) >= mouthY)
    return 'the nose is not between eyes and mouth';
  return null;
}

function outsideBox(points: Float32Array, { x, y, width, height }: Face['boxPx']): boolean {
  const [marginX, marginY] = [width * BESIDE_BOX, height * BESIDE_BOX];
  return points.some((value, i) =>
    i % 2 === 0
      ? value < x - marginX || value > x + width + marginX
      : value < y - marginY || value > y + height + marginY,
  );
}
