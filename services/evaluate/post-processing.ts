/**
 * Measures how the default bundle's features are best compared, and prints the mean feature that the
 * bundle carries:
 *
 *   npx tsx services/evaluate/post-processing.ts <folder of people with 112 x 112 aligned faces>
 *
 * People are split in halves at random (seeded): the mean comes from one half, the rates are read off
 * on the other, so that no figure rests on people the mean has seen.
 */
import { toEmbedding, type Postprocess } from '../core/vectors.js';
import { readFace } from './faces/aligned-face.js';
import { readPeople } from './faces/people.js';
import { folderArgument, meanOf, openDefault } from './features.js';
import type { OperatingPoint } from './metrics/operating-points.js';
import { ScorePool } from './scoring/score-pool.js';
import { vectorSet } from './scoring/vector-set.js';
import { seeded, shuffled } from './seeded.js';
import { verify } from './verification.js';

const FACES_EACH = 80;
const SPLITS = 10;
const FPRS = [1e-2, 4e-3, 1e-3, 1e-4];
const LIFTS = [0, 0.25, 0.5, 1, 2];

type Features = ReadonlyMap<string, readonly Float32Array[]>;

async function readFeatures(folder: string): Promise<Features> {
  const embedder = await openDefault();
  const people = new Map<string, Float32Array[]>();
  for (const { name, pictures } of await readPeople(folder, FACES_EACH)) {
    const seen = await embedder.look(await Promise.all(pictures.map(readFace)));
    const features = seen.map(({ feature }) => feature);
    people.set(name, features);
    process.stderr.write(`${name}: ${features.length} faces\n`);
  }
  return people;
}

/** The mean over people of each one's mean feature: nobody counts more for having more pictures. */
function meanFeature(people: Features, names: readonly string[]): Float32Array {
  return meanOf(names.map((name) => meanOf(people.get(name) ?? [])));
}

type Point = Pick<OperatingPoint, 'fpr' | 'tpr' | 'threshold'>;

async function measure(
  people: Features,
  names: readonly string[],
  rule: Postprocess,
): Promise<readonly Point[]> {
  const faces = names.flatMap((name, person) =>
    (people.get(name) ?? []).map((feature) => ({ person, embedding: toEmbedding(feature, rule) })),
  );
  const options = { signal: new AbortController().signal, seed: 1, qualities: [], draws: 0 };
  return (await verify(pool, vectorSet(faces), { ...options, fprs: FPRS })).points;
}

async function heldOut(people: Features, lift: number, centred: boolean): Promise<Point[]> {
  const runs: (readonly Point[])[] = [];
  for (let seed = 0; seed < SPLITS; seed++) {
    const names = shuffled([...people.keys()], seeded(seed));
    const half = Math.floor(names.length / 2);
    const mean = centred ? meanFeature(people, names.slice(0, half)) : null;
    runs.push(await measure(people, names.slice(half), { mean, lift }));
  }
  const average = (value: (run: readonly Point[]) => number): number =>
    runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
  return FPRS.map((fpr, i) => ({
    fpr,
    tpr: average((run) => run[i]?.tpr ?? Number.NaN),
    threshold: average((run) => run[i]?.threshold ?? Number.NaN),
  }));
}

function show(name: string, points: readonly Point[]): void {
  const cells = points.map(
    ({ fpr, tpr, threshold }) =>
      `${fpr.toExponential()}: ${tpr.toFixed(3)} (>= ${threshold.toFixed(3)})`,
  );
  process.stdout.write(`${name.padEnd(18)} ${cells.join('   ')}\n`);
}

const pool = ScorePool.start(2);
const people = await readFeatures(folderArgument('post-processing.ts'));
process.stdout.write('TPR (threshold) at FPR, people held out from the mean\n');
for (const centred of [false, true]) {
  for (const lift of LIFTS)
    show(`${centred ? 'centred' : 'raw'}, lift ${lift}`, await heldOut(people, lift, centred));
}
await pool.close();
const mean = [...meanFeature(people, [...people.keys()])].map((value) => Number(value.toFixed(5)));
process.stdout.write(`mean feature: ${JSON.stringify(mean)}\n`);
