/**
 * Prints what the product makes of aligned faces, for comparing other programs with it:
 *
 *   npx tsx services/evaluate/print-features.ts <bundle folder> <file of 112 x 112 x 3 bytes a face>
 *
 * One JSON object: for every face its chip as base64 and the embedder's feature.
 */
import { readFile } from 'node:fs/promises';
import { alignerPoints } from '../models/aligner-points.js';
import { loadBundle } from '../models/load.js';
import { fitSimilarity } from '../vision/affine.js';
import { Recogniser } from '../vision/recogniser.js';
import { resampleSquare } from '../vision/resample.js';
import { LocalRunner } from '../vision/runtime/local-runner.js';
import { networkSpecs } from '../vision/runtime/network-runner.js';
import { asFrame, FACE_PX } from './faces/aligned-face.js';

const FACE_BYTES = FACE_PX * FACE_PX * 3;
/** How the faces are aligned; in double precision, as the other program has them. */
const FACES = { kind: 'similarity-5-points', sizePx: FACE_PX, pointsPx: 'arcface-112' } as const;

const [folder, file] = process.argv.slice(2);
if (folder === undefined || file === undefined) {
  process.stderr.write('usage: npx tsx services/evaluate/print-features.ts <bundle> <faces>\n');
  process.exit(2);
}
const bundle = await loadBundle(folder);
// The float network: in 8 bits the same face may differ from one processor to the next.
const specs = networkSpecs(bundle)
  .filter(({ name }) => name === 'embedder')
  .map((spec) => ({ ...spec, int8Path: null }));
const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 1 });
const { aligner, embedder } = bundle.manifest;
const { sizePx } = aligner;
const recogniser = new Recogniser(runner, embedder);
const toFace = fitSimilarity(alignerPoints(aligner), alignerPoints(FACES));
const bytes = await readFile(file);
const faces = [];
for (let at = 0; at < bytes.length; at += FACE_BYTES) {
  const pixels = bytes.subarray(at, at + FACE_BYTES);
  const { frame } = asFrame({ sidePx: FACE_PX, pixels });
  const chip = new Uint8Array(sizePx * sizePx * 3);
  resampleSquare(frame, toFace, { data: chip, offset: 0, sizePx });
  const [feature] = await recogniser.features(chip, 1);
  faces.push({ chip: Buffer.from(chip).toString('base64'), feature: [...(feature ?? [])] });
}
process.stdout.write(`${JSON.stringify({ faces })}\n`);
