import { setImmediate as nextTurn } from 'node:timers/promises';
import { toClipidError } from '../../core/errors.js';
import { BatchAnswer } from './batch-answer.js';
import { type Batch, Gatherer } from './batch-gatherer.js';
import { type BatchRules, sizesFor } from './batch-plan.js';
import type { BatchReport } from './device-protocol.js';
import { networkOf } from '../runtime/local-runner.js';
import type { NetworkInput, NetworkName, NetworkOutput } from '../runtime/network-runner.js';
import type { Network } from '../runtime/networks.js';
import { blankInput, checkInput, pictureLength } from '../runtime/pictures.js';

/** One caller's request, until it is answered or has failed. */
interface Work {
  readonly input: NetworkInput;
  readonly answer: BatchAnswer;
  readonly resolve: (outputs: readonly NetworkOutput[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A processor that fails this often in a row is broken (a lost GPU context never heals). */
const MOST_FAILURES = 3;

/**
 * Runs the networks of one processor: one run at a time, each as full as the requests of all callers
 * allow. A run blocks the thread; requests that came meanwhile are gathered into the next.
 */
export class DeviceLoop {
  private readonly gatherer: Gatherer<Work>;
  private readonly inputs = new Map<string, NetworkInput>();
  private timer: NodeJS.Timeout | null = null;
  private isRunning = false;
  private isClosed = false;
  private failures = 0;

  constructor(
    private readonly networks: ReadonlyMap<NetworkName, Network>,
    rules: BatchRules,
    private readonly on: {
      readonly batch: (report: BatchReport) => void;
      /** The processor fails again and again: it must be started anew. */
      readonly broken: () => void;
    },
  ) {
    const sizes = [...networks].map(([name, one]) => [name, batchSizes(one, rules.sizes)] as const);
    this.gatherer = new Gatherer(new Map(sizes), rules.maxWaitMs);
  }

  /** As a NetworkRunner's `run`. */
  run(name: NetworkName, input: NetworkInput, count: number): Promise<readonly NetworkOutput[]> {
    return new Promise((resolve, reject) => {
      checkInput(networkOf(this.networks, name).spec, input, count);
      const work = { input, answer: new BatchAnswer(count), resolve, reject };
      this.gatherer.add(name, work, count, performance.now());
      this.pump();
    });
  }

  /** Starts no more runs; what waits is never answered. */
  close(): void {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Starts what may start, or sets the clock for it. */
  private pump(): void {
    if (this.isRunning || this.isClosed) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.gatherer.take(performance.now());
    if (batch !== null) void this.runOne(batch);
    else this.wakeLater();
  }

  private wakeLater(): void {
    const waitMs = this.gatherer.waitMs(performance.now());
    if (waitMs !== null) this.timer = setTimeout(() => this.pump(), Math.max(0, Math.ceil(waitMs)));
  }

  private async runOne(batch: Batch<Work>): Promise<void> {
    this.isRunning = true;
    try {
      const network = networkOf(this.networks, batch.network);
      this.deliver(batch, await network.run(this.gather(batch, network), batch.size));
      this.failures = 0;
    } catch (thrown) {
      this.fail(batch, thrown);
    }
    this.gatherer.ranUntil(performance.now());
    this.report(batch);
    // What was asked for during the run lies in the ports: it belongs to the next batch.
    await nextTurn();
    this.isRunning = false;
    if (this.failures >= MOST_FAILURES) this.on.broken();
    else this.pump();
  }

  /** The batch's input; the array is used again by the next batch of that network and size. */
  private gather({ network, size, segments }: Batch<Work>, { spec }: Network): NetworkInput {
    const [first] = segments;
    const each = pictureLength(spec);
    if (segments.length === 1 && first?.request.input.length === size * each)
      return first.request.input;
    const key = `${network}:${size}`;
    const input = this.inputs.get(key) ?? blankInput(spec, size);
    this.inputs.set(key, input);
    let at = 0;
    for (const { request, from, count } of segments) {
      input.set(request.input.subarray(from * each, (from + count) * each), at * each);
      at += count;
    }
    input.fill(0, at * each);
    return input;
  }

  private deliver({ segments }: Batch<Work>, outputs: readonly NetworkOutput[]): void {
    let at = 0;
    for (const segment of segments) {
      const { answer, resolve } = segment.request;
      answer.add(outputs, at, segment);
      at += segment.count;
      if (answer.isComplete) resolve(answer.take());
    }
  }

  private fail({ segments }: Batch<Work>, thrown: unknown): void {
    if (toClipidError(thrown).code === 'MODEL_FAILED') this.failures += 1;
    for (const { request } of segments) {
      this.gatherer.drop(request);
      request.reject(thrown);
    }
  }

  private report({ network, size, segments, waitedMs }: Batch<Work>): void {
    const pictures = segments.reduce((sum, { count }) => sum + count, 0);
    this.on.batch({ network, size, blank: size - pictures, waitedMs });
  }
}

/** The sizes that a network's sessions see. */
export function batchSizes(
  { spec, fixedBatch }: Network,
  sizes: readonly number[],
): readonly number[] {
  return fixedBatch === null ? sizesFor(spec, sizes) : [fixedBatch];
}
