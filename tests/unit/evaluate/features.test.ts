import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseList } from '../../../services/evaluate/features/csv.js';
import { readFeatures } from '../../../services/evaluate/features/feature-material.js';
import { readNpy } from '../../../services/evaluate/features/npy.js';
import { npy } from './npy-file.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-features-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('.npy files', () => {
  it('are read as NumPy writes them', async () => {
    const path = await write('good.npy', npy([3, 2], [1, 2, 3, 4, 5, 6]));
    const table = await readNpy(path);
    expect(table).toEqual({ rows: 3, columns: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) });
  });

  it.each([
    { name: 'no.npy', content: Buffer.from('not numpy'), says: 'is not a .npy file' },
    { name: 'empty.npy', content: Buffer.alloc(0), says: 'is not a .npy file' },
    { name: 'f8.npy', content: npy([1, 2], [1, 2], '<f8'), says: 'holds <f8' },
    { name: 'cut.npy', content: npy([3, 2], [1, 2]), says: 'its shape needs' },
    { name: 'flat.npy', content: npy([2], [1, 2]), says: 'must have the shape' },
    { name: 'huge.npy', content: npy([4_000_000_000, 512], [1]), says: 'must have the shape' },
  ])('are refused with the reason: $name', async ({ name, content, says }) => {
    await expect(readNpy(await write(name, content))).rejects.toThrow(says);
  });
});

describe('lists', () => {
  it('may have columns in any order, quotes, and no quality', () => {
    const rows = parseList('person,path,clip\nann,"a,""1"".jpg",c1\r\nbob,b.jpg,\n', 'list.csv');
    expect(rows).toEqual([
      { path: 'a,"1".jpg', person: 'ann', clip: 'c1', quality: Number.NaN },
      { path: 'b.jpg', person: 'bob', clip: '', quality: Number.NaN },
    ]);
  });

  it.each([
    { text: 'path\na.jpg', says: 'line 1: the heading must name the column person' },
    { text: 'path,person\na.jpg', says: 'line 2: 1 values; the heading has 2' },
    { text: 'path,person\na.jpg,', says: 'line 2: the person is missing' },
    { text: 'path,person,quality\na.jpg,ann,NaN', says: 'line 2: the quality must be a finite' },
  ])('are refused with the line: $says', ({ text, says }) => {
    expect(() => parseList(text, 'list.csv')).toThrow(says);
  });
});

describe('features of a file', () => {
  it('are compared by their plain cosine, clips as sets', async () => {
    const data = await write('three.npy', npy([3, 2], [2, 0, 0, 3, 1, 1]));
    const list = await write('three.csv', 'path,person,clip\na,ann,c\nb,bob,d\nc,ann,c\n');
    const { faces, groups, postprocess } = await readFeatures(data, list);
    expect(faces.map(({ person }) => person)).toEqual([0, 1, 0]);
    expect(groups[0]?.sets.map(({ samples }) => samples.length)).toEqual([2, 1]);
    expect(postprocess).toEqual({ mean: null, lift: 0 });
  });

  it('name the row that is no number, and a list of another length', async () => {
    const bad = await write('nan.npy', npy([2, 2], [1, 0, Number.NaN, 1]));
    const list = await write('two.csv', 'path,person\na,ann\nb,bob\n');
    await expect(readFeatures(bad, list)).rejects.toThrow('Row 1 of the features (b)');
    const longer = await write('longer.csv', 'path,person\na,ann\n');
    await expect(readFeatures(bad, longer)).rejects.toThrow('has 1 lines');
  });
});
