/**
 * Measures how the default bundle's features are best compared, and prints the mean feature that the
 * bundle carries:
 *
 *   npx tsx services/evaluate/post-processing.ts <folder of people with 112 x 112 aligned faces>
 *
 * People are split in halves at random (seeded): the mean comes from one half, the rates are read off
 * on the other, so that no figure rests on people the mean has seen.
 */
import { resolve } from 'node:path';
import { toEmbedding, type Postprocess } from '../core/vectors.js';
import { loadConfig } from '../config.js';
import { prepareDefaultBundle } from '../models/prepare.js';
import { loadNetworks } from '../vision/networks.js';
import { Recogniser } from '../vision/recogniser.js';
import { readChip, readPeople } from './aligned-faces.js';
import { operatingPoints, type OperatingPoint } from './operating-points.js';

const FACES_EACH = 80;
const SPLITS = 10;
const FPRS = [1e-2, 1e-3, 1e-4];
const LIFTS = [0, 0.25, 0.5, 1, 2];

type Features = ReadonlyMap<string, readonly Float32Array[]>;

async function readFeatures(folder: string): Promise<Features> {
  const bundle = await prepareDefaultBundle(resolve(loadConfig().models, 'default'));
  const networks = await loadNetworks(bundle, 2);
  const recogniser = new Recogniser(networks.embedder, bundle.manifest.embedder);
  const people = new Map<string, Float32Array[]>();
  for (const { name, files } of await readPeople(folder, FACES_EACH)) {
    const features: Float32Array[] = [];
    for (const file of files) {
      const chip = await readChip(file, bundle.manifest.aligner);
      features.push(...(await recogniser.features(chip, 1)));
    }
    people.set(name, features);
    process.stderr.write(`${name}: ${features.length} faces\n`);
  }
  return people;
}

/** The mean over people of each one's mean feature: nobody counts more for having more pictures. */
function meanFeature(people: Features, names: readonly string[]): Float32Array {
  const means = names.map((name) => meanOf(people.get(name) ?? []));
  return meanOf(means);
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
  return Float32Array.from(sum, (value) => value / vectors.length);
}

/** Names in an order that depends on the seed alone (Fisher-Yates over a Lehmer generator). */
function shuffled(names: readonly string[], seed: number): string[] {
  const out = [...names];
  let state = (seed + 1) * 48271;
  for (let i = out.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [out[i], out[j]] = [out[j] ?? '', out[i] ?? ''];
  }
  return out;
}

function measure(people: Features, names: readonly string[], rule: Postprocess): OperatingPoint[] {
  const faces = names.flatMap((person) =>
    (people.get(person) ?? []).map((feature) => ({
      person,
      embedding: toEmbedding(feature, rule),
    })),
  );
  return operatingPoints(faces, FPRS);
}

function heldOut(people: Features, lift: number, centred: boolean): OperatingPoint[] {
  const runs = Array.from({ length: SPLITS }, (_, seed) => {
    const names = shuffled([...people.keys()], seed);
    const half = Math.floor(names.length / 2);
    const mean = centred ? meanFeature(people, names.slice(0, half)) : null;
    return measure(people, names.slice(half), { mean, lift });
  });
  return FPRS.map((fpr, i) => ({
    fpr,
    tpr: average(runs.map((run) => run[i]?.tpr ?? 0)),
    threshold: average(runs.map((run) => run[i]?.threshold ?? 0)),
  }));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function show(name: string, points: readonly OperatingPoint[]): void {
  const cells = points.map(
    ({ fpr, tpr, threshold }) =>
      `${fpr.toExponential()}: ${tpr.toFixed(3)} (>= ${threshold.toFixed(3)})`,
  );
  process.stdout.write(`${name.padEnd(24)} ${cells.join('   ')}\n`);
}

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: npx tsx services/evaluate/post-processing.ts <folder of people>\n');
  process.exit(2);
}
const people = await readFeatures(folder);
process.stdout.write('TPR (threshold) at FPR, people held out from the mean\n');
for (const centred of [false, true]) {
  for (const lift of LIFTS)
    show(`${centred ? 'centred' : 'raw'}, lift ${lift}`, heldOut(people, lift, centred));
}
const mean = [...meanFeature(people, [...people.keys()])].map((value) => Number(value.toFixed(5)));
process.stdout.write(`mean feature: ${JSON.stringify(mean)}\n`);
