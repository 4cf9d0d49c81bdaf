import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Several runs of one measurement: what is reported is the median and how far the runs lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), most: at(sorted.length - 1) };
}

export function show({ median, least, most }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** Runs `work` `times` times, one after the other, and returns each run's result. */
export async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < times; run++) results.push(await work());
  return results;
}

/**
 * Every work once a round, and each round in the reverse order of the one before, so that no work
 * always comes first. Returns the results as [work][round].
 */
export async function inTurns<T>(
  rounds: number,
  works: readonly (() => Promise<T>)[],
): Promise<T[][]> {
  const results = works.map((): T[] => []);
  for (let round = 0; round < rounds; round++) {
    const numbered = [...works.entries()];
    for (const [at, work] of round % 2 === 0 ? numbered : numbered.reverse())
      results[at]?.push(await work());
  }
  return results;
}

/** Of two measurements that took turns: one over the other, round by round. */
export function ratios(values: readonly number[], peers: readonly number[]): Spread {
  return spread(values.map((value, round) => value / (peers[round] ?? Number.NaN)));
}

/** Milliseconds of wall time that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How late this thread's event loop ran while `work` went on. */
export async function loopDelayDuring(work: () => Promise<unknown>): Promise<LoopDelay> {
  const resolutionMs = 1;
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  await work();
  monitor.disable();
  const toMs = (nanoseconds: number): number => nanoseconds / 1e6 - resolutionMs;
  return { p99Ms: toMs(monitor.percentile(99)), maxMs: toMs(monitor.max) };
}
