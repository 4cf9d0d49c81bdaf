import { ClipidError } from '../../core/errors.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import type { Segment } from './batch-gatherer.js';

/** Puts the answer to one request together again from the runs that its pictures were in. */
export class BatchAnswer {
  private outputs: NetworkOutput[] | null = null;
  private answered = 0;

  /** count: the pictures of the request. */
  constructor(private readonly count: number) {}

  /** of: a run's outputs, [batch, ...]; `at`: where the segment lies in that batch. */
  add(of: readonly NetworkOutput[], at: number, { from, count }: Segment<unknown>): void {
    this.outputs ??= of.map(({ dims, values }) => ({
      dims: [this.count, ...dims.slice(1)],
      values: new Float32Array((values.length / (dims[0] ?? 1)) * this.count),
    }));
    this.outputs.forEach((output, i) => copyPictures(of[i], at, output, from, count));
    this.answered += count;
  }

  get isComplete(): boolean {
    return this.answered === this.count;
  }

  /** Throws INTERNAL before it is complete. */
  take(): readonly NetworkOutput[] {
    if (this.outputs !== null && this.isComplete) return this.outputs;
    throw new ClipidError('INTERNAL', `${this.answered} of ${this.count} pictures are answered.`);
  }
}

function copyPictures(
  source: NetworkOutput | undefined,
  at: number,
  target: NetworkOutput,
  from: number,
  count: number,
): void {
  const each = target.values.length / (target.dims[0] ?? 1);
  const part = source?.values.subarray(at * each, (at + count) * each);
  if (part?.length !== each * count)
    throw new ClipidError('MODEL_FAILED', 'Two runs of one network gave outputs of two sizes.');
  target.values.set(part, from * each);
}
