import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  type ChosenProvider,
  executionProviders,
} from '../../services/vision/runtime/providers.js';
import { type Spread, spread } from './measure.js';

export interface Measuring {
  readonly provider: ChosenProvider;
  /** On the CPU; 0 for as many as there are cores. */
  readonly threads: number;
  readonly runs: number;
  /** The least that a run lasts. */
  readonly seconds: number;
}

const FACE_PX = 112;

/** Of an embedder that takes `pixels` [N, 112, 112, 3] uint8; copying in and out is part of it. */
export async function facesPerSecond(
  graph: string,
  batch: number,
  measuring: Measuring,
): Promise<Spread> {
  const values = Uint8Array.from({ length: batch * FACE_PX ** 2 * 3 }, (_, i) => (i * 7919) % 251);
  const pixels = new Tensor('uint8', values, [batch, FACE_PX, FACE_PX, 3]);
  return rate(graph, { pixels }, batch, measuring);
}

/** Of a graph of `matrixGraph`; flops: those of one run. */
export async function flopsPerSecond(
  graph: string,
  side: number,
  flops: number,
  measuring: Measuring,
): Promise<Spread> {
  const seed = new Tensor('float32', new Float32Array(side), [1, side]);
  return rate(graph, { seed }, flops, measuring);
}

/** `worth` a run, by the second. */
async function rate(
  graph: string,
  feeds: Record<string, Tensor>,
  worth: number,
  { provider, threads, runs, seconds }: Measuring,
): Promise<Spread> {
  const session = await InferenceSession.create(graph, {
    executionProviders: executionProviders(provider),
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  });
  // The first plans memory and picks kernels; the second has the clocks up.
  for (let i = 0; i < 2; i++) await session.run(feeds);
  const rates: number[] = [];
  for (let i = 0; i < runs; i++) rates.push(worth * (await runsPerSecond(session, feeds, seconds)));
  await session.release();
  return spread(rates);
}

async function runsPerSecond(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  seconds: number,
): Promise<number> {
  const startedMs = performance.now();
  for (let count = 1; ; count++) {
    await session.run(feeds);
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= seconds * 1000) return (1000 * count) / elapsedMs;
  }
}
