import { describe, expect, it } from 'vitest';
import { fillUniform, seededParameters } from '../../../services/models/seeded-parameters.js';

const DIMS = [64, 32, 3, 3];

describe('seeded parameters', () => {
  it('give a tensor by seed and name, in whatever order they are asked', () => {
    const [one, two] = [seededParameters(7), seededParameters(7)];
    const first = [one.take('a.conv.weight', DIMS), one.take('b.conv.weight', DIMS)];
    const second = [two.take('b.conv.weight', DIMS), two.take('a.conv.weight', DIMS)].reverse();
    expect(first).toEqual(second);
    expect(first[0]?.values).not.toEqual(first[1]?.values);
    expect(seededParameters(8).take('a.conv.weight', DIMS)).not.toEqual(first[0]);
  });

  it.each([
    { name: 'a.conv.weight', dims: DIMS, fanIn: 288 },
    { name: 'fc.fc.weight', dims: [50, 400], fanIn: 400 },
  ])('fill $name evenly up to sqrt(3 / fan-in)', ({ name, dims, fanIn }) => {
    const { values } = seededParameters(1).take(name, dims);
    const bound = Math.sqrt(3 / fanIn);
    const shares = [...values].map((value) => value / bound);
    expect(Math.max(...shares.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-7);
    const tenths = new Array<number>(10).fill(0);
    for (const share of shares) {
      const tenth = Math.min(9, Math.floor((share + 1) * 5));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Five standard deviations of a count.
    const wanted = shares.length / 10;
    for (const count of tenths)
      expect(Math.abs(count - wanted)).toBeLessThan(5 * Math.sqrt(wanted));
  });

  it('start batch norms, slopes and biases as they are before training', () => {
    const parameters = seededParameters(1);
    const start = (name: string) => [...parameters.take(name, [2]).values];
    expect(start('a10.0.stem.1.weight')).toEqual([1, 1]);
    expect(start('stem.step1.stem.0.bn.running_var')).toEqual([1, 1]);
    expect(start('fc.bn2.running_mean')).toEqual([0, 0]);
    expect(start('layer1.0.group1.bn1.bias')).toEqual([0, 0]);
    expect(start('layer1.0.group1.act1.weight')).toEqual([0.25, 0.25]);
    expect(start('group1.bn1.weight')).toEqual([1, 1]);
    expect(start('fc.fc.bias')).toEqual([0, 0]);
    expect(() => parameters.close()).not.toThrow();
  });

  it('draw from xoshiro128++', () => {
    const state = Buffer.alloc(16);
    [1, 2, 3, 4].forEach((word, i) => state.writeInt32LE(word, i * 4));
    const values = new Float32Array(6);
    fillUniform(values, 2 ** 31, state);
    // The generator's first results from the state 1, 2, 3, 4.
    const wanted = [641, 1_573_767, 3_222_811_527, 3_517_856_514, 836_907_274, 4_247_214_768];
    expect([...values]).toEqual(wanted.map((bits) => Math.fround(bits | 0)));
  });
});
