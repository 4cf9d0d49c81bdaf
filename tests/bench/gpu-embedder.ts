/**
 * PolyFace's faces a second by batch size and precision, against the matrix rate of the same processor
 * and the same graph in Python's onnxruntime:
 *   node dist/tests/bench/gpu-embedder.js --provider cuda [--python python3] [--runs 5]
 * `--blocks 1,1,1 --width 0.25 --matrix 256 --batches 1,8` try the script itself on any machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROVIDERS } from '../../services/core/providers.js';
import { countFlops } from '../../services/models/flops/count.js';
import type { Precision } from '../../services/models/onnx/graph-builder.js';
import { readModel } from '../../services/models/onnx/read-model.js';
import { buildPolyFace } from '../../services/models/polyface/polyface-graph.js';
import { POLYFACE_SOLUTIONS } from '../../services/models/polyface/shape.js';
import { seededParameters } from '../../services/models/seeded-parameters.js';
import { chooseProvider } from '../../services/vision/runtime/providers.js';
import { matrixGraph } from './gpu-graphs.js';
import { facesPerSecond, flopsPerSecond, type Measuring } from './gpu-measure.js';
import { measurePeer } from './gpu-peer.js';
import { show, type Spread } from './measure.js';

const { values: given } = parseArgs({
  options: {
    provider: { type: 'string', default: 'auto' },
    solution: { type: 'string', default: 'polyface-qan' },
    blocks: { type: 'string' },
    width: { type: 'string', default: '1' },
    matrix: { type: 'string', default: '8192' },
    batches: { type: 'string', default: '1,8,32,128' },
    precisions: { type: 'string', default: 'fp32,fp16' },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '0' },
    python: { type: 'string' },
  },
});

const numbers = (text: string): number[] => text.split(',').map(Number);
const wanted = PROVIDERS.find((name) => name === given.provider);
const solution = Object.entries(POLYFACE_SOLUTIONS).find(([name]) => name === given.solution)?.[1];
if (wanted === undefined || solution === undefined) {
  process.stderr.write(`--provider: ${PROVIDERS.join(', ')}; --solution: `);
  process.stderr.write(`${Object.keys(POLYFACE_SOLUTIONS).join(', ')}\n`);
  process.exit(2);
}
const [a = 1, b = 1, c = 1] = numbers(given.blocks ?? Object.values(solution.blocks).join(','));
const shape = { ...solution, blocks: { a, b, c }, width: Number(given.width) };
const choice = await chooseProvider(wanted);
const measuring: Measuring = {
  provider: choice.provider,
  threads: Number(given.threads),
  runs: Number(given.runs),
  seconds: Number(given.seconds),
};
const folder = mkdtempSync(join(tmpdir(), 'gpu-embedder-'));
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

print(`PolyFace ${a}-${b}-${c}, width ${shape.width}, on ${choice.provider} (${choice.reason});`);
print(`median of ${measuring.runs} runs of ${measuring.seconds} s (least to most)\n`);
print('precision  batch  faces/s                        share of matrix rate  Python faces/s');
try {
  for (const precision of given.precisions.split(',')) await measure(precision as Precision);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(precision: Precision): Promise<void> {
  const options = { mirror: false, precision };
  const bytes = buildPolyFace(seededParameters(1), shape, options);
  const graph = join(folder, `polyface-${precision}.onnx`);
  writeFileSync(graph, bytes);
  const flopsOfAFace = countFlops(readModel(bytes, graph)).flops;
  const matrix = matrixGraph(Number(given.matrix), precision);
  const matrixPath = join(folder, `matrix-${precision}.onnx`);
  writeFileSync(matrixPath, matrix.bytes);
  const rate = await flopsPerSecond(matrixPath, Number(given.matrix), matrix.flops, measuring);
  for (const batch of numbers(given.batches)) {
    const ours = await facesPerSecond(graph, batch, measuring);
    const peer = given.python ? measurePeer(given.python, graph, batch, measuring) : undefined;
    const share = (100 * ours.median * flopsOfAFace) / rate.median;
    printRow(precision, batch, ours, share, peer);
  }
  print(
    `${precision}: ${(flopsOfAFace / 1e9).toFixed(2)} GFLOPs a face; matrix rate ` +
      `${show(scaled(rate, 1e-12))} TFLOPs a second\n`,
  );
}

function printRow(
  precision: string,
  batch: number,
  ours: Spread,
  share: number,
  peer: Spread | undefined,
): void {
  const cells = [precision.padEnd(9), String(batch).padStart(5), show(ours, 1).padEnd(29)];
  cells.push(`${share.toFixed(1)} %`.padStart(20), peer === undefined ? '-' : show(peer, 1));
  print(cells.join('  '));
}

function scaled({ median, least, most }: Spread, factor: number): Spread {
  return { median: median * factor, least: least * factor, most: most * factor };
}
