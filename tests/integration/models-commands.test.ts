import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../services/cli/program.js';
import { EXIT, type ExitCode } from '../../services/cli/exit-codes.js';
import type { FloatTensor } from '../../services/models/onnx/tensor.js';
import { buildPolyFace } from '../../services/models/polyface/polyface-graph.js';
import { buildQualityNet } from '../../services/models/polyface/quality-graph.js';
import { seededParameters } from '../../services/models/seeded-parameters.js';
import { writeSafetensors } from '../../services/models/weights/write-safetensors.js';

const SHAPE = { blocks: { a: 1, b: 2, c: 1 }, inputPx: 75, width: 1, dimension: 32 };
let root = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipid-models-'));
  await writeWeights();
});
afterAll(() => rm(root, { recursive: true }));

interface Outcome {
  readonly exitCode: ExitCode;
  readonly results: string[];
  readonly notes: string[];
}

async function models(...args: readonly string[]): Promise<Outcome> {
  const [results, notes]: [string[], string[]] = [[], []];
  const terminal = {
    columns: 100,
    showsProgress: false,
    result: (text: string) => void results.push(text),
    note: (text: string) => void notes.push(text),
  };
  const open = () => Promise.reject(new Error('no service is needed'));
  const context = { terminal, signal: new AbortController().signal, open };
  return { exitCode: await runCli(['models', ...args], context), results, notes };
}

function documentOf({ results }: Outcome): Record<string, unknown> {
  expect(results).toHaveLength(1);
  return JSON.parse(results[0] ?? '') as Record<string, unknown>;
}

/** The weights of seed 7 as a training program would leave them, each network in its file. */
async function writeWeights(): Promise<void> {
  const taken = (): [Map<string, FloatTensor>, Parameters<typeof buildPolyFace>[0]] => {
    const seeded = seededParameters(7);
    const all = new Map<string, FloatTensor>();
    const take: typeof seeded.take = (name, dims) => {
      const tensor = seeded.take(name, dims);
      all.set(`module.base.${name}`, tensor);
      return tensor;
    };
    return [all, { take, close: () => undefined }];
  };
  const [polyface, fromPolyface] = taken();
  buildPolyFace(fromPolyface, SHAPE, { mirror: false, precision: 'fp32' });
  await writeSafetensors(path.join(root, 'polyface.safetensors'), polyface);
  const [quality, fromQuality] = taken();
  buildQualityNet(fromQuality, { precision: 'fp32' });
  await writeSafetensors(path.join(root, 'quality.safetensors'), quality);
  polyface.delete('module.base.b20.1.stem.0.weight');
  polyface.set('module.base.extra', { dims: [1], values: Float32Array.of(1) });
  await writeSafetensors(path.join(root, 'incomplete.safetensors'), polyface);
}

describe('clipid models import', () => {
  it('builds of weights just what their seed would have given, trained', async () => {
    const out = path.join(root, 'imported');
    const weights = [path.join(root, 'polyface.safetensors')];
    const more = ['--quality-weights', path.join(root, 'quality.safetensors'), '--json'];
    const imported = await models('import', ...weights, ...more, '--out', out);
    expect(imported.notes).toEqual([]);
    expect(imported.exitCode).toBe(EXIT.ok);
    expect(documentOf(imported)).toMatchObject({ quality: 'network', dimension: 32 });
    expect(documentOf(imported)['bundleId']).toMatch(/^polyface-1-2-1-75px-1\.0\.0-[0-9a-f]{12}$/);
    const bytes = buildPolyFace(seededParameters(7), SHAPE, { mirror: false, precision: 'fp32' });
    expect(Buffer.compare(await readFile(path.join(out, 'polyface.onnx')), bytes)).toBe(0);
  });

  it('lists what is missing and left over, and leaves no bundle behind', async () => {
    const out = path.join(root, 'incomplete');
    const { exitCode, notes } = await models(
      'import',
      path.join(root, 'incomplete.safetensors'),
      '--out',
      out,
    );
    expect(exitCode).toBe(EXIT.failed);
    expect(notes.join(' ')).toContain('b20.1.stem.0.weight');
    expect(notes.join(' ')).toContain('module.base.extra');
    expect(await readdir(out)).toEqual([]);
  });

  it('wants to be told what no graph says', async () => {
    const file = path.join(root, 'net.onnx');
    await writeFile(file, buildQualityNet(seededParameters(1), { precision: 'fp32' }));
    const { exitCode, notes } = await models('import', file, '--out', path.join(root, 'net'));
    expect(exitCode).not.toBe(EXIT.ok);
    expect(notes.join(' ')).toContain('--colour is needed');
  });
});

