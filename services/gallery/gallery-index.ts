import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClipidError } from '../core/errors.js';
import { IndexPair } from './index-pair.js';
import { watchedFactory } from './index/watched-index.js';
import { checkIndexes } from './index-self-test.js';
import type {
  GalleryRow,
  GalleryStore,
  IndexFactory,
  TemplateChange,
  VectorIndex,
} from './port.js';

/** Templates read from the store at a time; the loop runs between two pages. */
const PAGE_SIZE = 500;

export interface GalleryIndexesOptions {
  /** Told when indexes were lost or found wrong and dropped; they are built anew on the next use. */
  readonly onLost?: (galleryId: string, error: ClipidError) => void;
}

/**
 * The indexes of all galleries, derived from the store (invariant 3). A gallery's two are built from
 * the store when they are first asked for, and follow every committed change through `apply`.
 */
export class GalleryIndexes {
  readonly #store: GalleryStore;
  readonly #factory: IndexFactory;
  readonly #onLost: (galleryId: string, error: ClipidError) => void;
  readonly #pairs = new Map<string, Promise<IndexPair>>();
  #isClosed = false;

  constructor(store: GalleryStore, factory: IndexFactory, options: GalleryIndexesOptions = {}) {
    this.#store = store;
    this.#factory = factory;
    this.#onLost = options.onLost ?? (() => undefined);
  }

  /** Templates that an identity owns. Throws GALLERY_NOT_FOUND; MODEL_FAILED where a thread died. */
  async enrolled(galleryId: string): Promise<VectorIndex> {
    return (await this.#load(galleryId)).index('enrolled');
  }

  /** Templates of every track, named or not. Throws as `enrolled` does. */
  async seen(galleryId: string): Promise<VectorIndex> {
    return (await this.#load(galleryId)).index('seen');
  }

  /** Builds the gallery's indexes where they are not there yet. */
  async load(galleryId: string): Promise<void> {
    await this.#load(galleryId);
  }

  /**
   * Follows a change that the store has committed. Nothing to do for a gallery that is not loaded.
   * Does not throw: where an index cannot follow, it is dropped, and built anew when it is asked for.
   */
  async apply(galleryId: string, change: TemplateChange): Promise<void> {
    const loading = this.#pairs.get(galleryId);
    if (loading === undefined) return;
    try {
      await (await loading).apply(change);
    } catch (thrown) {
      // A failed build was reported to those who asked for it; anything else lost the change.
      await this.#lose(galleryId, loading, thrown);
    }
  }

  /** Throws INTERNAL where stored templates are not found through the indexes, and drops these. */
  async selfTest(galleryId: string): Promise<void> {
    const loading = this.#load(galleryId);
    const pair = await loading;
    try {
      await checkIndexes(this.#store, pair, galleryId);
    } catch (thrown) {
      await this.#lose(galleryId, loading, thrown);
      throw thrown;
    }
  }

  /** Frees the gallery's indexes: it was deleted, or has not been used for long. */
  async drop(galleryId: string): Promise<void> {
    const loading = this.#pairs.get(galleryId);
    this.#pairs.delete(galleryId);
    const pair = await loading?.catch(() => undefined);
    await pair?.close();
  }

  /** Vectors held, of galleries that are loaded. */
  async sizes(): Promise<{ galleryId: string; enrolled: number; seen: number }[]> {
    const rows = [...this.#pairs].map(async ([galleryId, loading]) => {
      const pair = await loading.catch(() => undefined);
      return pair === undefined ? [] : [{ galleryId, ...pair.sizes() }];
    });
    return (await Promise.all(rows)).flat();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#pairs.keys()].map((galleryId) => this.drop(galleryId)));
  }

  #load(galleryId: string): Promise<IndexPair> {
    if (this.#isClosed)
      return Promise.reject(new ClipidError('UNAVAILABLE', 'The indexes are closed.'));
    const known = this.#pairs.get(galleryId);
    if (known !== undefined) return known;
    const loading = this.#build(galleryId, (error) => void this.#lose(galleryId, loading, error));
    this.#pairs.set(galleryId, loading);
    loading.catch(() => this.#forget(galleryId, loading));
    return loading;
  }

  async #build(galleryId: string, onDeath: (error: ClipidError) => void): Promise<IndexPair> {
    const gallery = this.#store.gallery(galleryId);
    if (gallery === undefined) {
      throw new ClipidError('GALLERY_NOT_FOUND', `There is no gallery ${galleryId}.`, {
        field: 'gallery_id',
      });
    }
    const pair = await IndexPair.create(watchedFactory(this.#factory, onDeath), gallery.dimension);
    try {
      await this.#fill(pair, gallery);
      return pair;
    } catch (thrown) {
      await pair.close();
      throw thrown;
    }
  }

  /** Changes committed meanwhile wait for the build (apply), and may repeat what a page had: no harm. */
  async #fill(pair: IndexPair, { galleryId }: GalleryRow): Promise<void> {
    let afterLabel = -1;
    for (;;) {
      const page = this.#store.templates(galleryId, afterLabel, PAGE_SIZE);
      const last = page.at(-1);
      if (last === undefined) return;
      await pair.apply({ put: page, removed: [] });
      await nextTurn();
      afterLabel = last.label;
    }
  }

  /** Drops these indexes, unless others have taken their place. */
  async #lose(galleryId: string, loading: Promise<IndexPair>, thrown: unknown): Promise<void> {
    if (!this.#forget(galleryId, loading)) return;
    const error =
      thrown instanceof ClipidError ? thrown : new ClipidError('INTERNAL', String(thrown));
    this.#onLost(galleryId, error);
    const pair = await loading.catch(() => undefined);
    await pair?.close();
  }

  #forget(galleryId: string, loading: Promise<IndexPair>): boolean {
    return this.#pairs.get(galleryId) === loading && this.#pairs.delete(galleryId);
  }
}
