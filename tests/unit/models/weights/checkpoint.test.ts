import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWeights } from '../../../../services/models/weights/checkpoint.js';
import { contents, expectedTensors, failureOf, fixture, fixtureBytes } from './fixtures.js';
import { legacyCheckpoint, tensor, zipCheckpoint } from './pickled.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();

describe('openWeights', () => {
  const expected = expectedTensors();
  const names = Object.keys(expected).filter((name) => name !== 'old-parts');

  it.each(names)('reads the numbers that PyTorch saved in %s.zip.pth', (name) => {
    const checkpoint = openWeights(fixture(`${name}.zip.pth`));
    expect(checkpoint.format).toBe('torch-zip');
    expect(contents(checkpoint)).toEqual(expected[name]);
  });

  it.each(names)('reads the numbers that PyTorch saved in %s.legacy.pth', (name) => {
    const checkpoint = openWeights(fixture(`${name}.legacy.pth`));
    expect(checkpoint.format).toBe('torch-legacy');
    expect(contents(checkpoint)).toEqual(expected[name]);
  });

  it('reads storages that are parts of others, as old PyTorch wrote them', () => {
    const checkpoint = openWeights(fixture('old-parts.legacy.pth'));
    expect(contents(checkpoint)).toEqual(expected['old-parts']);
  });

  it('goes by the bytes, not by the name', () => {
    for (const form of ['zip', 'legacy']) {
      const file = scratch.write('weights.safetensors', fixtureBytes(`video.${form}.pth`));
      expect(openWeights(file).format).toBe(`torch-${form}`);
    }
  });

  it('gives one group for each network of a checkpoint', () => {
    const { groups } = openWeights(fixture('video.zip.pth'));
    expect([...groups.keys()]).toEqual(['ckpt_feature', 'ckpt_quality']);
    expect(groups.get('ckpt_quality')?.names).toEqual(['module.q.weight']);
    expect(groups.get('ckpt_quality')?.dimsOf('nothing')).toBeUndefined();
  });

  it('refuses a name that is not there', () => {
    const weights = openWeights(fixture('kinds.zip.pth')).groups.get('');
    const failure = failureOf(() => weights?.read('nothing'));
    expect(failure).toMatchObject({ code: 'BUNDLE_INVALID', field: 'nothing' });
  });

  it('refuses a file that changed after it was opened', () => {
    const file = scratch.write('changing.pth', fixtureBytes('image.zip.pth'));
    const weights = openWeights(file).groups.get('state_dict');
    utimesSync(file, 1, 1);
    const failure = failureOf(() => weights?.read('module.base.fc.bias'));
    expect(failure.message).toContain('changed by somebody else');
  });

  const tar = Buffer.alloc(1_024);
  tar.write('sys_info');
  tar.write('ustar', 257);
  it.each([
    ['nothing', Buffer.alloc(0), 'is neither safetensors nor a PyTorch checkpoint'],
    ['HTML', Buffer.from('<!doctype html>'), 'it starts with 0x3c21646f6374797065'],
    ['a tar archive', tar, 'is a tar archive'],
    ['another pickle', Buffer.from('\x80\x02K\x01.', 'latin1'), 'not one of torch.save'],
    ['no tensors', zipCheckpoint(Buffer.from('N')), 'no dict of tensors: the top level has w'],
  ])('refuses %s and says so', (_, bytes, message) => {
    const file = scratch.write('other.pth', bytes);
    const failure = failureOf(() => openWeights(file));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(`${file}: `);
    expect(failure.message).toContain(message);
  });

  it('refuses what is no file', () => {
    mkdirSync(scratch.at('folder'));
    expect(failureOf(() => openWeights(scratch.at('folder'))).message).toContain('not a regular');
    rmSync(scratch.at('folder'), { recursive: true });
    const gone = failureOf(() => openWeights(scratch.at('folder')));
    expect(gone.code).toBe('BUNDLE_INVALID');
    expect(gone.message).toContain('cannot be read');
  });

  it('reads what the test builders write, so that their wrong files are wrong in one thing', () => {
    const value = tensor({});
    for (const bytes of [zipCheckpoint(value), legacyCheckpoint(value)]) {
      const checkpoint = openWeights(scratch.write('own.pth', bytes));
      expect(contents(checkpoint)).toEqual({ '': { w: { dims: [2], values: [1, 2] } } });
    }
  });
});
