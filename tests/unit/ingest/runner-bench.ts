import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { ClipidError } from '../../../services/core/errors.js';
import type { ClipJob, ClipTracks } from '../../../services/core/types.js';
import type { ClipRow } from '../../../services/gallery/port.js';
import { ClipRunner } from '../../../services/ingest/clip-runner.js';
import { clipRow } from '../../contract/store-rows.js';
import { person, SecondStage, tracksOf } from '../identify/second-stage.js';

/** What the first stage does with a clip; the default finds one face. */
export type Script = (job: ClipJob, signal: AbortSignal) => Promise<ClipTracks>;

export const oneFace: Script = (job) => Promise.resolve(tracksOf(job.clipId, person(0)));

/** Never ends by itself; rejects when it is told to stop, as decoding does. */
export const endless: Script = (_job, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
  });

export interface BenchOptions {
  readonly extract?: Script;
  readonly identify?: (tracks: ClipTracks) => Promise<void>;
  readonly concurrency?: number;
  readonly maxAttempts?: number;
  readonly graceMs?: number;
  readonly maxWaitingEvents?: number;
}

/** A runner on a real store with a real second stage; time stands still until it is moved. */
export class RunnerBench {
  nowMs = 10_000;
  /** `a EXTRACTING`, `a DONE`, ... */
  readonly changes: string[] = [];
  readonly stopped: ClipidError[] = [];
  readonly extracted: string[] = [];
  readonly identified: string[] = [];
  readonly stage: SecondStage;

  constructor(stage = new SecondStage()) {
    this.stage = stage;
  }

  get store() {
    return this.stage.store;
  }

  /** Another process on the same store, so to speak. */
  start(options: BenchOptions = {}): ClipRunner {
    const { extract = oneFace, identify, concurrency = 1, maxAttempts = 3, graceMs = 0 } = options;
    const { maxWaitingEvents = 100_000 } = options;
    const runner = new ClipRunner(
      {
        store: this.store,
        extract: (job, signal) => {
          this.extracted.push(job.clipId);
          return extract(job, signal);
        },
        identify: (tracks) => {
          this.identified.push(tracks.clipId);
          return identify === undefined ? this.stage.identifier.identify(tracks) : identify(tracks);
        },
        announcer: this.stage.announcer,
        onChanged: (clip) => this.changes.push(`${clip.clipId} ${clip.state}`),
        onStopped: (error) => this.stopped.push(error),
        now: () => this.nowMs,
      },
      { concurrency, maxAttempts, graceMs, maxWaitingEvents },
    );
    onTestFinished(() => runner.close());
    runner.start();
    return runner;
  }

  queue(clipId: string, change: Partial<ClipRow> = {}): void {
    this.store.insertClip(clipRow({ clipId, submittedMs: this.nowMs++, warnings: [], ...change }));
  }

  clip(clipId: string): ClipRow {
    const row = this.store.clip('g', clipId);
    if (row === undefined) throw new Error(`clip ${clipId} is lost`);
    return row;
  }

  /** Waits until something is so; fails after two seconds. */
  async until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if (isSo()) return;
      await delay(5);
    }
    throw new Error(`it did not come to pass: ${this.changes.join(', ')}`);
  }

  async untilState(clipId: string, state: ClipRow['state']): Promise<void> {
    await this.until(() => this.store.clip('g', clipId)?.state === state);
  }
}
