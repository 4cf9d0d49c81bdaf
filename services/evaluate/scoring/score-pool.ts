import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { ClipidError, errorFromParts } from '../../core/errors.js';
import { startWorker } from '../../core/worker-url.js';
import { addCounts, emptyCounts, type ScoreCounts } from './bins.js';
import { blockCount } from './blocks.js';
import type { CollectPlan, Collected, Kept, Tally } from './collect-pass.js';
import { type Pairs, sortedPairs } from './pair-list.js';
import { GIVE_UP, NEXT_BLOCK, type ScoreAnswer, type ScoreTask } from './score-protocol.js';
import type { VectorSet } from './vector-set.js';

const PROGRESS_EVERY_MS = 100;

/** How to be told of a pass, and how to end it. */
export interface PassOptions {
  readonly signal: AbortSignal;
  /** Share of the blocks that were begun, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** What was kept of one kind of pairs, in descending order of score. */
export interface SortedKept {
  readonly exact: Tally;
  readonly whole: Pairs;
  readonly thinned: Pairs;
}
export type AllCollected = Readonly<Record<keyof Collected, SortedKept>>;

/** Threads that score all pairs of a set, block by block; memory does not grow with the pairs. */
export class ScorePool {
  private constructor(private readonly workers: readonly Worker[]) {}

  static start(threads: number): ScorePool {
    const start = (): Worker => startWorker(import.meta.url, 'score-worker', { name: 'score' });
    return new ScorePool(Array.from({ length: threads }, start));
  }

  /** The first pass. Throws CANCELLED, MODEL_FAILED. */
  async count(set: VectorSet, options: PassOptions): Promise<ScoreCounts> {
    const total = emptyCounts();
    for (const answer of await this.run(set, undefined, options)) {
      if ('counts' in answer) addCounts(total, answer.counts);
    }
    return total;
  }

  /** The second pass. Throws CANCELLED, MODEL_FAILED. */
  async collect(set: VectorSet, plan: CollectPlan, options: PassOptions): Promise<AllCollected> {
    const answers = await this.run(set, plan, options);
    const parts = answers.flatMap((answer) => ('collected' in answer ? [answer.collected] : []));
    return {
      genuine: joined(parts.map(({ genuine }) => genuine)),
      impostor: joined(parts.map(({ impostor }) => impostor)),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private async run(
    set: VectorSet,
    plan: CollectPlan | undefined,
    { signal, onProgress }: PassOptions,
  ): Promise<ScoreAnswer[]> {
    signal.throwIfAborted();
    const control = new Int32Array(new SharedArrayBuffer(8));
    const task: ScoreTask = { set, control, ...(plan && { plan }) };
    const giveUp = (): void => void Atomics.store(control, GIVE_UP, 1);
    const blocks = blockCount(set);
    const tell = (): void =>
      onProgress?.(Math.min(1, Atomics.load(control, NEXT_BLOCK) / Math.max(1, blocks)));
    const timer = setInterval(tell, PROGRESS_EVERY_MS);
    signal.addEventListener('abort', giveUp);
    try {
      const answers = await Promise.all(this.workers.map((worker) => ask(worker, task)));
      signal.throwIfAborted();
      return answers;
    } finally {
      signal.removeEventListener('abort', giveUp);
      clearInterval(timer);
    }
  }
}

/** A thread that dies while it is asked rejects the wait with its error. */
async function ask(worker: Worker, task: ScoreTask): Promise<ScoreAnswer> {
  const answered = once(worker, 'message') as Promise<[ScoreAnswer]>;
  worker.postMessage(task);
  const [answer] = await answered.catch((cause: unknown) => {
    const text = 'A thread that scores pairs died; is there memory enough?';
    throw new ClipidError('MODEL_FAILED', text, { cause });
  });
  if ('code' in answer) throw errorFromParts(answer.code, answer.message);
  return answer;
}

function joined(parts: readonly Kept[]): SortedKept {
  const exact: Tally = new Map();
  for (const part of parts) {
    for (const [score, times] of part.exact) exact.set(score, (exact.get(score) ?? 0) + times);
  }
  const whole = sortedPairs(parts.map((part) => part.whole));
  return { exact, whole, thinned: sortedPairs(parts.map((part) => part.thinned)) };
}
