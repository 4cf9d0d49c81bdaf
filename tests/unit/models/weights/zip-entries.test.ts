import { describe, expect, it } from 'vitest';
import { FileBytes } from '../../../../services/models/weights/file-bytes.js';
import { openWeights } from '../../../../services/models/weights/checkpoint.js';
import { readZipEntries } from '../../../../services/models/weights/zip-entries.js';
import { type Entry, zip64Of, zipOf } from './archive.js';
import { failureOf, fixture, fixtureBytes } from './fixtures.js';
import { tensor, zipCheckpoint } from './pickled.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();
const data = Buffer.from('some bytes');

function entriesOf(bytes: Uint8Array) {
  return readZipEntries(new FileBytes(scratch.write('archive.zip', bytes)));
}

describe('readZipEntries', () => {
  it('says where the bytes of an entry are', () => {
    const bytes = zipOf([
      { name: 'a/one', data: Buffer.from('first') },
      { name: 'a/two', data },
    ]);
    const entries = entriesOf(bytes);
    expect(entries.names).toEqual(['a/one', 'a/two']);
    const { offset, size } = entries.placeOf('a/two') ?? { offset: 0, size: 0 };
    expect(bytes.subarray(offset, offset + size).toString()).toBe('some bytes');
    expect(entries.placeOf('a/three')).toBeUndefined();
  });

  it('reads the padded archives with 64-bit places that PyTorch writes', () => {
    const bytes = fixtureBytes('image.zip.pth');
    const entries = readZipEntries(new FileBytes(fixture('image.zip.pth')));
    const order = entries.names.find((name) => name.endsWith('/byteorder')) ?? '';
    const { offset, size } = entries.placeOf(order) ?? { offset: 0, size: 0 };
    expect(bytes.subarray(offset, offset + size).toString()).toBe('little');
    // torch puts every entry at a multiple of 64 bytes.
    expect(offset % 64).toBe(0);
  });

  const entry: Entry = { name: 'a/one', data };
  it.each([
    ['climbs', [{ ...entry, name: '../../x' }], 'leads out of its folder'],
    ['climbs from within', [{ ...entry, name: 'a/../../x' }], 'leads out of its folder'],
    ['climbs by backslashes', [{ ...entry, name: 'a\\..\\x' }], 'leads out of its folder'],
    ['is absolute', [{ ...entry, name: '/etc/passwd' }], 'leads out of its folder'],
    ['is on a drive', [{ ...entry, name: 'C:x' }], 'leads out of its folder'],
    ['is there twice', [entry, entry], 'is there twice'],
    ['is compressed', [{ ...entry, method: 8 }], 'is compressed (method 8)'],
    ['is encrypted', [{ ...entry, flags: 1 }], 'is encrypted'],
    ['has two sizes', [{ ...entry, packedBytes: 4 }], 'takes 4 bytes where it has 10'],
  ])('refuses an archive with an entry that %s', (_, entries, message) => {
    const failure = failureOf(() => entriesOf(zipOf(entries)));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(message);
  });

  it.each([
    ['whose header is beyond the file', { headerByte: 4_000_000 }, 'starts beyond the end'],
    ['whose header is elsewhere', { headerByte: 1 }, 'another header than the directory'],
    ['whose header has another name', { headerName: 'a/two' }, 'another header than the directory'],
  ])('refuses an entry %s', (_, wrong, message) => {
    const entries = entriesOf(zipOf([{ ...entry, ...wrong }]));
    expect(failureOf(() => entries.placeOf('a/one')).message).toContain(message);
  });

  it('refuses an entry that reaches beyond the file', () => {
    const bytes = zipOf([entry]);
    const recordAt = bytes.length - 22 - 46 - entry.name.length;
    bytes.writeUInt32LE(1_000, recordAt + 20);
    bytes.writeUInt32LE(1_000, recordAt + 24);
    const failure = failureOf(() => entriesOf(bytes).placeOf('a/one'));
    expect(failure.message).toContain('of 1000 bytes reaches beyond the end of the entries');
  });

  it('refuses a directory with another count than its end says', () => {
    const failure = failureOf(() => entriesOf(zipOf([entry], { count: 2 })));
    expect(failure.message).toContain('has 1 entries where its end says 2');
  });

  it.each([
    ['an end beyond every file', { endByte: 2n ** 64n - 1n }, 'is cut short'],
    ['no end where it says', { endByte: 5n }, 'no directory where its end says'],
    ['a directory beyond every file', { startByte: 2n ** 63n, bytes: 46n }, 'is cut short'],
    ['a directory of exabytes', { bytes: 2n ** 63n }, 'above the limit of 67108864'],
  ])('refuses a 64-bit archive with %s', (_, fields, message) => {
    const failure = failureOf(() => entriesOf(zip64Of(fields)));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(message);
  });
});

describe('the zip form of a checkpoint', () => {
  const value = tensor({});
  it.each([
    ['two pickles', [{ name: 'b/data.pkl', data }], 'has 2 entries <folder>/data.pkl'],
    ['a TorchScript program', [{ name: 'a/constants.pkl', data }], 'is a TorchScript program'],
    ['big-endian', [{ name: 'a/byteorder', data: Buffer.from('big') }], 'byteorder is "big"'],
    ['an entry that climbs', [{ name: '../../x', data }], 'leads out of its folder'],
  ])('is refused with %s', (_, more, message) => {
    const file = scratch.write('weights.pth', zipCheckpoint(value, more));
    const failure = failureOf(() => openWeights(file));
    expect(failure.code).toBe('BUNDLE_INVALID');
    expect(failure.message).toContain(message);
  });

  it('is refused without a pickle', () => {
    const file = scratch.write('weights.pth', zipOf([{ name: 'a/model.txt', data }]));
    expect(failureOf(() => openWeights(file)).message).toContain('has 0 entries <folder>/data.pkl');
  });
});
