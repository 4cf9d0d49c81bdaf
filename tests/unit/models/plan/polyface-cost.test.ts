import { describe, expect, it } from 'vitest';
import { countFlops } from '../../../../services/models/flops/count.js';
import { readModel } from '../../../../services/models/onnx/read-model.js';
import { costOf, polyFaceParts } from '../../../../services/models/plan/polyface-cost.js';
import { buildPolyFace } from '../../../../services/models/polyface/polyface-graph.js';
import type { PolyFaceShape } from '../../../../services/models/polyface/shape.js';
import { zeroParameters } from '../flops/zero-parameters.js';

describe('the cost of a PolyFace from its layers alone', () => {
  it.each<PolyFaceShape>([
    { blocks: { a: 0, b: 0, c: 0 }, inputPx: 75, width: 1 / 16, dimension: 1 },
    { blocks: { a: 1, b: 2, c: 3 }, inputPx: 75, width: 1 / 8, dimension: 64 },
    { blocks: { a: 3, b: 1, c: 2 }, inputPx: 139, width: 0.3, dimension: 128 },
    { blocks: { a: 2, b: 3, c: 1 }, inputPx: 235, width: 0.25, dimension: 256 },
    { blocks: { a: 1, b: 1, c: 1 }, inputPx: 235, width: 1, dimension: 256 },
  ])('is what is counted from its graph: %j', (shape) => {
    const options = { mirror: false, precision: 'fp32' } as const;
    const graph = readModel(buildPolyFace(zeroParameters(), shape, options), 'polyface');
    const { flops, parameters } = countFlops(graph);
    expect(costOf(polyFaceParts(shape), shape.blocks)).toMatchObject({ flops, parameters });
  });

  it("counts the layers on the longest way of the paper's network", () => {
    const { fixed, a, b, c } = polyFaceParts({ inputPx: 235, width: 1, dimension: 256 });
    // Stem 3 + 1 + 4 + 1, a2b 3, b2c 3, linear 1; every block 3 and the one that joins.
    expect(fixed.depth).toBe(16);
    expect([a.depth, b.depth, c.depth]).toEqual([4, 4, 4]);
  });
});
