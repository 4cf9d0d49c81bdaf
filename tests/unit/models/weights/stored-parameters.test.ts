import { describe, expect, it } from 'vitest';
import type { WeightsFile } from '../../../../services/models/parameters.js';
import { openWeights } from '../../../../services/models/weights/checkpoint.js';
import { storedParameters } from '../../../../services/models/weights/stored-parameters.js';
import { failureOf, fixture } from './fixtures.js';

function weightsOf(tensors: Record<string, number[]>): WeightsFile {
  return {
    file: 'w.pth',
    about: {},
    names: Object.keys(tensors),
    dimsOf: (name) => (tensors[name] === undefined ? undefined : [tensors[name].length]),
    read: (name) => Float32Array.from(tensors[name] ?? []),
  };
}

describe('storedParameters', () => {
  it('finds names behind the prefix of the authors in a checkpoint of PyTorch', () => {
    const group = openWeights(fixture('image.zip.pth')).groups.get('state_dict');
    if (group === undefined) throw new Error('the fixture has no state dict');
    const parameters = storedParameters(group, {
      ignored: (name) => name.endsWith('.num_batches_tracked'),
    });
    const weight = parameters.take('conv.weight', [4, 3, 3, 3]);
    expect(weight).toEqual({
      dims: [4, 3, 3, 3],
      values: group.read('module.base.conv.weight'),
    });
    for (const name of ['weight', 'bias', 'running_mean', 'running_var']) {
      parameters.take(`bn.${name}`, [4]);
    }
    parameters.take('fc.weight', [2, 4]);
    parameters.take('fc.bias', [2]);
    expect(() => parameters.close()).not.toThrow();
  });

  it.each(['module.base.', 'module.', ''])('takes the prefix "%s"', (prefix) => {
    const parameters = storedParameters(weightsOf({ [`${prefix}a.b`]: [1, 2] }));
    expect([...parameters.take('a.b', [2]).values]).toEqual([1, 2]);
    expect(() => parameters.close()).not.toThrow();
  });

  it('notes everything that does not fit, gives zeros, and lists it at the end', () => {
    const parameters = storedParameters(
      weightsOf({ 'module.a': [1, 2, 3], 'module.b': [1], 'module.c': [NaN], 'x.y': [1] }),
      { ignored: (name) => name === 'b' },
    );
    expect(parameters.take('a', [2, 2])).toEqual({ dims: [2, 2], values: new Float32Array(4) });
    expect(parameters.take('missing', [1, 2])).toEqual({
      dims: [1, 2],
      values: new Float32Array(2),
    });
    parameters.take('c', [1]);
    expect(parameters.report()).toEqual({
      missing: ['missing'],
      misshaped: [{ name: 'a', expected: [2, 2], found: [3] }],
      notFinite: ['c'],
      extra: ['x.y'],
    });
    const failure = failureOf(() => parameters.close());
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(
      'w.pth: the parameters do not fit: 1 missing from the file (missing); ' +
        '1 of other dims (a: [3] instead of [2, 2]); 1 not finite (c); 1 in the file alone (x.y).',
    );
    expect(failure.message).toContain('"module.base.", "module.", ""');
  });

  it('shows the first twenty of many', () => {
    const parameters = storedParameters(weightsOf({}));
    for (let i = 1; i <= 23; i++) parameters.take(`p${i}`, [1]);
    const { message } = failureOf(() => parameters.close());
    expect(message).toContain('23 missing from the file (p1, ');
    expect(message).toContain(', p20, and 3 more)');
    expect(parameters.report().missing).toHaveLength(23);
  });

  it('takes the same name twice, and the first prefix where two fit', () => {
    const parameters = storedParameters(weightsOf({ a: [1], 'module.a': [2] }));
    expect([...parameters.take('a', [1]).values, ...parameters.take('a', [1]).values]).toEqual([
      2, 2,
    ]);
    expect(parameters.report().extra).toEqual(['a']);
  });
});
