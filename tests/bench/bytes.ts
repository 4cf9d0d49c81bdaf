/**
 * What computing the default bundle's networks in bytes is worth on this machine's CPU, one thread:
 *
 *   npx tsx tests/bench/bytes.ts
 *
 * Both graphs of a network take turns in one process, so that what else the machine does hits both;
 * read the ratio, not the milliseconds. A blank picture costs as much as a face.
 */
import * as ort from 'onnxruntime-node';
import { buildDefaultFiles } from '../../services/models/default-bundle.js';
import { findFaceApi } from '../../services/models/face-api/package.js';
import {
  DETECTOR_QUANTISATION,
  RECOGNISER_QUANTISATION,
} from '../../services/models/face-api/quantisation.js';
import { quantiseGraph } from '../../services/models/onnx/quantise.js';
import { repeat, show, spread, timed } from './measure.js';

const ROUNDS = 25;
/** A face and its mirror image are two pictures. */
const CASES = [
  { file: 'detector.onnx', plan: DETECTOR_QUANTISATION, dims: [1, 512, 512, 3] },
  { file: 'detector-wide.onnx', plan: DETECTOR_QUANTISATION, dims: [1, 288, 512, 3] },
  { file: 'embedder.onnx', plan: RECOGNISER_QUANTISATION, dims: [2, 150, 150, 3] },
];

async function open(graph: Uint8Array, dims: readonly number[]): Promise<() => Promise<number>> {
  const session = await ort.InferenceSession.create(graph, { intraOpNumThreads: 1 });
  const blank = new Uint8Array(dims.reduce((product, dim) => product * dim, 1)).fill(127);
  const run = () => timed(() => session.run({ pixels: new ort.Tensor('uint8', blank, dims) }));
  await repeat(2, run);
  return run;
}

async function compare(graph: Uint8Array, { file, plan, dims }: (typeof CASES)[number]) {
  const exact = await open(graph, dims);
  const inBytes = await open(quantiseGraph(graph, plan), dims);
  const rounds = await repeat(ROUNDS, async () => ({
    exact: await exact(),
    bytes: await inBytes(),
  }));
  const exactMs = show(spread(rounds.map((round) => round.exact)));
  const bytesMs = show(spread(rounds.map((round) => round.bytes)));
  const ratio = show(spread(rounds.map((round) => round.exact / round.bytes)));
  process.stdout.write(
    `${file} [${dims.join()}]: float32 ${exactMs} ms, bytes ${bytesMs} ms, ratio ${ratio}\n`,
  );
}

for await (const { file, bytes } of buildDefaultFiles(await findFaceApi())) {
  const one = CASES.find((candidate) => candidate.file === file);
  if (one) await compare(bytes, one);
}
