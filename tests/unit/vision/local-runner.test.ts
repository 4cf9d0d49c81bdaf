import { copyFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalRunner } from '../../../services/vision/runtime/local-runner.js';
import {
  embedderGraph,
  type TinyBundle,
  tinyBundle,
} from '../../contract/network-runner-bundle.js';

let tiny: TinyBundle;
let embedder: string;
beforeEach(async () => {
  tiny = await tinyBundle();
  embedder = tiny.bundle.paths.embedder;
});
afterEach(() => tiny.remove());

const open = () => LocalRunner.open(tiny.bundle, { provider: 'cpu', threads: 1 });
const refusal = async (): Promise<unknown> =>
  open().then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe('opening a bundle', () => {
  it.each([
    ['no graph at all', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1')],
    ['half a graph', embedderGraph('N').subarray(0, 120)],
    ['an empty file', new Uint8Array()],
  ])('names the file when it holds %s', async (_, bytes) => {
    await writeFile(embedder, bytes);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'BUNDLE_INVALID', field: 'embedder' });
    expect(String(error)).toContain(`${embedder}: embedder cannot be loaded as an ONNX graph`);
  });

  it('names the field when the graph takes another input', async () => {
    await copyFile(tiny.bundle.paths.detectors[0] ?? '', embedder);
    expect(await refusal()).toMatchObject({ code: 'BUNDLE_INVALID', field: 'embedder.input.name' });
  });

  it('names the field when the graph takes another type', async () => {
    await writeFile(embedder, embedderGraph('N', 'uint8'));
    expect(await refusal()).toMatchObject({ code: 'BUNDLE_INVALID', field: 'embedder.input.type' });
  });

  it('takes a graph of a fixed batch, which is filled up', async () => {
    await writeFile(embedder, embedderGraph(4));
    const runner = await open();
    const faces = Float32Array.from({ length: 5 * 108 }, (_, i) => Math.floor(i / 108));
    const [output] = await runner.run('embedder', faces, 5);
    expect(output?.dims).toEqual([5, 4]);
    const firsts = [0, 4, 8, 12, 16].map((at) => output?.values[at]);
    firsts.forEach((value, face) => expect(value).toBeCloseTo(face, 4));
  });
});
