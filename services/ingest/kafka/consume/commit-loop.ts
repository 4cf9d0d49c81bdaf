import { setTimeout as delay } from 'node:timers/promises';
import { toClipidError, type ClipidError } from '../../../core/errors.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Partition } from './partition.js';

/** Everything below the offset is done. */
export type Position = Partition & { readonly offset: number };

export interface CommitDeps {
  /** What may be committed at this moment. */
  readonly due: () => readonly Position[];
  /** Throws UNAVAILABLE: later, then; and BROKER_FAILED. */
  readonly commit: (due: readonly Position[]) => Promise<void>;
  readonly committed: (positions: readonly Position[]) => void;
  /** The broker takes no offsets, and will not by itself. */
  readonly failed: (error: ClipidError) => void;
}

/** A broker that does not answer must not keep the process from ending. */
const CLOSE_MS = 5000;

/**
 * Commits again and again, and never two at a time: one that is tried for long must not take back what
 * another has committed since.
 */
export class CommitLoop {
  private timer: NodeJS.Timeout | undefined;
  private readonly committing = new OneAtATime(() => this.commitOnce());

  constructor(
    private readonly deps: CommitDeps,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.committing.want(), this.everyMs).unref();
  }

  /** Commits what is left. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.committing.want();
    await Promise.race([this.committing.idle(), delay(CLOSE_MS, undefined, { ref: false })]);
  }

  private async commitOnce(): Promise<void> {
    const due = this.deps.due();
    if (due.length === 0) return;
    try {
      await this.deps.commit(due);
      this.deps.committed(due);
    } catch (thrown) {
      const error = toClipidError(thrown);
      if (error.code !== 'UNAVAILABLE') this.deps.failed(error);
    }
  }
}
