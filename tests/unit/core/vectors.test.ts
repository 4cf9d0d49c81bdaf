import { describe, expect, it } from 'vitest';
import {
  clampBox,
  intersectionOverUnion,
  normalizeBox,
  relativeCentreDistance,
} from '../../../services/core/boxes.js';
import { norm, similarity, toEmbedding, toUnitLength } from '../../../services/core/vectors.js';

const refusal = expect.objectContaining({ code: 'FIELD_INVALID' }) as Error;

describe('vectors', () => {
  it('come to unit length, whatever their scale', () => {
    expect(toUnitLength(Float32Array.of(3, 4))).toEqual(Float32Array.of(0.6, 0.8));
    expect(norm(toUnitLength(Float32Array.of(3e-20, 4e-20)))).toBeCloseTo(1, 6);
    expect(norm(toUnitLength(Float32Array.of(3e30, 4e30)))).toBeCloseTo(1, 6);
  });

  it.each([
    ['zero', [0, 0]],
    ['NaN', [1, NaN]],
    ['infinite', [Infinity, 1]],
    ['empty', []],
  ])('that are %s have no direction', (_name, values) => {
    expect(() => toUnitLength(Float32Array.from(values))).toThrow(refusal);
  });

  it('have a similarity that never leaves [-1, 1]', () => {
    const vector = toUnitLength(Float32Array.from({ length: 129 }, (_, i) => Math.sin(i)));
    expect(similarity(vector, vector)).toBeLessThanOrEqual(1);
    const long = Float32Array.of(1.001, 0);
    expect(similarity(long, long)).toBe(1);
    expect(
      similarity(
        long,
        long.map((x) => -x),
      ),
    ).toBe(-1);
    expect(() => similarity(Float32Array.of(1), Float32Array.of(1, 0))).toThrow(refusal);
  });

  it('become embeddings: centred, lifted, of unit length', () => {
    const mean = Float32Array.of(1, 1);
    const plain = toEmbedding(Float32Array.of(4, 5), { mean, lift: 0 });
    expect([...plain]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
    const lifted = toEmbedding(Float32Array.of(4, 5), { mean, lift: 5 });
    expect(lifted).toHaveLength(3);
    expect(lifted[2]).toBeCloseTo(Math.SQRT1_2, 6);
    // With a lift even a face that is all mean has a direction; without, it has none.
    expect(norm(toEmbedding(mean, { mean, lift: 0.5 }))).toBeCloseTo(1, 6);
    expect(() => toEmbedding(mean, { mean, lift: 0 })).toThrow(refusal);
    expect(() => toEmbedding(Float32Array.of(1), { mean, lift: 0 })).toThrow(refusal);
  });
});

describe('boxes', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };

  it('overlap by area', () => {
    expect(intersectionOverUnion(box, box)).toBe(1);
    expect(intersectionOverUnion(box, { ...box, x: 5 })).toBeCloseTo(1 / 3, 9);
    expect(intersectionOverUnion(box, { ...box, x: 10 })).toBe(0);
    expect(intersectionOverUnion(box, { ...box, width: 0 })).toBe(0);
  });

  it('are cut to the picture, and stay shares of it', () => {
    expect(clampBox({ x: -5, y: 8, width: 10, height: 10 }, 20, 10)).toEqual({
      x: 0,
      y: 8,
      width: 5,
      height: 2,
    });
    expect(clampBox({ x: 30, y: 0, width: 5, height: 5 }, 20, 10).width).toBe(0);
    const share = normalizeBox({ x: -5, y: 5, width: 100, height: 5 }, 20, 10);
    expect(share).toEqual({ x: 0, y: 0.5, width: 1, height: 0.5 });
  });

  it('are as far from each other as their centres, in sides', () => {
    expect(relativeCentreDistance(box, { ...box, x: 20 })).toBe(2);
    expect(relativeCentreDistance(box, box)).toBe(0);
    const nothing = { x: 0, y: 0, width: 0, height: 0 };
    expect(relativeCentreDistance(nothing, nothing)).toBe(Infinity);
  });
});
