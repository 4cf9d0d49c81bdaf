/**
 * How fast all pairs are scored, against NumPy's matrix product on the same cores in the same run:
 *
 *   make bench-pairs        (needs python3 with numpy)
 *
 * Ours scores each pair once and counts it in bins (`count`), or goes through everything that an
 * evaluation does (`evaluate`: two passes, bootstrap, curves). NumPy multiplies and writes the products
 * down, nothing more: `a @ b.T` every product, so each pair twice; `a @ a.T` one half, copied to the other.
 * All are given as pairs of two different rows a second.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { ScorePool } from '../../services/evaluate/scoring/score-pool.js';
import { type VectorSet, vectorSet } from '../../services/evaluate/scoring/vector-set.js';
import { seeded } from '../../services/evaluate/seeded.js';
import { verify } from '../../services/evaluate/verification.js';
import { ratios, show, spread, timed } from './measure.js';

const ROUNDS = 9;
const ROWS = 4500;
const PEOPLE = 150;
const DIMENSIONS = [129, 256, 512];
const PAIRS = (ROWS * (ROWS - 1)) / 2;
const { signal } = new AbortController();

/** People who are told apart about as well as by a good network. */
function randomSet(dimension: number): VectorSet {
  const random = seeded(1);
  const parts = (): number[] => Array.from({ length: dimension }, () => random() - 0.5);
  const centres = Array.from({ length: PEOPLE }, parts);
  const items = Array.from({ length: ROWS }, (_, i) => {
    const raw = Float32Array.from(parts(), (part, k) => part + (centres[i % PEOPLE]?.[k] ?? 0));
    const length = Math.hypot(...raw);
    return { person: i % PEOPLE, embedding: raw.map((value) => value / length) };
  });
  return vectorSet(items);
}

/** The peer's process; threads as many as ours. What tunes its library for other machines is unset. */
function startPeer(dimension: number): ChildProcess {
  const script = new URL('../../../tests/bench/pairs_peer.py', import.meta.url).pathname;
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env['OPENBLAS_CORETYPE'];
  delete env['OPENBLAS_L2_SIZE'];
  env['OPENBLAS_NUM_THREADS'] = String(availableParallelism());
  const args = [script, String(ROWS), String(dimension)];
  return spawn('python3', args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Milliseconds. */
interface Round {
  readonly count: number;
  readonly evaluate: number;
  readonly every: number;
  readonly half: number;
  /** Processor time, of all threads: what other work on the machine does not change much. */
  readonly countCpu: number;
  readonly everyCpu: number;
  readonly halfCpu: number;
}

async function measure(dimension: number, pool: ScorePool): Promise<void> {
  const set = randomSet(dimension);
  const peer = startPeer(dimension);
  if (peer.stdout === null) throw new Error('the peer has no output');
  const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
  const askPeer = async (): Promise<number[]> => {
    peer.stdin?.write('\n');
    const answer: IteratorResult<string, unknown> = await lines.next();
    return String(answer.value)
      .split(' ')
      .map((seconds) => Number(seconds) * 1000);
  };
  const options = { signal, seed: 1, qualities: [] };
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [every = 0, everyCpu = 0, half = 0, halfCpu = 0] = await askPeer();
    const before = process.cpuUsage();
    const count = await timed(() => pool.count(set, { signal }));
    const { user, system } = process.cpuUsage(before);
    const cpu = { countCpu: (user + system) / 1000, everyCpu, halfCpu };
    const evaluate = await timed(() => verify(pool, set, options));
    // The first round warms up.
    if (round > 0) rounds.push({ count, evaluate, every, half, ...cpu });
  }
  peer.stdin?.end();
  await once(peer, 'close');
  report(dimension, rounds);
}

function report(dimension: number, rounds: readonly Round[]): void {
  const millions = (name: keyof Round): number[] => rounds.map((one) => PAIRS / one[name] / 1000);
  const line = (text: string, name: keyof Round): string =>
    `  ${text.padEnd(34)} ${show(spread(millions(name)), 1)} M pairs/s`;
  const share = (name: 'every' | 'half'): string =>
    show(ratios(millions('count'), millions(name)), 2);
  const cpuShare = (name: 'everyCpu' | 'halfCpu'): string =>
    show(ratios(millions('countCpu'), millions(name)), 2);
  process.stdout.write(
    [
      `${ROWS} x ${dimension}: ${PAIRS} pairs, ${ROUNDS} rounds, median (least to most)`,
      line('ours: scored and counted', 'count'),
      line('ours: the whole evaluation', 'evaluate'),
      line('numpy: a @ b.T', 'every'),
      line('numpy: a @ a.T (one half)', 'half'),
      `  scored and counted / a @ b.T       ${share('every')}, by processor time ${cpuShare('everyCpu')}`,
      `  scored and counted / a @ a.T       ${share('half')}, by processor time ${cpuShare('halfCpu')}`,
      '',
    ].join('\n'),
  );
}

const model = cpus()[0]?.model ?? 'unknown processor';
const load = loadavg()[0]?.toFixed(1) ?? '';
process.stdout.write(
  `${model}, ${availableParallelism()} cores, load ${load}; Node ${process.version}\n`,
);
const pool = ScorePool.start(availableParallelism());
for (const dimension of DIMENSIONS) await measure(dimension, pool);
await pool.close();
