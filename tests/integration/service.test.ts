import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../../services/compose.js';
import { openStore } from '../../services/gallery/store/open-store.js';
import { ClipState } from '../../services/gen/clipid/v1/clip.js';
import { Decision, FaceReason, type Appearance } from '../../services/gen/clipid/v1/common.js';
import type { SearchFacesRequest } from '../../services/gen/clipid/v1/search_service.js';
import { GALLERY, testConfig, TestService } from '../helpers/service.js';
import {
  ADA_ALONE,
  CLEO_ALONE,
  film,
  LOUNGE,
  otherStill,
  STAIRS,
  still,
  STRANGER_ALONE,
  WINDOW,
} from '../helpers/service-people.js';

const galleryId = GALLERY;
let running: TestService;
let watched: string;
let lounge: string;
let stairs: string;
let window: string;
let cleo: string;
beforeAll(async () => {
  watched = mkdtempSync(join(tmpdir(), 'clipid-watched-'));
  running = await TestService.start({ options: { httpAddress: '127.0.0.1:0', watch: watched } });
  lounge = film(running.clips, 'lounge.mp4', await still(LOUNGE));
  stairs = film(running.clips, 'stairs.mp4', await still(STAIRS));
  window = film(running.clips, 'window.mp4', await still(WINDOW));
  cleo = film(running.clips, 'cleo.mp4', await otherStill(CLEO_ALONE), { size: '480:-2' });
});
afterAll(async () => {
  await running.remove();
  rmSync(watched, { recursive: true });
});

function search(probe: SearchFacesRequest['probe'], change: Partial<SearchFacesRequest> = {}) {
  return running.client.search.searchFaces({ galleryId, probe, ...change });
}

const byTemplate = (templateId: string) => search({ $case: 'templateId', templateId });
const centreX = ({ faces }: Appearance): number => {
  const box = faces[0]?.box;
  return (box?.x ?? 0) + (box?.width ?? 0) / 2;
};
const fromLeft = (appearances: readonly Appearance[]): Appearance[] =>
  [...appearances].sort((a, b) => centreX(a) - centreX(b));

/** The files of the data folder that hold a part of the vector. */
function filesHolding(vector: Float32Array): string[] {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const parts = [0, 128, 256, 384].map((at) => bytes.subarray(at, at + 32));
  return readdirSync(running.data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const content = readFileSync(path);
      return parts.some((part) => content.includes(part));
    });
}

describe('a service that has started', () => {
  it('says that it is ready, and every component with it', async () => {
    const answer = await fetch(`http://${running.service.httpAddress}/readyz`);
    expect(answer.status).toBe(200);
    const report = (await answer.json()) as { components: Record<string, { ready: boolean }> };
    expect(Object.keys(report.components).sort()).toEqual(['index', 'intake', 'models', 'store']);
    expect(Object.values(report.components).every(({ ready }) => ready)).toBe(true);
    expect((await fetch(`http://${running.service.httpAddress}/livez`)).status).toBe(200);
  });

  it('has a gallery of its bundle', async () => {
    const { gallery } = await running.client.galleries.getGallery({ galleryId });
    expect(gallery).toMatchObject({ bundleId: running.service.bundleId, dimension: 129 });
  });

  it('does not let a second process at its data', async () => {
    const config = testConfig(running.data, running.clips.path);
    const options = { config, grpcAddress: '127.0.0.1:0', httpAddress: null, watch: null };
    await expect(startService(options)).rejects.toMatchObject({ code: 'DATA_LOCKED' });
  });
});

