import { beforeAll, describe, expect, it } from 'vitest';
import {
  ANCHOR_COUNT,
  GRIDS,
  anchorConstants,
  keptAnchors,
} from '../../../../services/models/face-api/anchors.js';
import { findFaceApi } from '../../../../services/models/face-api/package.js';
import { readWeights } from '../../../../services/models/face-api/weights.js';
import { type FloatTensor, floatTensor } from '../../../../services/models/onnx/tensor.js';

describe('keptAnchors', () => {
  it('keeps all of the square in order', () => {
    expect(keptAnchors([])).toEqual(Array.from({ length: ANCHOR_COUNT }, (_, i) => i));
    expect(ANCHOR_COUNT).toBe(5118);
  });

  it('keeps the covered rows and columns of every grid', () => {
    const wide = [18, 9, 5, 3, 2, 1].map((rows, i) => ({ rows, columns: GRIDS[i]?.side ?? 0 }));
    const kept = keptAnchors(wide);
    expect(kept).toHaveLength(18 * 32 * 3 + (9 * 16 + 5 * 8 + 3 * 4 + 2 * 2 + 1) * 6);
    expect(kept.slice(18 * 32 * 3, 18 * 32 * 3 + 2)).toEqual([3072, 3073]);
    const corner = keptAnchors([{ rows: 2, columns: 1 }]);
    expect(corner.slice(0, 7)).toEqual([0, 1, 2, 96, 97, 98, 3072]);
  });
});

describe('anchorConstants', () => {
  it('turns corners into centre and size', () => {
    const { centre, size } = anchorConstants(
      floatTensor([1, 1, 4], Float32Array.of(0.25, 0, 0.75, 1)),
      [0],
    );
    expect(centre).toEqual({ dims: [1, 1, 2], values: Float32Array.of(0.5, 0.5) });
    expect(size).toEqual({ dims: [1, 1, 2], values: Float32Array.of(0.5, 1) });
  });
});

describe("the package's anchors", () => {
  let extraDim: FloatTensor;
  beforeAll(async () => {
    const { modelFolder } = await findFaceApi();
    const weights = await readWeights(modelFolder, 'ssd_mobilenetv1_model');
    extraDim = weights.tensor('Output/extra_dim', [1, ANCHOR_COUNT, 4]);
  });

  it('lie on the grids that cropping relies on: centres of cells, row by row', () => {
    const all = Array.from({ length: ANCHOR_COUNT }, (_, i) => i);
    const { values } = anchorConstants(extraDim, all).centre;
    let anchor = 0;
    for (const { side, perCell } of GRIDS) {
      for (let i = 0; i < side * side * perCell; i++, anchor++) {
        const cell = Math.floor(i / perCell);
        expect(values[anchor * 2]).toBeCloseTo((Math.floor(cell / side) + 0.5) / side, 5);
        expect(values[anchor * 2 + 1]).toBeCloseTo(((cell % side) + 0.5) / side, 5);
      }
    }
  });
});
