import { ClipidError, toClipidError } from '../core/errors.js';
import type { ClipJob, ClipTracks } from '../core/types.js';
import type { ClipRow, GalleryStore } from '../gallery/port.js';
import type { Announcer } from '../identify/ports-in.js';
import { backoffMs, expired, gaveUp, remedyFor, type Remedy } from './trouble.js';

export interface RunnerDeps {
  readonly store: GalleryStore;
  readonly extract: (job: ClipJob, signal: AbortSignal) => Promise<ClipTracks>;
  readonly identify: (tracks: ClipTracks) => Promise<void>;
  /** Told of lasting changes, inside their transactions. */
  readonly announcer: Announcer;
  /** Told after every committed change of a clip's state. */
  readonly onChanged: (clip: ClipRow) => void;
  /** The intake has stopped for good: the process should end, not ready, with the queue kept. */
  readonly onStopped: (error: ClipidError) => void;
  readonly now: () => number;
}

export interface RunnerOptions {
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** How long the clips in work may go on when the process ends. */
  readonly graceMs: number;
  /** No clip is begun while so many events wait to leave. */
  readonly maxWaitingEvents?: number;
}

const DEFAULT_MAX_WAITING_EVENTS = 100_000;
/** Of so many clips one is the oldest of all, that high priority starves nobody. */
const CLAIMS_PER_OLDEST = 4;
/** How long an idle lane sleeps before it looks for clips whose wait is over. */
const IDLE_MS = 1000;

/**
 * Takes queued clips through both stages. What the first stage found is committed before the second
 * begins (the durable step), so a crash at any instant loses no clip and repeats no result.
 */
export class ClipRunner {
  /** Nothing new is begun any more. */
  private isDraining = false;
  private drainedByMs = Number.POSITIVE_INFINITY;
  private claims = 0;
  private readonly stop = new AbortController();
  private lanes: Promise<void>[] = [];
  private readonly sleepers = new Set<() => void>();
  /** Results are identified one after the other: decisions see what was written before. */
  private identifying = Promise.resolve();

  constructor(
    private readonly deps: RunnerDeps,
    private readonly options: RunnerOptions,
  ) {}

  /** Takes up what a dead process left behind, then starts working. */
  start(): void {
    this.deps.store.requeueInterrupted(this.deps.now());
    this.lanes = [this.lane(true)];
  }

  /** A clip was queued. */
  wake(): void {
    for (const wake of [...this.sleepers]) wake();
  }

  /** Begins no clip any more; those in work have the grace period from now on. */
  drain(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.drainedByMs = performance.now() + this.options.graceMs;
    this.wake();
  }

  /**
   * Clips that are not finished within the grace period are abandoned and stay queued; what was
   * extracted is kept. Safe to call twice.
   */
  async close(): Promise<void> {
    this.drain();
    const graceMs = Math.max(0, this.drainedByMs - performance.now());
    const timer = setTimeout(() => this.stop.abort(), graceMs);
    await Promise.all(this.lanes);
    clearTimeout(timer);
    this.stop.abort();
    // Why it failed, if it did, was told by the lane that asked for it.
    await this.identifying.catch(() => undefined);
  }

  /**
   * The first lane is alone until it has seen to the clips that were in work when a process died: if
   * one of them took the process with it and does so again, none beside it is given up for that.
   */
  private async lane(isAlone: boolean): Promise<void> {
    try {
      await this.identifyPending();
      while (!this.isDraining) {
        const clip = this.claim();
        if (isAlone && !wasInterrupted(clip)) {
          isAlone = false;
          this.startOthers();
        }
        if (clip === undefined) await this.sleep();
        else await this.work(clip);
      }
    } catch (thrown) {
      this.halt(toClipidError(thrown));
    }
  }

  private claim(): ClipRow | undefined {
    const { store, now } = this.deps;
    const most = this.options.maxWaitingEvents ?? DEFAULT_MAX_WAITING_EVENTS;
    if (store.countOutbox() >= most) return undefined;
    this.claims++;
    return store.claimClip(now(), this.claims % CLAIMS_PER_OLDEST === 0 ? 'AGE' : 'PRIORITY');
  }

  private startOthers(): void {
    for (let i = 1; i < this.options.concurrency; i++) this.lanes.push(this.lane(false));
  }

