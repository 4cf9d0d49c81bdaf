import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measuring } from './gpu-measure.js';
import { type Spread, spread } from './measure.js';

/** The same graph, batch and time in Python's onnxruntime (numpy and onnxruntime or onnxruntime-gpu). */
export function measurePeer(
  python: string,
  graph: string,
  batch: number,
  { provider, threads, runs, seconds }: Measuring,
): Spread {
  const numbers = [batch, runs, seconds, threads].map(String);
  const output = execFileSync(python, [peerScript(), graph, provider, ...numbers], {
    encoding: 'utf8',
  });
  return spread(JSON.parse(output) as number[]);
}

/** Compiling leaves it where it was written. */
function peerScript(): string {
  const beside = fileURLToPath(new URL('./gpu_embedder_peer.py', import.meta.url));
  const source = fileURLToPath(
    new URL('../../../tests/bench/gpu_embedder_peer.py', import.meta.url),
  );
  return existsSync(beside) ? beside : source;
}
