import type { SourceMessage } from '../../../core/source-message.js';
import type { Partition } from './partition.js';

/** Of so many messages one is the one that waits longest, that high priority starves nobody. */
const TURNS_PER_OLDEST = 4;

export interface Candidate {
  readonly partition: Partition;
  readonly message: SourceMessage;
  readonly isHigh: boolean;
}

/** Which message comes next: HIGH before others, older before newer, and every fourth turn just the oldest. */
export class TakingOrder {
  private turns = 0;

  next<C extends Candidate>(candidates: readonly C[]): C | undefined {
    const high = candidates.filter((one) => one.isHigh);
    const isForAll = high.length === 0 || (this.turns + 1) % TURNS_PER_OLDEST === 0;
    const chosen = oldest(isForAll ? candidates : high);
    if (chosen !== undefined) this.turns++;
    return chosen;
  }
}

function oldest<C extends Candidate>(candidates: readonly C[]): C | undefined {
  return candidates.reduce<C | undefined>(
    (best, one) =>
      best === undefined || one.message.timestampMs < best.message.timestampMs ? one : best,
    undefined,
  );
}
