/**
 * Measures the ranges of the values inside the recogniser, which its computation in bytes is made
 * from (`services/models/face-api/quantisation.ts`), and prints them as they stand there:
 *
 *   npx tsx services/evaluate/quantisation-ranges.ts <folder of people with 112 x 112 aligned faces>
 *
 * Only the first half of the people is looked at, so that the other half can judge the result.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedBundle } from '../models/load.js';
import { RECOGNISER_QUANTISATION } from '../models/face-api/quantisation.js';
import { exposeValues } from '../models/onnx/expose-values.js';
import { LocalRunner } from '../vision/runtime/local-runner.js';
import { networkSpecs } from '../vision/runtime/network-runner.js';
import { Aligner } from '../vision/aligner.js';
import { asFrame, readFace } from './faces/aligned-face.js';
import { readPeople } from './faces/people.js';
import { folderArgument, openDefault } from './features.js';

const FACES_EACH = 11;
const DIGITS = 2;
const names = Object.keys(RECOGNISER_QUANTISATION.ranges);

/** Opens the recogniser with the values that are to be rounded as its outputs. */
async function openExposed(bundle: LoadedBundle): Promise<LocalRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'clipid-ranges-'));
  const path = join(folder, 'exposed.onnx');
  try {
    await writeFile(path, exposeValues(await readFile(bundle.paths.embedder), names));
    const specs = networkSpecs(bundle).filter(({ name }) => name === 'embedder');
    const exposed = specs.map((spec) => ({ ...spec, path, outputNames: names }));
    return await LocalRunner.openSpecs(exposed, { provider: 'cpu', threads: 2 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readChips(bundle: LoadedBundle): Promise<Uint8Array[]> {
  const people = await readPeople(folderArgument('quantisation-ranges.ts'), FACES_EACH);
  const files = people.slice(0, Math.ceil(people.length / 2)).flatMap(({ pictures }) => pictures);
  const aligner = new Aligner(bundle.manifest.aligner);
  return Promise.all(
    files.map(async (file) => {
      const { frame, face } = asFrame(await readFace(file));
      return aligner.chips(frame, [face]);
    }),
  );
}

function widen(range: { least: number; most: number }, values: Float32Array): void {
  for (const value of values) {
    range.least = Math.min(range.least, value);
    range.most = Math.max(range.most, value);
  }
}

/** Away from zero, so that the range still holds what was seen. */
function outward(value: number): string {
  const steps = Math.ceil(Math.abs(value) * 10 ** DIGITS) * Math.sign(value);
  return String(steps / 10 ** DIGITS);
}

const { bundle } = await openDefault();
const runner = await openExposed(bundle);
const ranges = names.map(() => ({ least: 0, most: 0 }));
for (const chip of await readChips(bundle)) {
  const outputs = await runner.run('embedder', chip, 1);
  ranges.forEach((range, i) => widen(range, outputs[i]?.values ?? new Float32Array()));
}
ranges.forEach(({ least, most }, i) => {
  process.stdout.write(`    '${names[i] ?? ''}': [${outward(least)}, ${outward(most)}],\n`);
});
