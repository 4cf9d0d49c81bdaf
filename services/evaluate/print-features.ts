/**
 * Prints what the product makes of aligned faces, for comparing other programs with it:
 *
 *   npx tsx services/evaluate/print-features.ts <bundle folder> <file of 112 x 112 x 3 bytes a face>
 *
 * One JSON object: for every face its chip as base64, the embedder's feature and the `heuristic` quality.
 */
import { readFile } from 'node:fs/promises';
import { alignerPoints } from '../models/aligner-points.js';
import { loadBundle } from '../models/load.js';
import { heuristicQuality } from '../vision/heuristic-quality.js';
import { Recogniser } from '../vision/recogniser.js';
import { LocalRunner } from '../vision/runtime/local-runner.js';
import { networkSpecs } from '../vision/runtime/network-runner.js';
import { chipOf, CHALLENGE_PX } from './aligned-faces.js';

const FACE_BYTES = CHALLENGE_PX * CHALLENGE_PX * 3;

const [folder, file] = process.argv.slice(2);
if (folder === undefined || file === undefined) {
  process.stderr.write('usage: npx tsx services/evaluate/print-features.ts <bundle> <faces>\n');
  process.exit(2);
}
const bundle = await loadBundle(folder);
const { aligner, embedder } = bundle.manifest;
// The float network: in 8 bits the same face may differ from one processor to the next.
const specs = networkSpecs(bundle)
  .filter(({ name }) => name === 'embedder')
  .map((spec) => ({ ...spec, int8Path: null }));
const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 1 });
const recogniser = new Recogniser(runner, embedder);
const faces = await readFile(file);
const results = [];
for (let at = 0; at < faces.length; at += FACE_BYTES) {
  const chip = chipOf(faces.subarray(at, at + FACE_BYTES), aligner);
  const [feature] = await recogniser.features(chip, 1);
  const pointsPx = Float32Array.from(alignerPoints(aligner));
  const quality = heuristicQuality({ chip, sizePx: aligner.sizePx, pointsPx, detectionScore: 1 });
  results.push({
    chip: Buffer.from(chip).toString('base64'),
    feature: [...(feature ?? [])],
    quality,
  });
}
process.stdout.write(`${JSON.stringify({ faces: results })}\n`);