  /** Both stages of one clip; throws only what stops the intake. */
  private async work(clip: ClipRow): Promise<void> {
    this.deps.onChanged(clip);
    try {
      if (clip.notAfterMs !== null && this.deps.now() > clip.notAfterMs)
        throw expired(clip.notAfterMs);
      if (clip.attempts > this.options.maxAttempts) throw gaveUp(clip.attempts - 1);
      const tracks = await this.deps.extract(clip, this.stop.signal);
      this.keep(clip, tracks);
    } catch (thrown) {
      if (this.stop.signal.aborted) this.putBack(clip);
      else this.fail(clip, toClipidError(thrown));
      return;
    }
    await this.identifyPending();
  }

  private keep(clip: ClipRow, tracks: ClipTracks): void {
    const { store, now } = this.deps;
    store.transaction(() => {
      const row = this.inWork(clip);
      if (row === undefined) return;
      store.putExtraction(tracks);
      const nowMs = now();
      store.updateClip({ ...row, state: 'EXTRACTED', extractedMs: nowMs, updatedMs: nowMs });
    });
  }

  /** The clip as it is now; undefined where it was deleted meanwhile, and perhaps submitted anew. */
  private inWork({ galleryId, clipId, submittedMs, attempts }: ClipRow): ClipRow | undefined {
    const row = this.deps.store.clip(galleryId, clipId);
    return row?.submittedMs === submittedMs && row.attempts === attempts ? row : undefined;
  }

  /** The clip waits as before it was claimed: what ended its work was no fault of its own. */
  private putBack(claimed: ClipRow): void {
    const row = this.inWork(claimed);
    if (row === undefined) return;
    const attempts = Math.max(0, row.attempts - 1);
    this.deps.store.updateClip({ ...row, state: 'QUEUED', attempts, updatedMs: this.deps.now() });
  }

  private identifyPending(): Promise<void> {
    this.identifying = this.identifying.then(() => this.identifyAll());
    return this.identifying;
  }

  private async identifyAll(): Promise<void> {
    for (
      let next = this.deps.store.nextExtraction();
      next !== undefined;
      next = this.deps.store.nextExtraction()
    ) {
      await this.identifyOne(next);
    }
  }

  private async identifyOne(tracks: ClipTracks): Promise<void> {
    try {
      await this.deps.identify(tracks);
      this.tell(tracks);
    } catch (thrown) {
      const error = toClipidError(thrown);
      const clip = this.deps.store.clip(tracks.galleryId, tracks.clipId);
      if (clip !== undefined && remedyFor(error, 1, 1) === 'STOP') throw error;
      this.deps.store.transaction(() => {
        this.deps.store.deleteExtraction(tracks.galleryId, tracks.clipId);
        if (clip !== undefined) this.settle(clip, error);
      });
      this.tell(tracks);
    }
  }

  private tell({ galleryId, clipId }: Pick<ClipRow, 'galleryId' | 'clipId'>): void {
    const clip = this.deps.store.clip(galleryId, clipId);
    if (clip !== undefined) this.deps.onChanged(clip);
  }

  /** Throws what stops the intake. */
  private fail(claimed: ClipRow, error: ClipidError): void {
    const remedy = this.settle(claimed, error);
    this.tell(claimed);
    if (remedy === 'STOP') throw error;
  }

  private settle(claimed: ClipRow, error: ClipidError): Remedy {
    const { store, now } = this.deps;
    const remedy = remedyFor(error, claimed.attempts, this.options.maxAttempts);
    const row = this.inWork(claimed);
    if (row === undefined) return remedy;
    const { code: errorCode, message: errorText } = error;
    const waiting = { ...row, state: 'QUEUED' as const, errorCode, errorText, updatedMs: now() };
    if (remedy === 'STOP') {
      // What stops the intake is no fault of the clip, however often it happens.
      store.updateClip({ ...waiting, attempts: Math.max(0, row.attempts - 1) });
    } else if (remedy === 'RETRY') {
      const waitMs = backoffMs(claimed.attempts, Math.random());
      this.change({ ...waiting, notBeforeMs: now() + waitMs });
    } else this.change({ ...waiting, state: 'FAILED' });
    return remedy;
  }

  /** A change that the world is told of. */
  private change(row: ClipRow): void {
    const { store, announcer } = this.deps;
    store.transaction(() => {
      store.updateClip(row);
      announcer.changed(row);
      if (row.state === 'FAILED') store.deleteMessage(row.galleryId, row.clipId);
    });
  }

  private halt(error: ClipidError): void {
    if (this.stop.signal.aborted) return;
    this.drain();
    this.stop.abort();
    this.deps.onStopped(error);
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, IDLE_MS);
      this.sleepers.add(wake);
    });
  }
}

/** Begun before, and it came to no end: neither a result nor an error. */
function wasInterrupted(clip: ClipRow | undefined): boolean {
  return clip !== undefined && clip.attempts > 1 && clip.errorCode === null;
}
