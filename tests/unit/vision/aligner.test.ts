import { describe, expect, it } from 'vitest';
import type { Face, RgbFrame } from '../../../services/core/types.js';
import { alignerPoints } from '../../../services/models/aligner-points.js';
import type { AlignerPart } from '../../../services/models/manifest.js';
import { Aligner } from '../../../services/vision/aligner.js';
import { squares, type Colour } from './pictures.js';

const COLOURS: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [0, 255, 255],
];
const OWN: AlignerPart['pointsPx'] = [
  [20, 22],
  [44, 20],
  [30, 36],
  [24, 50],
  [40, 48],
];
const parts: (AlignerPart & { name: string })[] = [
  { name: 'arcface-112', kind: 'similarity-5-points', sizePx: 112, pointsPx: 'arcface-112' },
  { name: 'arcface at 64', kind: 'similarity-5-points', sizePx: 64, pointsPx: 'arcface-112' },
  { name: 'dlib-150', kind: 'similarity-5-points', sizePx: 150, pointsPx: 'dlib-150' },
  { name: 'points of its own', kind: 'similarity-5-points', sizePx: 64, pointsPx: OWN },
];

/** A dot of another colour at each of the five points. */
function dotted(pointsPx: ArrayLike<number>): RgbFrame {
  const side = 21;
  const dots = COLOURS.map((colour, i) => ({
    x: Math.round((pointsPx[2 * i] ?? 0) - side / 2),
    y: Math.round((pointsPx[2 * i + 1] ?? 0) - side / 2),
    side,
    colour,
  }));
  return squares(600, 500, dots);
}

function turned(points: readonly number[], scale: number, angle: number): Float32Array {
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return Float32Array.from(points, (value, i) => {
    const x = i % 2 === 0 ? value : (points[i - 1] ?? 0);
    const y = i % 2 === 0 ? (points[i + 1] ?? 0) : value;
    return i % 2 === 0 ? a * x - b * y + 250 : b * x + a * y + 60;
  });
}

describe('alignerPoints', () => {
  it('scales a named template to the chip', () => {
    const [left] = alignerPoints({
      kind: 'similarity-5-points',
      sizePx: 224,
      pointsPx: 'arcface-112',
    });
    expect(left).toBeCloseTo(2 * 38.2946, 4);
    const dlib = alignerPoints({ kind: 'similarity-5-points', sizePx: 150, pointsPx: 'dlib-150' });
    expect(dlib.slice(0, 4)).toEqual([47.55, 46.6, 100.48, 46.6]);
  });

  it('takes points as they are', () => {
    const part = { kind: 'similarity-5-points', sizePx: 64, pointsPx: OWN } as const;
    expect(alignerPoints(part)).toEqual(OWN.flat());
  });
});

describe.each(parts)('an aligner to $name', (part) => {
  it.each([
    [2.5, 0],
    [3, 0.4],
    [4, -0.3],
  ])('brings a face %d times as large, turned by %d, onto its template', (scale, angle) => {
    const aligner = new Aligner(part);
    const size = aligner.sizePx;
    const pointsPx = turned([...aligner.templatePx], (scale * 64) / size, angle);
    const face: Face = { boxPx: { x: 0, y: 0, width: 1, height: 1 }, pointsPx, detectionScore: 1 };
    const chips = aligner.chips(dotted(pointsPx), [face, face]);
    expect(chips).toHaveLength(2 * size * size * 3);
    for (const chip of [chips.subarray(0, size * size * 3), chips.subarray(size * size * 3)]) {
      COLOURS.forEach((colour, i) => {
        const column = Math.round(aligner.templatePx[2 * i] ?? 0);
        const row = Math.round(aligner.templatePx[2 * i + 1] ?? 0);
        const at = (row * size + column) * 3;
        expect([...chip.subarray(at, at + 3)]).toEqual(colour);
      });
    }
  });
});
