import { onTestFinished, vi } from 'vitest';
import type { ClipidError } from '../../../../services/core/errors.js';
import type { ClipRow, OutboxRow } from '../../../../services/gallery/port.js';
import { ClipCatalog } from '../../../../services/identify/clip-catalog.js';
import { ClipEvents } from '../../../../services/identify/clip-events.js';
import { ClipFeed, type FeedDeps } from '../../../../services/ingest/kafka/clip-feed.js';
import { SecondStage } from '../../identify/second-stage.js';
import { sourceMessage, submitted } from '../messages/a-message.js';
import { FakeReader, NO_METER } from './fake-reader.js';

export const CLIPS = { topic: 'clips', partition: 0 };
export const OTHERS = { topic: 'clips', partition: 1 };
export const HIGH = { topic: 'high', partition: 0 };
const AT = { host: 'h', version: '1' };

export interface FeedBenchOptions {
  readonly maxQueued?: number;
  readonly maxInFlight?: number;
  readonly change?: (deps: FeedDeps) => Partial<FeedDeps>;
}

/** A feed on a real store with the real queue; nobody works on the clips but the test. */
export class FeedBench {
  readonly failures: ClipidError[] = [];
  readonly stage = new SecondStage();
  readonly events = new ClipEvents();
  readonly feed: ClipFeed;
  private made: FakeReader | undefined;

  constructor(options: FeedBenchOptions = {}) {
    const { maxQueued = 100_000, maxInFlight = 32 } = options;
    const { store, indexes, announcer } = this.stage;
    const now = Date.now;
    const clips = new ClipCatalog({
      store,
      indexes,
      events: this.events,
      announcer,
      now,
      maxQueued,
    });
    const deps: FeedDeps = {
      makeReader: (listener) => (this.made = new FakeReader(listener)),
      ...{ store, clips, now, meter: NO_METER },
      watch: (galleryId, clipId, listener) => this.events.on(galleryId, clipId, listener),
      onState: () => undefined,
      onFailed: (error) => this.failures.push(error),
    };
    const limits = { priorityTopic: HIGH.topic, maxInFlight, at: AT };
    this.feed = new ClipFeed({ ...deps, ...options.change?.(deps) }, limits);
    onTestFinished(() => this.feed.close());
  }

  get reader(): FakeReader {
    if (this.made === undefined) throw new Error('the feed made no reader');
    return this.made;
  }

  async start(): Promise<void> {
    await this.feed.start();
    this.reader.assign(CLIPS, OTHERS, HIGH);
  }

  /** Gives messages that submit these clips, behind each other from this offset on. */
  give(from: number, clipIds: readonly string[], partition = CLIPS): void {
    const messages = clipIds.map((clipId, i) =>
      sourceMessage({
        ...partition,
        ...{ offset: from + i, timestampMs: from + i },
        value: submitted({ clipId, uri: `file:///${clipId}.mp4` }),
      }),
    );
    this.reader.give(...messages);
  }

  /** The clip comes to this state, as if somebody had worked on it. */
  change(clipId: string, change: Partial<ClipRow>): void {
    const row = this.stage.store.clip('g', clipId);
    if (row === undefined) throw new Error(`no clip ${clipId}`);
    this.stage.store.updateClip({ ...row, ...change });
    this.events.changed({ ...row, ...change });
  }

  get queued(): string[] {
    const clips = this.stage.store.clips('g', { limit: 10_000 });
    return clips.filter((one) => one.state === 'QUEUED').map((one) => one.clipId);
  }

  get letters(): OutboxRow[] {
    return this.stage.store.outbox(10_000).filter((row) => row.topic === 'DEAD_LETTERS');
  }

  async until(check: () => void, timeout = 5000): Promise<void> {
    await vi.waitFor(check, { timeout, interval: 10 });
  }
}
