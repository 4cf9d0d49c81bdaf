import { measure } from '../evaluate/calibration/calibrate.js';
import { snapshot } from '../evaluate/calibration/snapshot.js';
import { ScorePool } from '../evaluate/scoring/score-pool.js';
import type { PairScorer } from '../identify/ports-in.js';

/** One thread: it is to be done some time, and clips want the others. */
const THREADS = 1;
const SEED = 1;

/** Threads that come and go with the work, which is rare. */
export function pairScorer(now: () => number): PairScorer {
  return {
    calibrate: (items, signal) =>
      withPool((pool) => measure(pool, items, { seed: SEED, nowMs: now(), signal })),
    snapshot: (items, signal) => withPool((pool) => snapshot(pool, items, { signal })),
  };
}

async function withPool<T>(work: (pool: ScorePool) => Promise<T>): Promise<T> {
  const pool = ScorePool.start(THREADS);
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
