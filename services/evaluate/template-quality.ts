/**
 * Measures what weighing frames by the `heuristic` quality is worth against the plain mean:
 *
 *   npx tsx services/evaluate/template-quality.ts <folder of people with 112 x 112 aligned faces>
 *
 * Sets of 8 faces of one person, of which some stay sharp and the others are shrunk to 8 to 16 pixels
 * and scaled up again; TPR over all pairs of sets. `sharp only` knows which frames are sharp.
 */
import sharp from 'sharp';
import { aggregate } from '../aggregate/template.js';
import type { Aggregation } from '../aggregate/weights.js';
import { heuristicQuality } from '../vision/heuristic-quality.js';
import { alignerPoints } from '../models/aligner-points.js';
import { postprocessOf } from '../vision/postprocess.js';
import { readChip, readPeople } from './aligned-faces.js';
import { folderArgument, openRig, type Rig } from './features.js';
import { operatingPoints, type Labelled } from './operating-points.js';
import { seeded, shuffled } from './seeded.js';

const FACES_EACH = 60;
const SETS_EACH = 40;
const SET_SIZE = 8;
const FPRS = [1e-3, 1e-4];

interface Sample {
  readonly feature: Float32Array;
  readonly quality: number;
}
interface Pair {
  readonly sharp: Sample;
  readonly blurred: Sample;
}

async function sample(rig: Rig, file: string | Buffer): Promise<Sample> {
  const { aligner } = rig.bundle.manifest;
  const chip = await readChip(file, aligner);
  const pointsPx = Float32Array.from(alignerPoints(aligner));
  const quality = heuristicQuality({ chip, sizePx: aligner.sizePx, pointsPx, detectionScore: 1 });
  return { feature: await rig.featureOf(chip), quality };
}

async function readPairs(
  rig: Rig,
  files: readonly string[],
  random: () => number,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const file of files) {
    const small = await sharp(file)
      .resize(8 + Math.floor(random() * 9))
      .png()
      .toBuffer();
    pairs.push({ sharp: await sample(rig, file), blurred: await sample(rig, small) });
  }
  return pairs;
}

function template(rig: Rig, samples: readonly Sample[], kind: Aggregation): Float32Array {
  const features = samples.map((one) => one.feature);
  const qualities = samples.map((one) => one.quality);
  return aggregate(features, qualities, { kind, postprocess: postprocessOf(rig.bundle.manifest) })
    .template;
}

const rig = await openRig();
const random = seeded(1);
const people = new Map<string, Pair[]>();
for (const { name, files } of await readPeople(folderArgument('template-quality.ts'), FACES_EACH)) {
  people.set(name, await readPairs(rig, files, random));
  process.stderr.write(`${name}: ${files.length} faces\n`);
}
process.stdout.write('sharp of 8   aggregation   TPR at FPR\n');
for (const sharpCount of [1, 2, 3, SET_SIZE]) {
  const sets = [...people].flatMap(([person, pairs]) =>
    Array.from({ length: SETS_EACH }, () => {
      const chosen = shuffled(pairs, random).slice(0, SET_SIZE);
      return {
        person,
        samples: chosen.map((pair, i) => (i < sharpCount ? pair.sharp : pair.blurred)),
      };
    }),
  );
  const rows: [string, (samples: Sample[]) => Float32Array][] = [
    ['mean', (samples) => template(rig, samples, 'mean')],
    ['qan', (samples) => template(rig, samples, 'qan')],
    ['sharp only', (samples) => template(rig, samples.slice(0, sharpCount), 'mean')],
  ];
  for (const [name, make] of rows) {
    const labelled: Labelled[] = sets.map(({ person, samples }) => ({
      person,
      embedding: make(samples),
    }));
    const points = operatingPoints(labelled, FPRS).map(
      ({ fpr, tpr }) => `${fpr.toExponential()}: ${tpr.toFixed(3)}`,
    );
    process.stdout.write(
      `${String(sharpCount).padEnd(12)} ${name.padEnd(13)} ${points.join('   ')}\n`,
    );
  }
}
