import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printClips } from '../../services/cli/demo/clips-only.js';
import { runDemo, type DemoResult } from '../../services/cli/demo/run-demo.js';
import type { Terminal } from '../../services/cli/terminal.js';

const said: string[] = [];
const terminal: Terminal = {
  result: (line) => void said.push(line),
  note: (line) => void said.push(line),
  showsProgress: false,
  columns: 100,
};
let folder: string;
let demo: DemoResult;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-demo-'));
  demo = await runDemo({ folder, terminal, signal: new AbortController().signal });
});
afterAll(() => rm(folder, { recursive: true }));

describe('what `make demo` does', () => {
  it.each([
    ['ada', 'lounge'],
    ['bea', 'lounge'],
    ['cleo', 'window'],
  ])('finds %s in the clip %s', (identity, scene) => {
    const own = demo.tracks.filter(
      (track) => track.truth === identity && track.clip.scene.name === scene,
    );
    expect(own.map((track) => [track.decision, track.identity])).toContainEqual([
      'MATCHED',
      identity,
    ]);
  });

  it('takes no stranger for anybody', () => {
    const strangers = demo.tracks.filter(({ truth }) => truth === null);
    expect(strangers.length).toBeGreaterThanOrEqual(6);
    for (const { decision, identity } of strangers) {
      expect([decision, identity]).toEqual(['UNKNOWN', null]);
    }
    expect(demo.problems).toEqual([]);
  });

  it('gives every track weights that are a share of one template (invariant 5)', () => {
    for (const { faces } of demo.tracks) {
      expect(faces.every(({ weight }) => weight >= 0)).toBe(true);
      expect(faces.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
    }
  });

  it('had a server that said it was ready', () => {
    expect(demo.readiness).toBe(200);
  });

  it('prints the uris of its clips alone when only they are wanted', async () => {
    const uris: string[] = [];
    const result = (line: string): void => void uris.push(line);
    const signal = new AbortController().signal;
    await printClips({ folder, terminal: { ...terminal, result }, signal });
    const clips = demo.tracks.map(({ clip }) => pathToFileURL(clip.path).href);
    expect(new Set(uris)).toEqual(new Set(clips));
    expect(uris).toHaveLength(3);
  });

  it('writes a contact sheet with every track and its faces', async () => {
    const [page = '', picture = ''] = demo.sheets;
    const html = await readFile(page, 'utf8');
    expect(html.match(/<section>/g)).toHaveLength(demo.tracks.length);
    expect(html.match(/<img /g)?.length).toBeGreaterThanOrEqual(3 * demo.tracks.length);
    expect((await stat(picture)).size).toBeGreaterThan(10_000);
    expect(said.join('\n')).toContain(page);
  });
});
