import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dequantise } from '../../../../services/models/face-api/dequantise.js';
import { Weights, readWeights } from '../../../../services/models/face-api/weights.js';
import type { WeightSpec } from '../../../../services/models/face-api/weights-manifest.js';

const quantised: WeightSpec = {
  name: 'a',
  shape: [2, 2],
  dtype: 'float32',
  quantization: { dtype: 'uint8', scale: 0.1, min: -1.7 },
};
const plain: WeightSpec = { name: 'b', shape: [1], dtype: 'float32' };
const counter: WeightSpec = { ...quantised, name: 'c', shape: [], dtype: 'int32' };
const plainBytes = new Uint8Array(Float32Array.of(0.75).buffer);

describe('dequantise', () => {
  it('computes in double precision and rounds once', () => {
    const values = dequantise(quantised, Uint8Array.of(0, 1, 17, 255));
    expect([...values]).toEqual([0, 1, 17, 255].map((q) => Math.fround(q * 0.1 + -1.7)));
  });

  it('reads plain floats that do not start at a multiple of four', () => {
    const bytes = Uint8Array.of(9, ...plainBytes).subarray(1);
    expect([...dequantise(plain, bytes)]).toEqual([0.75]);
  });
});

describe('Weights', () => {
  const shards = Uint8Array.of(0, 1, 2, 3, ...plainBytes, 5);
  const weights = new Weights('w.bin', [quantised, plain, counter], shards);

  it('gives tensors by name and shape', () => {
    expect(weights.tensor('a', [2, null]).dims).toEqual([2, 2]);
    expect([...weights.vector('b', 1)]).toEqual([0.75]);
  });

  it.each([
    ['absent', 'nothing', [1], 'w.bin: nothing is missing'],
    ['of another shape', 'a', [4], 'w.bin: a is [2,2], not [4]'],
    ['not of floats', 'c', [], 'w.bin: c is int32, not float32'],
  ])('refuses a tensor that is %s', (_, name, dims, message) => {
    expect(() => weights.tensor(name, dims)).toThrow(message);
  });

  it('refuses values that are not finite', () => {
    const bad = new Weights('w.bin', [plain], new Uint8Array(Float32Array.of(NaN).buffer));
    expect(() => bad.tensor('b', [1])).toThrow('w.bin: b is not finite');
  });

  it('refuses shards that are too short or too long', () => {
    for (const length of [0, 3, 5]) {
      const make = () => new Weights('w.bin', [quantised], new Uint8Array(length));
      expect(make).toThrow(`w.bin: weights holds ${length} bytes where its tensors need 4`);
    }
  });
});

describe('readWeights', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'clipid-weights-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(manifest: unknown): Promise<Weights> {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    await writeFile(path.join(folder, 'net-weights_manifest.json'), text);
    await writeFile(path.join(folder, 'one.bin'), Uint8Array.of(0, 1));
    await writeFile(path.join(folder, 'two.bin'), Uint8Array.of(2, 3));
    return readWeights(folder, 'net');
  }

  it('joins the shards', async () => {
    const weights = await read([{ weights: [quantised], paths: ['one.bin', 'two.bin'] }]);
    expect(weights.tensor('a', [2, 2]).values).toHaveLength(4);
  });

  it.each([
    ['not JSON', '{', 'the top level is not JSON'],
    ['empty', [], 'the top level is not valid'],
    ['climbing', [{ weights: [plain], paths: ['../x.bin'] }], '0.paths.0'],
    ['absolute', [{ weights: [plain], paths: ['/etc/passwd'] }], '0.paths.0'],
    [
      'of negative shape',
      [{ weights: [{ ...plain, shape: [-1] }], paths: ['a'] }],
      '0.weights.0.shape.0',
    ],
    ['with unknown fields', [{ weights: [{ ...plain, x: 1 }], paths: ['a'] }], '0.weights.0'],
    [
      'with a missing shard',
      [{ weights: [plain], paths: ['three.bin'] }],
      'three.bin: the file cannot be read',
    ],
  ])('refuses a manifest that is %s', async (_, manifest, message) => {
    const failure = read(manifest);
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(message);
  });
});