describe('who is in this clip?', () => {
  it('enrols a person from a picture', async () => {
    const image = await still(ADA_ALONE);
    const { results, bundleId } = await running.client.identities.enrollIdentity({
      galleryId,
      identityId: 'ada',
      displayName: 'Ada',
      sources: [{ name: 'photo', source: { $case: 'image', image } }],
    });
    expect(results).toMatchObject([{ name: 'photo', reasons: [], message: 'enrolled' }]);
    expect(bundleId).toBe(running.service.bundleId);
  });

  it('finds her in another picture, and takes neither of those beside her for her', async () => {
    const clip = await running.ingestDone(lounge);
    expect(clip).toMatchObject({ frameCount: 4, widthPx: 1280, heightPx: 720, warnings: [] });
    const [left, ada, right] = fromLeft(await running.appearances(clip.clipId));
    expect(ada).toMatchObject({ identityId: 'ada', decision: Decision.DECISION_MATCHED });
    expect(ada?.similarity).toBeGreaterThan(0.8);
    expect(left).toMatchObject({ identityId: '', decision: Decision.DECISION_UNKNOWN });
    // The woman on the right looks so much like her that the default networks ask for a second look.
    expect(right?.decision).not.toBe(Decision.DECISION_MATCHED);
    expect(right?.similarity).toBeLessThan((ada?.similarity ?? 0) - 0.1);
  });

  it('takes none of five strangers for anybody', async () => {
    const seen = await running.appearances((await running.ingestDone(stairs)).clipId);
    expect(seen).toHaveLength(5);
    for (const { decision, identityId, similarity } of seen) {
      expect([decision, identityId]).toEqual([Decision.DECISION_UNKNOWN, '']);
      expect(similarity).toBeLessThan(0.7);
    }
  });

  it('invariant 5: shows each face of a track with its share', async () => {
    const clip = await running.ingestDone(lounge);
    for (const { faces, frameCount } of await running.appearances(clip.clipId)) {
      expect(faces).toHaveLength(frameCount);
      expect(faces.every(({ weight }) => weight >= 0)).toBe(true);
      expect(faces.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    }
  });

  it('invariant 2: a clip submitted again is the clip it was', async () => {
    const before = await running.ingestDone(lounge);
    const seen = await running.appearances(before.clipId);
    expect(await running.ingestDone(lounge)).toEqual(before);
    expect(await running.appearances(before.clipId)).toEqual(seen);
    const { clipId } = before;
    const other = { galleryId, clipId, uri: `file://${window}` };
    await expect(running.client.clips.submitClip(other)).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'uri',
    });
  });

  it('takes clips from the watched folder', async () => {
    copyFileSync(cleo, join(watched, 'cleo.mp4'));
    let found: string | undefined;
    for (let tries = 0; tries < 100 && found === undefined; tries++) {
      const { clips } = await running.client.clips.listClips({ galleryId });
      found = clips.find(({ uri }) => uri.includes(watched))?.clipId;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const clip = await running.waitFor(found ?? '');
    expect(clip.state).toBe(ClipState.CLIP_STATE_DONE);
    expect(await running.appearances(clip.clipId)).toHaveLength(1);
    // A restart would find the file, and take it again.
    rmSync(join(watched, 'cleo.mp4'));
    await running.client.clips.deleteClip({ galleryId, clipId: clip.clipId });
  });
});

describe('where else was this person seen?', () => {
  it('by a picture', async () => {
    const { searchedFaces } = await search({ $case: 'image', image: await still(ADA_ALONE) });
    expect(searchedFaces).toHaveLength(1);
    const [ada] = searchedFaces;
    expect(ada?.matches).toMatchObject([
      { identityId: 'ada', decision: Decision.DECISION_MATCHED },
    ]);
    expect(ada?.matches[0]?.similarity).toBeCloseTo(1, 3);
    expect(ada?.appearances.map((one) => one.appearance?.identityId)).toContain('ada');
    expect(ada?.face?.box?.width).toBeGreaterThan(0.2);
  });

  it('by a picture of several, each by itself', async () => {
    const { searchedFaces } = await search({ $case: 'image', image: await still(LOUNGE) });
    const best = searchedFaces.map(({ matches }) => matches[0]);
    expect(best).toHaveLength(3);
    expect(best.filter((match) => match?.decision === Decision.DECISION_MATCHED)).toHaveLength(1);
  });

  it('by an identity, by the template of an appearance, and by a clip', async () => {
    const { searchedFaces } = await search({ $case: 'identityId', identityId: 'ada' });
    const templateId = searchedFaces[0]?.appearances[0]?.appearance?.templateId ?? '';
    const again = await byTemplate(templateId);
    expect(again.searchedFaces[0]?.matches[0]?.identityId).toBe('ada');
    expect(again.searchedFaces[0]?.appearances[0]?.similarity).toBeCloseTo(1, 6);
    const byClip = await search({ $case: 'uri', uri: `file://${lounge}` });
    expect(byClip.searchedFaces).toHaveLength(3);
    for (const { appearances } of byClip.searchedFaces)
      expect(appearances[0]?.similarity).toBeCloseTo(1, 6);
  });

  it('a picture without a face is an answer, not an error', async () => {
    const create = { width: 640, height: 480, channels: 3, background: '#557799' } as const;
    const image = await sharp({ create }).jpeg().toBuffer();
    const { searchedFaces, unsearchedFaces } = await search({ $case: 'image', image });
    expect(searchedFaces).toEqual([]);
    expect(unsearchedFaces).toMatchObject([{ reasons: [FaceReason.FACE_REASON_NO_FACE] }]);
  });

  it('a picture of nobody we know matches nobody', async () => {
    const { searchedFaces } = await search({ $case: 'image', image: await still(STRANGER_ALONE) });
    expect(searchedFaces).toHaveLength(1);
    expect(searchedFaces[0]?.matches.map((match) => match.decision)).toEqual([
      Decision.DECISION_UNKNOWN,
    ]);
  });

  it('finds somebody unknown among the unknown, then by the name they are given', async () => {
    const many = await running.ingestDone(window);
    const alone = await running.ingestDone(cleo);
    const [template] = await running.appearances(alone.clipId);
    const templateId = template?.templateId ?? '';
    const { searchedFaces } = await byTemplate(templateId);
    const where = searchedFaces[0]?.appearances.map(({ appearance }) => appearance?.clipId);
    expect(where?.slice(0, 2)).toEqual([alone.clipId, many.clipId]);
    expect(searchedFaces[0]?.appearances.map((one) => one.appearance?.identityId)).not.toContain(
      'cleo',
    );

    const { renamedAppearances } = await running.client.identities.enrollIdentity({
      galleryId,
      identityId: 'cleo',
      sources: [{ source: { $case: 'templateId', templateId } }],
    });
    expect(renamedAppearances).toBeGreaterThanOrEqual(2);
    const { appearances } = await running.client.identities.listIdentityAppearances({
      galleryId,
      identityId: 'cleo',
    });
    const clips = new Set(appearances.map(({ clipId }) => clipId));
    expect(clips).toContain(alone.clipId);
    expect(clips).toContain(many.clipId);
    expect(fromLeft(await running.appearances(many.clipId))[2]?.identityId).toBe('cleo');
  });
});

