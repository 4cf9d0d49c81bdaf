import { describe, expect, it } from 'vitest';
import type { RgbFrame } from '../../../services/core/types.js';
import { fitSimilarity } from '../../../services/vision/affine.js';
import { fivePoints, landmarkCrop } from '../../../services/vision/landmarks.js';
import { resampleSquare } from '../../../services/vision/resample.js';
import { resizeInto } from '../../../services/vision/resize.js';

/** Red is the column, green the row. */
function ramp(widthPx: number, heightPx: number): RgbFrame {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) pixels.set([x, y, 7], (y * widthPx + x) * 3);
  }
  return { widthPx, heightPx, timestampMs: 0, pixels };
}

describe('fitSimilarity', () => {
  it('finds turn, scale and shift exactly when there is one', () => {
    const from = [0, 0, 10, 0, 0, 10, 7, 3];
    const angle = 0.3;
    const [a, b] = [2 * Math.cos(angle), 2 * Math.sin(angle)];
    const to = from.flatMap((_, i) => {
      if (i % 2 === 1) return [];
      const [x = 0, y = 0] = from.slice(i, i + 2);
      return [a * x - b * y + 5, b * x + a * y - 4];
    });
    const found = fitSimilarity(from, to);
    expect(found.a).toBeCloseTo(a, 9);
    expect(found.b).toBeCloseTo(b, 9);
    expect(found.tx).toBeCloseTo(5, 9);
    expect(found.ty).toBeCloseTo(-4, 9);
  });

  it('is a shift when all points coincide', () => {
    expect(fitSimilarity([3, 3, 3, 3], [5, 4, 5, 4])).toEqual({ a: 1, b: 0, tx: 2, ty: 1 });
  });
});

describe('resampleSquare', () => {
  it('copies pixels under the identity and reads between them under a shift', () => {
    const frame = ramp(20, 20);
    const data = new Uint8Array(4 * 4 * 3);
    resampleSquare(frame, { a: 1, b: 0, tx: 5, ty: 6 }, { data, offset: 0, sizePx: 4 });
    expect([...data.subarray(0, 6)]).toEqual([5, 6, 7, 6, 6, 7]);
    resampleSquare(frame, { a: 2, b: 0, tx: 4.5, ty: 6.5 }, { data, offset: 0, sizePx: 4 });
    expect([...data.subarray(0, 3)]).toEqual([5, 7, 7]); // means of 4..5 and 6..7, rounded half up
  });

  it('is black outside its bounds', () => {
    const data = new Uint8Array(4 * 4 * 3).fill(99);
    resampleSquare(ramp(20, 20), { a: 1, b: 0, tx: -2, ty: 0 }, { data, offset: 0, sizePx: 4 });
    expect([...data.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7]);
  });
});

describe('resizeInto', () => {
  it('scales a ramp linearly and leaves the rest of the target alone', () => {
    const target = new Uint8Array(30 * 20 * 3).fill(200);
    resizeInto(ramp(40, 20), target, 30, 20, 10);
    expect([...target.subarray(0, 6)]).toEqual([1, 1, 7, 3, 1, 7]);
    expect(target[20 * 3]).toBe(200);
    expect(target[10 * 30 * 3]).toBe(200);
  });
});

describe('landmarkCrop and fivePoints', () => {
  it('brings landmarks of the square back to where they were in the frame', () => {
    const frame = ramp(200, 100);
    const crop = landmarkCrop(frame, { x: 20, y: 30, width: 40, height: 60 }, 112);
    if (crop === null) throw new Error('the box lies in the frame');
    // The long side (60) fills the square; the short one is centred.
    const share = (xPx: number, yPx: number): [number, number] => [
      ((xPx - 20 + 10) * 112) / 60 / 112,
      ((yPx - 30) * 112) / 60 / 112,
    ];
    const landmarks = new Float32Array(136);
    for (let i = 36; i < 42; i++) landmarks.set(share(30.5, 50.5), 2 * i);
    for (let i = 42; i < 48; i++) landmarks.set(share(50.5, 50.5), 2 * i);
    landmarks.set(share(40.5, 60.5), 60);
    const points = fivePoints(landmarks, crop, 112);
    expect(points[0]).toBeCloseTo(30.5 + 0.5 * (60 / 112) - 0.5, 3);
    expect(points[2]).toBeCloseTo(50.5 + 0.5 * (60 / 112) - 0.5, 3);
    expect(points[5]).toBeCloseTo(60.5 + 0.5 * (60 / 112) - 0.5, 3);
  });

  it('drops a box that lies outside the picture', () => {
    expect(landmarkCrop(ramp(20, 20), { x: 30, y: 0, width: 10, height: 10 }, 112)).toBeNull();
  });
});
