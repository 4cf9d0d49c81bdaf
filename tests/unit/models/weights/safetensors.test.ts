import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWeights } from '../../../../services/models/weights/checkpoint.js';
import { writeSafetensors } from '../../../../services/models/weights/write-safetensors.js';
import { contents, expectedTensors, failureOf, fixture } from './fixtures.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();

function fileOf(header: unknown, dataBytes: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return scratch.write('a.bin', Buffer.concat([length, text, Buffer.alloc(dataBytes, 1)]));
}

const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

describe('readSafetensors', () => {
  it('reads the numbers that the safetensors library saved', () => {
    const checkpoint = openWeights(fixture('kinds.safetensors'));
    expect(checkpoint.format).toBe('safetensors');
    expect(contents(checkpoint)).toEqual({ '': expectedTensors()['kinds']?.[''] });
  });

  it.each([
    [
      'a gap',
      { a: { ...entry, data_offsets: [4, 12] } },
      12,
      'a.data_offsets [4, 12] leaves a gap',
    ],
    [
      'an overlap',
      { a: entry, b: { ...entry, data_offsets: [4, 12] } },
      12,
      'b.data_offsets [4, 12]',
    ],
    ['the same bytes twice', { a: entry, b: entry }, 8, 'leaves a gap or overlaps'],
    ['an end before its start', { a: { ...entry, data_offsets: [0, -8] } }, 8, 'a.data_offsets.1'],
    ['bytes beyond the file', { a: entry }, 7, 'holds 7 bytes of tensors, its header speaks of 8'],
    ['bytes of no tensor', { a: entry }, 9, 'holds 9 bytes of tensors, its header speaks of 8'],
    ['another size than its dims', { a: { ...entry, shape: [3] } }, 8, 'needs 12 bytes and has 8'],
    ['dims that overflow', { a: { ...entry, shape: [2 ** 40, 2 ** 40] } }, 8, 'and has 8'],
    [
      'too many dims for nothing',
      { a: { ...entry, shape: [0, 2 ** 40], data_offsets: [0, 0] } },
      0,
      'above the limit',
    ],
    ['a negative dim', { a: { ...entry, shape: [-2] } }, 8, 'a.shape.0 is not valid'],
    ['a type that is not read', { a: { ...entry, dtype: 'F8_E4M3' } }, 8, 'a.dtype is not valid'],
    ['an unknown field', { a: { ...entry, extra: 1 } }, 8, 'a is not valid'],
    ['metadata that is no text', { a: entry, __metadata__: { epoch: 3 } }, 8, '__metadata__.epoch'],
    ['no JSON', '{"a": ', 8, 'the top level is not JSON'],
    [
      'a hidden name',
      '{"__proto__": {"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      8,
      'holds 8 bytes of tensors, its header speaks of 0',
    ],
    [
      'a name twice',
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      8,
      'leaves a gap',
    ],
  ])('refuses %s', (_, header, dataBytes, message) => {
    const file = fileOf(header, dataBytes);
    const failure = failureOf(() => openWeights(file));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(`${file}: `);
    expect(failure.message).toContain(message);
  });

  it.each([
    [2n ** 60n, 'says 1152921504606846976 bytes, above the limit of 16777216'],
    [16_777_217n, 'says 16777217 bytes, above the limit'],
    [100n, 'is cut short'],
  ])('refuses a header of %d bytes that is not there', (length, message) => {
    const bytes = Buffer.alloc(40, '{');
    bytes.writeBigUInt64LE(length);
    const failure = failureOf(() => openWeights(scratch.write('a.bin', bytes)));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(message);
  });

  it('is refused when it is cut short anywhere', () => {
    const bytes = readFileSync(fixture('kinds.safetensors'));
    for (let length = 0; length < bytes.length; length += 64) {
      const file = scratch.write('a.bin', bytes.subarray(0, length));
      expect(failureOf(() => openWeights(file)).code).toBe('BUNDLE_INVALID');
    }
  });
});

describe('writeSafetensors', () => {
  const tensors = new Map([
    ['b.weight', { dims: [2, 1], values: Float32Array.of(0.1, -0) }],
    ['a', { dims: [], values: Float32Array.of(3) }],
    ['c', { dims: [0, 4], values: new Float32Array() }],
  ]);

  it('writes what is read back, sorted, aligned and with its metadata', async () => {
    const file = scratch.at('out.safetensors');
    await writeSafetensors(file, tensors, { origin: 'a test' });
    expect(contents(openWeights(file))['']).toEqual({
      a: { dims: [], values: [3] },
      'b.weight': { dims: [2, 1], values: [Math.fround(0.1), -0] },
      c: { dims: [0, 4], values: [] },
    });
    const bytes = readFileSync(file);
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
    expect(bytes.toString('latin1')).toContain('{"origin":"a test"}');
    expect(openWeights(file).groups.get('')?.about).toEqual({ origin: 'a test' });
  });

  it('gives equal bytes for equal tensors in another order', async () => {
    await writeSafetensors(scratch.at('one'), tensors);
    await writeSafetensors(scratch.at('two'), new Map([...tensors].reverse()));
    expect(readFileSync(scratch.at('one'))).toEqual(readFileSync(scratch.at('two')));
  });

  it('refuses values that do not fill their dims', async () => {
    const wrong = new Map([['a', { dims: [3], values: new Float32Array(2) }]]);
    const writing = writeSafetensors(scratch.at('wrong'), wrong);
    await expect(writing).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('says when the folder cannot be written, and leaves nothing behind', async () => {
    const file = path.join(scratch.at('no-such-folder'), 'out.safetensors');
    const failure = writeSafetensors(file, tensors);
    await expect(failure).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(failure).rejects.toThrow(file);
    expect(readdirSync(scratch.at('.')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
