import type { ClipidError } from '../../../../../services/core/errors.js';
import { GalleryIndexes } from '../../../../../services/gallery/gallery-index.js';
import { ExactIndexFactory } from '../../../../../services/gallery/index/exact-index.js';
import { openStore, type OpenStore } from '../../../../../services/gallery/store/open-store.js';
import { Arrivals } from '../../../../../services/identify/arrivals.js';
import { GalleryTurns } from '../../../../../services/identify/gallery-turns.js';
import { Identifier } from '../../../../../services/identify/identifier.js';
import type { ArrivalService } from '../../../../../services/identify/port.js';
import { Renamer } from '../../../../../services/identify/renamer.js';
import { GalleryRules } from '../../../../../services/identify/rules.js';
import type { TopicReader } from '../../../../../services/ingest/kafka/consume/topic-reader.js';
import { TracksIntake } from '../../../../../services/ingest/kafka/gallery/tracks-intake.js';
import { OutboxAnnouncer } from '../../../../../services/ingest/messages/outbox-announcer.js';
import { galleryRow } from '../../../../contract/store-rows.js';
import { THRESHOLDS } from '../../../identify/second-stage.js';
import { FakeReader, NO_METER } from '../fake-reader.js';

export const TRACKS = { topic: 'tracks', partition: 0 };
const AT = { host: 'h', version: '1' };

/** What a process of the role `gallery` keeps, on a real store, without brokers. */
export class GalleryProcess {
  readonly store: OpenStore;
  readonly failures: ClipidError[] = [];
  readonly unreadable: number[] = [];
  readonly changed: string[] = [];
  private readonly intake: TracksIntake;
  private made: FakeReader | undefined;

  constructor(folder: string, change: (arrivals: ArrivalService) => ArrivalService = (one) => one) {
    const store = openStore(folder);
    this.store = store;
    if (store.gallery('g') === undefined) store.insertGallery(galleryRow());
    this.intake = new TracksIntake(
      {
        makeReader: (listener) =>
          (this.made = new FakeReader(listener)) as Partial<TopicReader> as TopicReader,
        ...{ store, arrivals: change(makeArrivals(store)), meter: NO_METER, now: Date.now },
        ends: () => Promise.resolve([]),
        onChanged: ({ clipId, state }) => this.changed.push(`${clipId} ${state}`),
        onUnreadable: (_error, { offset }) => this.unreadable.push(offset),
        onState: () => undefined,
        onFailed: (error) => this.failures.push(error),
      },
      { topic: TRACKS.topic, maxAttempts: 3, at: AT },
    );
  }

  get reader(): FakeReader {
    if (this.made === undefined) throw new Error('the intake made no reader');
    return this.made;
  }

  get readTo(): number | undefined {
    return this.store.sourceOffset(TRACKS.topic, TRACKS.partition);
  }

  async start(): Promise<this> {
    await this.intake.start();
    this.reader.assign(TRACKS);
    return this;
  }

  /** In order, with nothing left in work; the folder stays. */
  async stop(): Promise<void> {
    await this.intake.close();
    this.store.close();
  }
}

function makeArrivals(store: OpenStore): Arrivals {
  const indexes = new GalleryIndexes(store, new ExactIndexFactory());
  const rules = new GalleryRules(store, THRESHOLDS);
  const shared = { store, indexes, rules, thresholds: THRESHOLDS, now: Date.now };
  const announcer = new OutboxAnnouncer(store, AT);
  const renamer = new Renamer(store, indexes, rules);
  const turns = new GalleryTurns();
  const identifier = new Identifier({ ...shared, announcer, renamer, turns });
  return new Arrivals({ ...shared, identifier, announcer });
}
