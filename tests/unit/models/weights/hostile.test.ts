import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import { seeded } from '../../../../services/evaluate/seeded.js';
import { openWeights } from '../../../../services/models/weights/checkpoint.js';
import { contents, failureOf, fixture, fixtureBytes } from './fixtures.js';
import { type TensorParts, legacyCheckpoint, tensor, zipCheckpoint } from './pickled.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();

/** Whatever the bytes are: everything is read, or a BUNDLE_INVALID says why not. */
function expectReadOrRefused(bytes: Uint8Array): 'read' | 'refused' {
  const file = scratch.write('weights.pth', bytes);
  try {
    contents(openWeights(file));
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(ClipidError);
    expect(error).toMatchObject({ code: 'BUNDLE_INVALID', details: { file } });
    return 'refused';
  }
}

describe('a pickle that calls something', () => {
  it.each([
    ['hostile-system.zip.pth', 'posix.system'],
    ['hostile-system.legacy.pth', 'posix.system'],
    ['hostile-system4.zip.pth', 'posix.system'],
    ['hostile-system4.legacy.pth', 'posix.system'],
    ['hostile-eval.zip.pth', '__builtin__.eval'],
    ['hostile-eval.legacy.pth', '__builtin__.eval'],
    ['hostile-load.zip.pth', 'torch.serialization.load'],
    ['hostile-load.legacy.pth', 'torch.serialization.load'],
    ['hostile-open.zip.pth', 'io.open'],
    ['hostile-open.legacy.pth', 'io.open'],
    ['hostile-text.legacy.pth', 'os.system'],
  ])('is refused by name, and nothing of it runs: %s', (name, called) => {
    const failure = failureOf(() => openWeights(fixture(name)));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toMatch(`names ${called}, which is no part of a state dict`);
    expect(failure.message).toContain('weights_only=True');
    const at = Number(/the pickle at byte (\d+)/.exec(failure.message)?.[1]);
    // The name stands where the message says, or just before it where the opcode takes it from the stack.
    const near = fixtureBytes(name)
      .subarray(Math.max(0, at - 20), at + 60)
      .toString('latin1');
    expect(near).toContain(called.split('.').at(-1));
    // What Python would have made in its current folder.
    expect(existsSync(path.resolve('ran'))).toBe(false);
  });
});

describe('a damaged checkpoint', () => {
  const names = ['image.zip.pth', 'image.legacy.pth', 'kinds.zip.pth', 'kinds.legacy.pth'];

  it.each(names)('is refused when it is cut short anywhere: %s', (name) => {
    const bytes = fixtureBytes(name);
    for (let length = 0; length < bytes.length; length += 64) {
      expect(expectReadOrRefused(bytes.subarray(0, length))).toBe('refused');
    }
    expect(expectReadOrRefused(bytes.subarray(0, -1))).toBe('refused');
    expect(expectReadOrRefused(bytes)).toBe('read');
  });

  it.each([...names, 'protocol1.legacy.pth', 'protocol4.zip.pth'])(
    'is read or refused, whatever bits are wrong: %s',
    (name) => {
      const random = seeded(19);
      const seen = new Set<string>();
      for (let round = 0; round < 200; round++) {
        const bytes = fixtureBytes(name);
        for (let i = 0; i < 3; i++) {
          const at = Math.floor(random() * bytes.length);
          bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8)), at);
        }
        seen.add(expectReadOrRefused(bytes));
      }
      // Both happen, or the flips were not where they matter.
      expect([...seen].sort()).toEqual(['read', 'refused']);
    },
  );
});

describe('a tensor that cannot be', () => {
  const cases: [string, TensorParts, string][] = [
    ['a storage that is not in the file', { key: '7' }, 'storage 7 is not in the file'],
    ['a climbing storage key', { key: '../data.pkl' }, 'is not in the file'],
    ['more numbers than its storage', { count: 1_000_000 }, 'its tensors need'],
    ['a negative count', { count: -1 }, 'count is none'],
    ['another type than its storage', { storage: 'DoubleStorage' }, 'its tensors need'],
    ['a negative dim', { dims: [-2] }, 'not a whole number from 0'],
    ['a negative stride', { strides: [-1] }, 'not a whole number from 0'],
    ['a negative offset', { offset: -1 }, 'not a whole number from 0'],
    ['dims whose product overflows', { dims: [2 ** 30, 2 ** 30, 2 ** 30] }, 'above the limit'],
    ['a dim beyond every number', { dims: [2n ** 62n] }, 'no whole number'],
    ['an offset beyond its storage', { offset: 1 }, 'reaches beyond its storage of 2'],
    ['strides beyond its storage', { strides: [2 ** 50] }, 'reaches beyond its storage of 2'],
    ['one number shown many times', { dims: [1_000_000], strides: [0] }, 'reaches beyond'],
    ['other strides than dims', { dims: [2], strides: [1, 1] }, '1 dims and 2 strides'],
    ['too many dims', { dims: [1, 1, 1, 1, 1, 1, 1, 1, 2] }, 'has 9 dims, at most 8'],
  ];

  it.each(cases)('is refused: %s', (_, parts, message) => {
    const value = tensor(parts);
    const zip = scratch.write('zip.pth', zipCheckpoint(value));
    expect(failureOf(() => openWeights(zip)).message).toContain(message);
    // In the old form counts are of numbers, so a type changes where a storage ends.
    const old = scratch.write('old.pth', legacyCheckpoint(value));
    expect(failureOf(() => openWeights(old)).code).toBe('BUNDLE_INVALID');
  });

  it('is refused in the old form when the list of storages is wrong', () => {
    const open = (keys: string[]) =>
      failureOf(() => openWeights(scratch.write('old.pth', legacyCheckpoint(tensor({}), keys))));
    expect(open([]).message).toContain('storage 0 is not in the file');
    expect(open(['1']).message).toContain('has 1, which no tensor has');
    expect(open(['0', '0']).message).toContain('twice');
  });
});
