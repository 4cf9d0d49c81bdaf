import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../services/cli/exit-codes.js';
import type { EvaluationResult } from '../../services/evaluate/result.js';
import { writeAlignedPeople } from '../helpers/aligned-people.js';
import { npy } from '../unit/evaluate/npy-file.js';
import { type Ended, runFake } from '../unit/cli/fakes.js';

const EACH = 16;
let root = '';
let people = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'clipid-evaluate-'));
  people = await writeAlignedPeople(join(root, 'people'), EACH);
});
afterAll(() => rm(root, { recursive: true }));

function evaluate(...args: readonly string[]): Promise<Ended> {
  return runFake(['evaluate', ...args]);
}

function documentOf({ results }: Ended): EvaluationResult {
  expect(results).toHaveLength(1);
  return JSON.parse(results[0] ?? '') as EvaluationResult;
}

async function folder(name: string, files: Readonly<Record<string, Uint8Array | string>>) {
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, name, file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }
  return join(root, name);
}

function faceOf(person: number, index: number): Promise<Buffer> {
  const file = `${String(index).padStart(3, '0')}.png`;
  return readFile(join(root, 'people', `person-${person}`, file));
}

describe('clipid evaluate on faces', () => {
  it('compares faces and sets, sharp and made worse, and tells people apart', async () => {
    const sets = ['--sharp', '4-of-4', '--sharp', '1-of-8', '--aggregation', 'qan,mean'];
    const ended = await evaluate(join(root, 'people'), ...sets, '--json');
    expect(ended.exitCode).toBe(EXIT.ok);
    const { subjects, degradations, problems } = documentOf(ended);
    expect(people).toBeGreaterThan(5);
    expect(problems).toEqual([]);
    expect(degradations).toEqual(['low-resolution']);
    expect(subjects.map((one) => [one.track, one.sets, one.aggregation])).toEqual([
      ['image', null, null],
      ['video', '4-of-4', 'qan'],
      ['video', '4-of-4', 'mean'],
      ['video', '1-of-8', 'qan'],
      ['video', '1-of-8', 'mean'],
    ]);
    const [faces, sharp, , worse] = subjects;
    expect(faces?.verification.count).toBe(people * EACH);
    expect(faces?.verification.genuinePairs).toBe((people * EACH * (EACH - 1)) / 2);
    expect(sharp?.verification.count).toBe((people * EACH) / 4);
    expect(worse?.verification.count).toBe((people * EACH) / 8);
    expect(faces?.verification.points[0]?.tpr).toBeGreaterThan(0.99);
    expect(faces?.identification?.rank1.mean).toBeGreaterThan(0.95);
    expect(faces?.pairs.mistaken[0]?.a.name).toMatch(/^person-\d+\/\d+\.png$/);
  });

  it('repeats itself with its seed', async () => {
    const args = [join(root, 'people'), '--most', '8', '--sharp', '2-of-4', '--json'];
    const all = ['--degrade', 'motion-blur,defocus,noise,compression,darkness,occlusion'];
    const first = await evaluate(...args, ...all);
    expect(documentOf(await evaluate(...args, ...all))).toEqual(documentOf(first));
    expect(documentOf(first).degradations).toHaveLength(6);
  });

  it('compares ways in which faces were made worse, on the same sets', async () => {
    const args = [join(root, 'people'), '--most', '8', '--sharp', '2-of-4', '--sharp', '4-of-4'];
    const kinds = ['--degrade', 'noise,occlusion'];
    const { subjects, degradations } = documentOf(
      await evaluate(...args, ...kinds, '--each-kind', '--json'),
    );
    expect(degradations).toEqual(['noise', 'occlusion']);
    const labels = [null, '2-of-4 noise', '2-of-4 occlusion', '4-of-4'];
    expect(subjects.map(({ sets }) => sets)).toEqual(labels);
    const [, noise, occlusion] = subjects.map(({ verification }) => verification);
    expect(noise?.count).toBe(occlusion?.count);
    expect(noise?.histogram).not.toEqual(occlusion?.histogram);
    const alone = await evaluate(...args, '--degrade', 'occlusion', '--json');
    expect(documentOf(alone).subjects[1]?.verification).toEqual(occlusion);
  });

  it('writes a report without faces, and with faces only when asked to', async () => {
    const report = join(root, 'report.html');
    const args = [join(root, 'people'), '--most', '6', '--sharp', '2-of-2', '--report', report];
    expect((await evaluate(...args)).exitCode).toBe(EXIT.ok);
    const plain = await readFile(report, 'utf8');
    expect(plain).toContain('<svg');
    expect(plain).not.toMatch(/<img|<script|<link|https?:/);
    expect((await evaluate(...args, '--with-faces')).exitCode).toBe(EXIT.ok);
    expect(await readFile(report, 'utf8')).toContain('<img src="data:image/jpeg;base64,');
    expect((await stat(report)).mode & 0o077).toBe(0);
  });
});

