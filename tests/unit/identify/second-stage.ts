import { onTestFinished } from 'vitest';
import type { ClipTracks, Track } from '../../../services/core/types.js';
import { toUnitLength } from '../../../services/core/vectors.js';
import { GalleryIndexes } from '../../../services/gallery/gallery-index.js';
import { ExactIndexFactory } from '../../../services/gallery/index/exact-index.js';
import { openStore, type OpenStore } from '../../../services/gallery/store/open-store.js';
import type { AppearanceRow } from '../../../services/gallery/port.js';
import { Enroller } from '../../../services/identify/enroller.js';
import { GalleryTurns } from '../../../services/identify/gallery-turns.js';
import { Identifier } from '../../../services/identify/identifier.js';
import { GalleryRules, type BundleCalibration } from '../../../services/identify/rules.js';
import { IdentityAdmin } from '../../../services/identify/identity-admin.js';
import { Renamer } from '../../../services/identify/renamer.js';
import type { Announcer } from '../../../services/identify/ports-in.js';
import { Searcher } from '../../../services/identify/searcher.js';
import type { Extractor } from '../../../services/identify/ports-in.js';
import { clipRow, DIMENSION, galleryRow, trackFace } from '../../contract/store-rows.js';
import { freshFolder } from '../gallery/store/folder.js';

export const THRESHOLDS = { matched: 0.8, uncertain: 0.6 };
export const BUNDLE = 'b1';
export const signal = new AbortController().signal;

/** A person: the unit vector along one of the axes, so that no two are alike. */
export function person(number: number): Float32Array {
  const vector = new Float32Array(DIMENSION);
  vector[number] = 1;
  return vector;
}

/** A picture of `of` with exactly this similarity to it; the rest looks like `rest`, another person. */
export function picture(of: Float32Array, similarity: number, rest: Float32Array): Float32Array {
  const other = Math.sqrt(1 - similarity * similarity);
  return toUnitLength(of.map((value, i) => similarity * value + other * (rest[i] ?? 0)));
}

export function trackOf(template: Float32Array, change: Partial<Track> = {}): Track {
  return { trackIndex: 0, startMs: 0, endMs: 1000, faces: [trackFace()], template, ...change };
}

/** What the first stage found: one track for each vector, all at the same time. */
export function tracksOf(clipId: string, ...templates: readonly Float32Array[]): ClipTracks {
  return {
    clipId,
    galleryId: 'g',
    bundleId: BUNDLE,
    qualityKind: 'network',
    durationMs: 1000,
    widthPx: 640,
    heightPx: 360,
    frameCount: 8,
    warnings: [],
    tracks: templates.map((template, trackIndex) => trackOf(template, { trackIndex })),
  };
}

/** Answers with what was written down for a uri or for an image's first byte. */
export class ScriptedExtractor implements Extractor {
  readonly answers = new Map<string | number, ClipTracks | Error>();
  readonly asked: (string | number)[] = [];

  fromUri(uri: string, target: { galleryId: string; clipId: string }): Promise<ClipTracks> {
    return this.answer(uri, target);
  }

  fromBytes(bytes: Uint8Array, target: { galleryId: string; clipId: string }): Promise<ClipTracks> {
    return this.answer(bytes[0] ?? -1, target);
  }

  private answer(key: string | number, target: { clipId: string }): Promise<ClipTracks> {
    this.asked.push(key);
    const answer = this.answers.get(key) ?? new Error(`nothing is written down for ${key}`);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ ...answer, clipId: target.clipId });
  }
}

/** The second stage over a real store and exact indexes, with one gallery `g` of bundle b1. */
export class SecondStage {
  readonly store: OpenStore;
  readonly indexes: GalleryIndexes;
  readonly extractor = new ScriptedExtractor();
  readonly identities: IdentityAdmin;
  readonly identifier: Identifier;
  readonly renamer: Renamer;
  readonly enroller: Enroller;
  readonly searcher: Searcher;

  /** What the world was told: `c DONE`. */
  readonly announced: string[] = [];
  readonly announcer: Announcer = {
    changed: ({ clipId, state }) => void this.announced.push(`${clipId} ${state}`),
  };

  constructor(calibration: BundleCalibration = THRESHOLDS) {
    const store = openStore(freshFolder());
    onTestFinished(() => store.close());
    store.insertGallery(galleryRow());
    const indexes = new GalleryIndexes(store, new ExactIndexFactory());
    const [thresholds, now] = [THRESHOLDS, () => 1000];
    const { extractor } = this;
    const rules = new GalleryRules(store, calibration);
    const renamer = new Renamer(store, indexes, rules);
    const identities = new IdentityAdmin({ store, indexes, now });
    const turns = new GalleryTurns();
    const seams = { turns, store, indexes, extractor, renamer };
    const shared = { ...seams, rules, thresholds, now, bundleId: BUNDLE };
    const qualityKind = 'network';
    this.store = store;
    this.indexes = indexes;
    this.renamer = renamer;
    this.identities = identities;
    this.identifier = new Identifier({ ...shared, announcer: this.announcer });
    this.enroller = new Enroller({
      ...shared,
      qualityKind,
      ensureIdentity: (asked) => identities.ensure(asked),
    });
    this.searcher = new Searcher({ ...shared, dimension: DIMENSION });
  }

  /** Enrols by an image that shows exactly this. */
  async enrol(identityId: string, ...vectors: readonly Float32Array[]): Promise<void> {
    for (const vector of vectors) {
      const byte = this.extractor.answers.size;
      this.extractor.answers.set(byte, { ...tracksOf('', vector), frameCount: 1 });
      const source = { kind: 'image', name: 'picture', bytes: imageOf(byte) } as const;
      const sources = [source];
      const result = await this.enroller.enrol({ galleryId: 'g', identityId, sources }, signal);
      if (result.items[0]?.templateId == null) throw new Error(result.items[0]?.message);
    }
  }

  /** Takes a clip through both stages. */
  async see(
    clipId: string,
    templates: readonly Float32Array[],
    enrolAs: string | null = null,
  ): Promise<AppearanceRow[]> {
    this.keep(tracksOf(clipId, ...templates), enrolAs);
    await this.identifier.identify(tracksOf(clipId, ...templates));
    return this.store.appearancesOfClip('g', clipId);
  }

  /** The durable step between the stages. */
  keep(tracks: ClipTracks, enrolAs: string | null = null): void {
    const { clipId } = tracks;
    if (this.store.clip('g', clipId) === undefined)
      this.store.insertClip(clipRow({ clipId, enrolAs, state: 'EXTRACTED', warnings: [] }));
    this.store.putExtraction(tracks);
  }
}

export function imageOf(byte: number): Uint8Array {
  return Uint8Array.of(byte, 1, 2, 3);
}

/** Everything that the store knows of the gallery, to compare before and after. */
export function contentsOf({ store }: SecondStage): object {
  const clips = store.clips('g', { limit: 1000 });
  return {
    clips,
    appearances: clips.map((clip) => store.appearancesOfClip('g', clip.clipId)),
    identities: store.identities('g', { limit: 1000 }),
    templates: store.templates('g', -1, 10_000),
    waiting: store.nextExtraction(),
  };
}