describe('after a restart', () => {
  let vector: Float32Array;

  it('invariant 3: everything is there and answers are the same', async () => {
    const questions = async () => {
      const { clips } = await running.client.clips.listClips({ galleryId });
      const { identities } = await running.client.identities.listIdentities({ galleryId });
      const seen = await Promise.all(clips.map(({ clipId }) => running.appearances(clipId)));
      const found = await search({ $case: 'image', image: await still(LOUNGE) });
      return { clips, identities, seen, found };
    };
    const before = await questions();
    await running.stop();
    const store = openStore(running.data);
    vector = store.templatesOfIdentity(galleryId, 'ada')[0]?.vector ?? new Float32Array();
    store.close();
    await running.start();
    expect(await questions()).toEqual(before);
  });

  it('a search by her vector finds what a search by her picture does', async () => {
    expect(vector).toHaveLength(129);
    const byVector = await search({ $case: 'embedding', embedding: { values: [...vector] } });
    expect(byVector.searchedFaces[0]?.matches[0]).toMatchObject({ identityId: 'ada' });
    expect(byVector.searchedFaces[0]?.appearances[0]?.appearance?.identityId).toBe('ada');
  });

  it('invariant 6: an identity that is deleted is found by nothing and in no file', async () => {
    expect(filesHolding(vector)).not.toEqual([]); // or this test would see nothing
    await running.client.identities.deleteIdentity({ galleryId, identityId: 'ada' });
    expect(filesHolding(vector)).toEqual([]);
    const { searchedFaces } = await search({ $case: 'image', image: await still(ADA_ALONE) });
    expect(searchedFaces[0]?.matches.map((match) => match.identityId)).not.toContain('ada');
    // She was seen, and is nobody now.
    expect(searchedFaces[0]?.appearances[0]?.appearance).toMatchObject({
      identityId: '',
      decision: Decision.DECISION_UNKNOWN,
    });
  });

  it('invariant 6: so is a clip', async () => {
    const { clipId } = await running.ingestDone(lounge);
    const [track] = await running.appearances(clipId);
    const templateId = track?.templateId ?? '';
    await running.stop();
    const store = openStore(running.data);
    const ofTrack = store.template(galleryId, templateId)?.vector ?? new Float32Array();
    store.close();
    await running.start();
    expect(filesHolding(ofTrack)).not.toEqual([]);
    await running.client.clips.deleteClip({ galleryId, clipId });
    expect(filesHolding(ofTrack)).toEqual([]);
    await expect(byTemplate(templateId)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    const { searchedFaces } = await search({ $case: 'image', image: await still(LOUNGE) });
    const where = searchedFaces.flatMap(({ appearances }) => appearances);
    expect(where.map(({ appearance }) => appearance?.clipId)).not.toContain(clipId);
  });

  it('invariant 6: and a gallery with all that is in it', async () => {
    await running.stop();
    const store = openStore(running.data);
    const vectors = store.templates(galleryId, -1, 1000).map((row) => row.vector);
    store.close();
    await running.start();
    expect(vectors.length).toBeGreaterThan(3);
    await running.client.galleries.deleteGallery({ galleryId });
    expect(vectors.flatMap(filesHolding)).toEqual([]);
    await expect(search({ $case: 'identityId', identityId: 'cleo' })).rejects.toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });
});