describe('clipid evaluate with several bundles', () => {
  /** The default bundle's quality net without its least span, as a file's bytes in latin1. */
  const withPublishedRule = async (): Promise<string> => {
    const bytes = await readFile('services/models/quality-weights/default.safetensors', 'latin1');
    return bytes.replace('"leastSpan":"0.5"', '"leastSpan":"0.0"');
  };
  it('puts what is compared alike side by side, in text, document and report', async () => {
    const [q, weights] = [join(root, 'q'), join(root, 'q.safetensors')];
    await writeFile(weights, await withPublishedRule(), 'latin1');
    const imported = await runFake(['models', 'import', weights, '--name', 'q', '--out', q]);
    expect(imported.exitCode).toBe(EXIT.ok);
    const report = join(root, 'both.html');
    const bundles = ['--bundle', 'default', '--bundle', q, '--bundle', q, '--report', report];
    const sets = ['--most', '8', '--sharp', '2-of-4', '--aggregation', 'qan,mean'];
    const text = (await evaluate(join(root, 'people'), ...bundles, ...sets)).results.join();
    const names = [...text.matchAll(/^(single faces|sets of 4.*?) \((\w+)\) {2}/gm)];
    const kinds = ['single faces', 'sets of 4, 2 sharp, qan', 'sets of 4, 2 sharp, mean'];
    const rows = kinds.flatMap((kind) => [`${kind}, default`, `${kind}, q`]);
    expect(names.map(([, kind, bundle]) => `${kind}, ${bundle}`)).toEqual([...rows, ...rows]);
    expect(await readFile(report, 'utf8')).toContain('sets of 4, 2 sharp, qan (q)');
    const { subjects } = documentOf(
      await evaluate(join(root, 'people'), ...bundles, ...sets, '--json'),
    );
    const [defaultQan, ownQan] = subjects.filter(({ aggregation }) => aggregation === 'qan');
    expect(defaultQan?.qualityKind).toBe('network');
    expect(ownQan?.qualityKind).toBe('network');
    expect(ownQan?.verification.histogram).not.toEqual(defaultQan?.verification.histogram);
    expect(subjects).toHaveLength(6);
  });

  it('looks for all of them before it begins', async () => {
    const ended = await evaluate(join(root, 'people'), '--bundle', 'default', '--bundle', 'nope');
    expect(ended.exitCode).not.toBe(EXIT.ok);
    expect(ended.notes.join()).toContain('nope');
  });
});

describe('clipid evaluate on what is not as it should be', () => {
  it('leaves out what cannot be read, says so, and ends with 1', async () => {
    const data = await folder('damaged', {
      'ann/1.png': await faceOf(0, 0),
      'ann/2.png': await faceOf(0, 1),
      'ann/3.jpg': 'not a picture',
      'bob/1.png': await faceOf(1, 0),
      'bob/2.jpg': (await faceOf(1, 1)).subarray(0, 900),
    });
    const ended = await evaluate(data, '--json');
    expect(ended.exitCode).toBe(EXIT.failed);
    const { subjects, problems } = documentOf(ended);
    expect(problems).toHaveLength(2);
    expect(ended.notes.join('\n')).toContain('3.jpg is not a picture that can be read');
    expect(subjects.map(({ verification }) => verification.count)).toEqual([3]);
    expect(subjects[0]?.verification.stopsBecause).toContain('there are 2');
  });

  it.each([
    { name: 'no people', files: { 'readme.txt': 'x' }, says: 'has no people' },
    { name: 'an empty person', files: { 'ann/readme.txt': 'x' }, says: 'has no people' },
  ])('refuses $name', async ({ name, files, says }) => {
    const ended = await evaluate(await folder(name, files));
    expect(ended.exitCode).toBe(EXIT.usage);
    expect(ended.notes.join()).toContain(says);
  });

  it('has no rates for one person, and for people with one face each', async () => {
    const one = await folder('one', {
      'a/1.png': await faceOf(0, 0),
      'a/2.png': await faceOf(0, 1),
    });
    const ended = await evaluate(one);
    expect(ended.exitCode).toBe(EXIT.ok);
    expect(ended.results.join()).toContain('there are 0');
    const few = await folder('few', {
      'a/1.png': await faceOf(0, 0),
      'b/1.png': await faceOf(1, 0),
    });
    expect((await evaluate(few)).results.join()).toContain('no person has two faces');
    const single = await folder('single', { 'a/1.png': await faceOf(0, 0) });
    expect((await evaluate(single)).results.join()).toContain('nothing to compare');
  });

  it.each([
    { args: ['--sharp', '9-of-8'], says: 'no more sharp ones' },
    { args: ['--degrade', 'rain'], says: 'Known are low-resolution' },
    { args: ['--aggregation', 'median'], says: 'Known are qan, mean' },
  ])('refuses $args', async ({ args, says }) => {
    const ended = await evaluate(join(root, 'people'), ...args);
    expect(ended.exitCode).toBe(EXIT.usage);
    expect(ended.notes.join()).toContain(says);
  });
});

describe('clipid evaluate on features', () => {
  it('compares rows, and templates of clips', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i % 4 === 0 ? 1 : 0.1, i % 4, 1]);
    const lines = rows.map((_, i) => `${i}.jpg,p${i % 4},c${Math.floor(i / 8)},${i}`);
    const data = await folder('features', {
      'all.npy': npy([40, 3], rows.flat()),
      'all.csv': `path,person,clip,quality\n${lines.join('\n')}\n`,
    });
    const list = ['--list', join(data, 'all.csv')];
    const ended = await evaluate(join(data, 'all.npy'), ...list, '--json');
    const { subjects } = documentOf(ended);
    expect(subjects.map(({ sets, verification }) => [sets, verification.count])).toEqual([
      [null, 40],
      ['clips', 20],
    ]);
    expect(subjects[0]?.verification.points[0]).toMatchObject({ fpr: 0.1, tpr: 1 });
    expect((await evaluate(join(data, 'all.npy'))).exitCode).toBe(EXIT.usage);
  });
});
