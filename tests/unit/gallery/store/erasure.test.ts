import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore, type OpenStore } from '../../../../services/gallery/store/open-store.js';
import {
  appearanceRow,
  clipRow,
  clipTracks,
  galleryRow,
  identityRow,
  templateRow,
  unitVector,
} from '../../../contract/store-rows.js';
import { freshFolder } from './folder.js';

const DIMENSION = 128;
const CLIPS = 40;
const TRACKS = 6;

/** Enough of a vector to know it by, as it lies in a file. */
function fingerprint(seed: number): Buffer {
  const vector = unitVector(seed, DIMENSION);
  return Buffer.from(vector.buffer, vector.byteOffset + 64, 16);
}

/** The seeds of those vectors of which any part is in any file of the folder. */
function seedsOnDisk(folder: string, seeds: readonly number[]): number[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return seeds.filter((seed) => files.some((bytes) => bytes.includes(fingerprint(seed))));
}

const seedOf = (clip: number, track: number) => 1000 + clip * TRACKS + track;
const seedsOfClip = (clip: number) =>
  Array.from({ length: TRACKS }, (_, track) => seedOf(clip, track));
const allSeeds = Array.from({ length: CLIPS }, (_, clip) => seedsOfClip(clip)).flat();
const imageSeeds = Array.from({ length: 20 }, (_, n) => 90_000 + n);

/** Two galleries whose rows lie between each other's; ids in no order, so that pages are split. */
function fill(store: OpenStore): void {
  for (const galleryId of ['g', 'h'])
    store.insertGallery(galleryRow({ galleryId, dimension: DIMENSION }));
  store.insertIdentity(identityRow());
  for (let clip = 0; clip < CLIPS; clip++) putClip(store, clip);
  store.putTemplates(
    imageSeeds.map((seed) =>
      templateRow({
        templateId: `image${seed}`,
        identityId: 'ann',
        source: 'ENROLMENT',
        clipId: '',
        vector: unitVector(seed, DIMENSION),
      }),
    ),
  );
}

function putClip(store: OpenStore, clip: number): void {
  const galleryId = clip % 2 === 0 ? 'g' : 'h';
  const clipId = `c${(clip * 7919) % 1009}`;
  const template = (track: number) => unitVector(seedOf(clip, track), DIMENSION);
  const tracks = seedsOfClip(clip).map((_, trackIndex) => ({
    trackIndex,
    startMs: 0,
    endMs: 1,
    faces: [],
    template: template(trackIndex),
  }));
  store.insertClip(clipRow({ galleryId, clipId }));
  store.putExtraction(clipTracks({ galleryId, clipId, tracks }));
  const ofTrack = (trackIndex: number) => ({
    galleryId,
    clipId,
    trackIndex,
    templateId: `${(clip * 31 + trackIndex * 17) % 97}-${clip}-${trackIndex}`,
  });
  store.putTemplates(
    tracks.map((t) => templateRow({ ...ofTrack(t.trackIndex), vector: t.template })),
  );
  store.putAppearances(tracks.map((t) => appearanceRow(ofTrack(t.trackIndex))));
  if (clip % 3 !== 0) store.deleteExtraction(galleryId, clipId);
}

describe('invariant 6: what was deleted is in no file of the data folder', () => {
  it('deleting an identity erases its images', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    fill(store);
    expect(seedsOnDisk(folder, imageSeeds)).toEqual(imageSeeds);
    store.deleteIdentity('g', 'ann');
    expect(seedsOnDisk(folder, imageSeeds)).toEqual([]);
    store.close();
  });

  it('deleting clips erases their templates and waiting extractions, one by one', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    fill(store);
    for (let clip = 0; clip < CLIPS; clip += 2) {
      store.deleteClip('g', `c${(clip * 7919) % 1009}`);
      expect(seedsOnDisk(folder, seedsOfClip(clip))).toEqual([]);
    }
    store.close();
  });

  it('deleting a gallery erases all of it, and nothing of another', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    fill(store);
    expect(seedsOnDisk(folder, allSeeds)).toEqual(allSeeds);
    store.deleteGallery('g');
    const kept = allSeeds.filter((seed) => Math.floor((seed - 1000) / TRACKS) % 2 === 1);
    expect(seedsOnDisk(folder, [...allSeeds, ...imageSeeds])).toEqual(kept);
    store.close();
  });

  it('holds for rows that were moved by changes before', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    fill(store);
    for (const row of store.templates('g', -1, 1000)) {
      store.setTemplateIdentity('g', row.templateId, 'ann');
    }
    store.deleteIdentity('g', 'ann');
    for (let clip = 0; clip < CLIPS; clip += 2) {
      store.deleteClip('g', `c${(clip * 7919) % 1009}`);
      expect(seedsOnDisk(folder, seedsOfClip(clip))).toEqual([]);
    }
    store.close();
  });

  it('comes with the outermost transaction, and not where that was rolled back', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    fill(store);
    const work = () => {
      store.deleteIdentity('g', 'ann');
      throw new Error('stop');
    };
    expect(() => store.transaction(work)).toThrow('stop');
    expect(seedsOnDisk(folder, imageSeeds)).toEqual(imageSeeds);
    store.transaction(() => void store.deleteIdentity('g', 'ann'));
    expect(seedsOnDisk(folder, imageSeeds)).toEqual([]);
    store.close();
  });
});
