import { planBatches } from './batch-plan.js';
import type { NetworkName } from '../runtime/network-runner.js';

/** Pictures of one request that lie together in a batch. */
export interface Segment<T> {
  readonly request: T;
  /** The first of them, counted in the request. */
  readonly from: number;
  readonly count: number;
}

/** What one run is made of: the segments one after the other, then blank pictures up to `size`. */
export interface Batch<T> {
  readonly network: NetworkName;
  readonly size: number;
  readonly segments: readonly Segment<T>[];
  /** Of its oldest picture. */
  readonly waitedMs: number;
}

interface Waiting<T> {
  readonly request: T;
  readonly count: number;
  readonly sinceMs: number;
  /** How many of its pictures have gone. */
  taken: number;
}

/**
 * Decides which waiting pictures run next, on any clock; it knows neither threads nor sessions.
 * A batch goes when the largest size is full, when its oldest picture has waited `maxWaitMs`, or at
 * once when the processor has been idle for that long: then nobody else is likely to come. Of several
 * that may go, the one with the oldest picture goes, so that none starves.
 */
export class Gatherer<T> {
  private readonly queues = new Map<NetworkName, Waiting<T>[]>();
  private lastRunMs = -Infinity;

  /** sizes: those of each network, ascending. */
  constructor(
    private readonly sizes: ReadonlyMap<NetworkName, readonly number[]>,
    private readonly maxWaitMs: number,
  ) {}

  /** count >= 1. */
  add(network: NetworkName, request: T, count: number, nowMs: number): void {
    const queue = this.queues.get(network) ?? [];
    this.queues.set(network, queue);
    queue.push({ request, count, sinceMs: nowMs, taken: 0 });
  }

  /** The next batch, taken out of the queue; null when nothing may go yet. */
  take(nowMs: number): Batch<T> | null {
    const due = [...this.queues].filter(([network]) => this.dueMs(network) <= nowMs);
    const [first] = due.sort(([, a], [, b]) => oldestMs(a) - oldestMs(b));
    return first === undefined ? null : this.cut(first[0], first[1], nowMs);
  }

  /** Milliseconds until `take` has something; 0 or less: now; null: nothing waits. */
  waitMs(nowMs: number): number | null {
    const due = [...this.queues.keys()].map((network) => this.dueMs(network));
    return due.length === 0 ? null : Math.min(...due) - nowMs;
  }

  /** To be told when a run has ended. */
  ranUntil(nowMs: number): void {
    this.lastRunMs = nowMs;
  }

  /** Forgets what is left of a request. */
  drop(request: T): void {
    for (const [network, queue] of this.queues)
      this.keep(
        network,
        queue.filter((one) => one.request !== request),
      );
  }

  private dueMs(network: NetworkName): number {
    const queue = this.queues.get(network) ?? [];
    if (waitingPictures(queue) >= this.largest(network)) return -Infinity;
    return Math.min(oldestMs(queue), this.lastRunMs) + this.maxWaitMs;
  }

  private cut(network: NetworkName, queue: Waiting<T>[], nowMs: number): Batch<T> {
    const waitedMs = nowMs - oldestMs(queue);
    const here = Math.min(waitingPictures(queue), this.largest(network));
    const size = planBatches(here, this.sizes.get(network) ?? [1])[0] ?? 1;
    const segments: Segment<T>[] = [];
    let room = size;
    for (const one of queue) {
      const count = Math.min(room, one.count - one.taken);
      if (count === 0) break;
      segments.push({ request: one.request, from: one.taken, count });
      one.taken += count;
      room -= count;
    }
    this.keep(
      network,
      queue.filter((one) => one.taken < one.count),
    );
    return { network, size, segments, waitedMs };
  }

  private keep(network: NetworkName, left: Waiting<T>[]): void {
    if (left.length > 0) this.queues.set(network, left);
    else this.queues.delete(network);
  }

  private largest(network: NetworkName): number {
    return this.sizes.get(network)?.at(-1) ?? 1;
  }
}

function oldestMs(queue: readonly Waiting<unknown>[]): number {
  return queue[0]?.sinceMs ?? Infinity;
}

function waitingPictures(queue: readonly Waiting<unknown>[]): number {
  return queue.reduce((sum, one) => sum + one.count - one.taken, 0);
}
