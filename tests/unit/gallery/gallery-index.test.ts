import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import { GalleryIndexes } from '../../../services/gallery/gallery-index.js';
import { ExactIndex, ExactIndexFactory } from '../../../services/gallery/index/exact-index.js';
import type { IndexFactory, VectorIndex } from '../../../services/gallery/port.js';
import { openStore, type OpenStore } from '../../../services/gallery/store/open-store.js';
import {
  clipRow,
  galleryRow,
  identityRow,
  templateRow,
  unitVector,
} from '../../contract/store-rows.js';
import { freshFolder } from './store/folder.js';

/** An exact index that can be told to fail, or to lose what it is given. */
class FaultyIndex extends ExactIndex {
  constructor(
    dimension: number,
    private readonly faults: Faults,
  ) {
    super(dimension);
  }

  override add(entries: Parameters<VectorIndex['add']>[0]): Promise<void> {
    if (this.faults.addFails) return Promise.reject(died());
    return super.add(this.faults.forgets ? [] : entries);
  }

  override search(vector: Float32Array, k: number) {
    return this.faults.searchFails ? Promise.reject(died()) : super.search(vector, k);
  }
}

interface Faults {
  addFails?: boolean;
  searchFails?: boolean;
  forgets?: boolean;
}

const died = () => new ClipidError('MODEL_FAILED', 'the thread died');

describe('GalleryIndexes', () => {
  let store: OpenStore;
  let indexes: GalleryIndexes;
  let created: number;
  let faults: Faults;
  let lost: string[];

  const factory: IndexFactory = {
    create: async (dimension) => {
      created++;
      return Promise.resolve(new FaultyIndex(dimension, faults));
    },
  };
  const put = (count: number, change = {}, from = 0) =>
    store.putTemplates(
      Array.from({ length: count }, (_, n) =>
        templateRow({
          templateId: `t${from + n}`,
          trackIndex: from + n,
          vector: unitVector(from + n),
          ...change,
        }),
      ),
    );
  const sizes = async () => (await indexes.sizes()).map(({ enrolled, seen }) => [enrolled, seen]);

  beforeEach(() => {
    store = openStore(freshFolder());
    store.insertGallery(galleryRow());
    store.insertIdentity(identityRow());
    store.insertClip(clipRow());
    [created, faults, lost] = [0, {}, []];
    indexes = new GalleryIndexes(store, factory, { onLost: (galleryId) => lost.push(galleryId) });
  });
  afterEach(async () => {
    await indexes.close();
    store.close();
  });

  it('builds nothing before it is asked, and then once', async () => {
    const rows = put(3);
    await indexes.apply('g', { put: rows, removed: [] });
    expect(created).toBe(0);
    expect(await indexes.sizes()).toEqual([]);
    await Promise.all([indexes.seen('g'), indexes.enrolled('g'), indexes.load('g')]);
    expect(created).toBe(2);
    expect(await sizes()).toEqual([[0, 3]]);
  });

  it('builds from more than one page', async () => {
    put(1200);
    const seen = await indexes.seen('g');
    expect(seen.size()).toBe(1200);
    expect((await seen.search(unitVector(1100), 1))[0]?.label).toBe(1100);
  });

  it('puts named templates in one index and tracks in the other', async () => {
    put(2);
    put(1, { identityId: 'ann' }, 2);
    put(1, { identityId: 'ann', source: 'ENROLMENT' }, 3);
    await indexes.load('g');
    expect(await sizes()).toEqual([[2, 3]]);
  });

  it('follows what a deleted identity leaves behind', async () => {
    put(1, { identityId: 'ann' });
    put(1, { identityId: 'ann', source: 'ENROLMENT' }, 1);
    await indexes.load('g');
    expect(await sizes()).toEqual([[2, 1]]);
    await indexes.apply('g', store.deleteIdentity('g', 'ann'));
    expect(await sizes()).toEqual([[0, 1]]);
    await indexes.apply('g', { put: [], removed: store.deleteClip('g', 'c') });
    expect(await sizes()).toEqual([[0, 0]]);
  });

  it('does not lose or bring back what changes while it is built', async () => {
    put(1200);
    const loading = indexes.load('g');
    const added = put(2, {}, 5000);
    const applied = indexes.apply('g', { put: added, removed: [] });
    const removed = store.deleteClip('g', 'c');
    const after = indexes.apply('g', { put: [], removed });
    await Promise.all([loading, applied, after]);
    expect(await sizes()).toEqual([[0, 0]]);
  });

  it('invariant 3: a rebuilt index gives the answers of the one it replaces', async () => {
    put(50);
    const probe = unitVector(777);
    await indexes.load('g');
    await indexes.apply('g', { put: put(50, {}, 50), removed: [] });
    const before = await (await indexes.seen('g')).search(probe, 20);
    await indexes.drop('g');
    expect(await (await indexes.seen('g')).search(probe, 20)).toEqual(before);
  });

  it('asks for a gallery that is there', async () => {
    await expect(indexes.seen('none')).rejects.toMatchObject({ code: 'GALLERY_NOT_FOUND' });
    store.insertGallery(galleryRow({ galleryId: 'none' }));
    expect((await indexes.seen('none')).size()).toBe(0);
  });

  it('builds anew after a search whose thread died', async () => {
    put(3);
    const seen = await indexes.seen('g');
    faults.searchFails = true;
    await expect(seen.search(unitVector(0), 1)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    expect(lost).toEqual(['g']);
    faults.searchFails = false;
    expect((await (await indexes.seen('g')).search(unitVector(0), 1))[0]?.label).toBe(0);
    expect(created).toBe(4);
  });

  it('builds anew where it could not follow a change', async () => {
    put(3);
    await indexes.load('g');
    faults.addFails = true;
    await indexes.apply('g', { put: put(1, {}, 3), removed: [] });
    expect(lost).toEqual(['g']);
    faults.addFails = false;
    expect((await indexes.seen('g')).size()).toBe(4);
  });

  it('passes its self test, and drops an index that does not', async () => {
    put(100);
    put(5, { vector: unitVector(4) }, 200);
    await indexes.selfTest('g');
    await indexes.drop('g');
    faults.forgets = true;
    await expect(indexes.selfTest('g')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(lost).toEqual(['g']);
    faults.forgets = false;
    await indexes.selfTest('g');
  });

  it('passes its self test empty, and with a change that waits', async () => {
    await indexes.selfTest('g');
    const rows = put(3);
    const applied = indexes.apply('g', { put: rows, removed: [] });
    await indexes.selfTest('g');
    await applied;
  });

  it('is UNAVAILABLE once closed', async () => {
    await indexes.close();
    await expect(indexes.seen('g')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('works the same over the plain factory', async () => {
    const plain = new GalleryIndexes(store, new ExactIndexFactory());
    put(3);
    expect((await plain.seen('g')).size()).toBe(3);
    await plain.close();
  });
});