describe('clipid models build', () => {
  const built = () => path.join(root, 'built');
  it('marks weights from a seed wherever they are shown', async () => {
    const size = ['--blocks', '1-1-1', '--input-px', '75', '--width', '0.25'];
    const outcome = await models('build', 'polyface', ...size, '--out', built(), '--json');
    expect(outcome.exitCode).toBe(EXIT.ok);
    expect(documentOf(outcome)).toMatchObject({ untrained: 'embedder' });
    expect(documentOf(outcome)['bundleId']).toMatch(/-untrained$/);
    const verified = documentOf(await models('verify', built(), '--json', '--provider', 'cpu'));
    expect(verified).toMatchObject({ ok: false, untrained: ['embedder'] });
  });

  it('replaces nothing that it was not told to', async () => {
    const again = await models('build', 'polyface', '--blocks', '1-1-1', '--out', built());
    expect(again.exitCode).not.toBe(EXIT.ok);
    expect(again.notes.join(' ')).toContain('--force');
    const half = path.join(root, 'half');
    await mkdir(half);
    await writeFile(path.join(half, 'polyface.onnx.1.part'), 'of a writer that was killed');
    const small = ['--blocks', '1-1-1', '--input-px', '75', '--width', '0.25', '--out', half];
    expect((await models('build', 'polyface', ...small)).exitCode).not.toBe(EXIT.ok);
    expect((await models('build', 'polyface', ...small, '--force')).exitCode).toBe(EXIT.ok);
    const mine = path.join(root, 'mine');
    await mkdir(mine);
    await writeFile(path.join(mine, 'letter.txt'), 'dear');
    const other = await models('build', 'polyface', '--blocks', '1-1-1', '--out', mine, '--force');
    expect(other.exitCode).not.toBe(EXIT.ok);
    expect(await readdir(mine)).toEqual(['letter.txt']);
  });
});

describe('clipid models flops', () => {
  it.each([
    ['30G', EXIT.ok, false],
    ['1M', EXIT.failed, true],
  ])('with a budget of %s ends with %i', async (budget, exitCode, isOver) => {
    const outcome = await models('flops', 'default', '--budget', budget, '--json');
    expect(outcome.exitCode).toBe(exitCode);
    expect(documentOf(outcome)).toMatchObject({ isOver });
  });
});

describe('clipid models plan', () => {
  it('measures what it shows, and draws it', async () => {
    const plot = path.join(root, 'plan.svg');
    const frame = ['--input', '75', '--width', '0.25', '--runs', '1'];
    const outcome = await models('plan', '--budget', '100M', ...frame, '--plot', plot, '--json');
    expect(outcome.exitCode).toBe(EXIT.ok);
    const { rows } = documentOf(outcome) as { rows: { latencyMs: number }[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ latencyMs }) => latencyMs > 0)).toBe(true);
    expect(await readFile(plot, 'utf8')).toMatch(/^<svg/);
  });
});

describe('clipid models fetch', () => {
  it('says which file is not there', async () => {
    const { exitCode, notes } = await models(
      ...['fetch', 'opencv-zoo', '--from', root, '--out', path.join(root, 'zoo')],
    );
    expect(exitCode).not.toBe(EXIT.ok);
    expect(notes.join(' ')).toContain('face_detection_yunet_2023mar.onnx');
  });
});
