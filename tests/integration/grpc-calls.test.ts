import { DriftVerdict } from '../../services/gen/clipid/v1/calibration.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppearanceView } from '../../services/gen/clipid/v1/common.js';
import { appearanceRow, BUNDLE, DIMENSION } from '../helpers/grpc-application.js';
import { rejection, runServer, type RunningServer } from '../helpers/grpc-server.js';

const folders: string[] = [];

async function socketAddress(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clipid-grpc-'));
  folders.push(folder);
  return `unix:${join(folder, 'clipid.sock')}`;
}

describe.each([
  ['a port', () => Promise.resolve('127.0.0.1:0')],
  ['a unix socket', socketAddress],
])('every call, on %s', (_name, address) => {
  let running: RunningServer;
  beforeAll(async () => {
    running = await runServer({ address: await address() });
    await running.client.waitForReady(5000);
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  it('creates, returns, lists and deletes galleries', async () => {
    const { galleries } = running.client;
    const { gallery } = await galleries.createGallery({ galleryId: 'g' });
    expect(gallery).toMatchObject({
      galleryId: 'g',
      displayName: 'g',
      bundleId: BUNDLE,
      dimension: DIMENSION,
    });
    expect(gallery?.createTime).toEqual({ seconds: 1_790_000_000, nanos: 123_000_000 });
    await galleries.createGallery({ galleryId: 'h', displayName: 'the other' });
    const { counts } = await galleries.getGallery({ galleryId: 'g' });
    expect(counts).toEqual({ identities: 0, enrolledTemplates: 0, templates: 1 });
    const first = await galleries.listGalleries({ pageSize: 1 });
    expect(first.galleries.map((row) => row.galleryId)).toEqual(['g']);
    const second = await galleries.listGalleries({ pageSize: 1, pageToken: first.nextPageToken });
    expect(second.galleries.map((row) => row.galleryId)).toEqual(['h']);
    expect(second.nextPageToken).toBe('');
    await galleries.deleteGallery({ galleryId: 'h' });
    expect(await rejection(galleries.getGallery({ galleryId: 'h' }))).toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });

  it('measures a gallery, shows what was measured, and whether faces have drifted', async () => {
    const { galleries } = running.client;
    const key = { galleryId: 'm' };
    await galleries.createGallery({ ...key, displayName: 'Measured' });
    expect((await galleries.getGallery(key)).calibration).toBeUndefined();
    const { calibration } = await galleries.calibrateGallery(key);
    expect(calibration).toMatchObject({ people: 50, impostorPairs: 19_000, inUse: true });
    expect(calibration?.points.length).toBeGreaterThan(2);
    expect((await galleries.getGallery(key)).calibration).toEqual(calibration);
    const drift = await galleries.reportDrift(key);
    expect(drift).toMatchObject({ verdict: DriftVerdict.DRIFT_VERDICT_CHANGED, templates: 120 });
    expect(drift.quality).toEqual({ medianThen: 0.5, medianNow: 0.3, distance: 0.2 });
    expect(drift.similarity).toBeUndefined();
    expect(await rejection(galleries.calibrateGallery({ galleryId: 'none' }))).toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
    expect(await rejection(galleries.reportDrift({ galleryId: '' }))).toMatchObject({
      code: 'FIELD_INVALID',
      field: 'gallery_id',
    });
    await galleries.deleteGallery(key);
  });

  it('changes a gallery: what is absent stays, settings come as a whole', async () => {
    const { galleries } = running.client;
    const set = { targetFpr: 0.001, uncertainFpr: 0.05 };
    await galleries.createGallery({ galleryId: 's', displayName: 'Staff', settings: set });
    const settings = async () => {
      const { gallery } = await galleries.getGallery({ galleryId: 's' });
      return [gallery?.displayName, gallery?.settings?.targetFpr, gallery?.settings?.uncertainFpr];
    };
    expect(await settings()).toEqual(['Staff', 0.001, 0.05]);
    await galleries.updateGallery({ galleryId: 's', displayName: 'People' });
    expect(await settings()).toEqual(['People', 0.001, 0.05]);
    await galleries.updateGallery({ galleryId: 's', settings: { targetFpr: 0.01 } });
    expect(await settings()).toEqual(['People', 0.01, undefined]);
    const changed = await galleries.updateGallery({
      galleryId: 's',
      settings: {},
      displayName: '',
    });
    expect(changed.gallery).toMatchObject({ galleryId: 's', displayName: 's' });
    expect(await settings()).toEqual(['s', undefined, undefined]);
    const wrong = { galleryId: 's', settings: { targetFpr: 2 } };
    expect(await rejection(galleries.updateGallery(wrong))).toMatchObject({
      code: 'FIELD_INVALID',
      field: 'settings.target_fpr',
    });
    await galleries.deleteGallery({ galleryId: 's' });
  });

  it('keeps people, with etags', async () => {
    const { identities } = running.client;
    const metadata = { team: 'blue', shifts: [1, 2.5, null, { night: true }] };
    const key = { galleryId: 'g', identityId: 'ada' };
    const { identity } = await identities.createIdentity({ ...key, displayName: 'Ada', metadata });
    expect(identity).toMatchObject({ ...key, displayName: 'Ada', metadata });
    const update = { identity: { ...key, displayName: 'Ada L.', etag: identity?.etag ?? '' } };
    const updated = await identities.updateIdentity({ ...update, updateMask: ['display_name'] });
    expect(updated.identity).toMatchObject({ displayName: 'Ada L.', metadata });
    expect(updated.identity?.etag).not.toBe(identity?.etag);
    expect(await rejection(identities.updateIdentity(update))).toMatchObject({
      code: 'CONFLICT',
      field: 'identity.etag',
    });
    expect((await identities.getIdentity(key)).identity?.displayName).toBe('Ada L.');
    const listed = await identities.listIdentities({ galleryId: 'g' });
    expect(listed.identities).toHaveLength(1);
    await identities.deleteIdentity(key);
    expect(await rejection(identities.getIdentity(key))).toMatchObject({
      code: 'IDENTITY_NOT_FOUND',
    });
  });

  it('enrols, with a result for each source', async () => {
    const { results, renamedAppearances, bundleId, identity } =
      await running.client.identities.enrollIdentity({
        galleryId: 'g',
        identityId: 'ada',
        sources: [
          { name: 'a.jpg', source: { $case: 'image', image: Buffer.of(1, 2, 3) } },
          { source: { $case: 'uri', uri: 'https://example.com/b.jpg' } },
          { source: { $case: 'templateId', templateId: 'c' } },
        ],
      });
    expect(identity?.identityId).toBe('ada');
    expect({ renamedAppearances, bundleId }).toEqual({ renamedAppearances: 2, bundleId: BUNDLE });
    expect(results).toMatchObject([
      { name: 'a.jpg', templateId: 't-image', quality: 0.5, reasons: [] },
      { name: '1', templateId: '', quality: undefined, reasons: ['FACE_REASON_NO_FACE'] },
      { name: '2', templateId: 't-template' },
    ]);
  });

  it('takes clips, waits for them and shows who was seen', async () => {
    const { clips, identities } = running.client;
    const submit = { galleryId: 'g', clipId: 'c', uri: 'file:///a.mp4' };
    const sampling = { framesPerSecond: 4, startOffset: { seconds: 1, nanos: 5e8 } };
    const { clip } = await clips.submitClip({ ...submit, sampling, metadata: { camera: 3 } });
    expect(clip).toMatchObject({
      state: 'CLIP_STATE_QUEUED',
      metadata: { camera: 3 },
      duration: undefined,
    });
    expect(clip?.sampling).toMatchObject(sampling);
    expect((await clips.submitClip(submit)).clip?.metadata).toEqual({ camera: 3 });
    expect(await rejection(clips.submitClip({ ...submit, uri: 'file:///b.mp4' }))).toMatchObject({
      code: 'CONFLICT',
    });
    const waiting = clips.waitClip({ galleryId: 'g', clipId: 'c' });
    const early = await clips.waitClip({
      galleryId: 'g',
      clipId: 'c',
      timeout: { seconds: 0, nanos: 2e7 },
    });
    expect(early.clip?.state).toBe('CLIP_STATE_QUEUED');
    running.application.finish(
      'g',
      'c',
      [0, 1, 2].map((i) => appearanceRow('c', i)),
    );
    expect((await waiting).clip).toMatchObject({
      state: 'CLIP_STATE_DONE',
      duration: { seconds: 1, nanos: 5e8 },
    });
    expect((await clips.listClips({ galleryId: 'g' })).clips).toHaveLength(1);

    const key = { galleryId: 'g', clipId: 'c' };
    const page = await clips.listAppearances({ ...key, pageSize: 2 });
    expect(page.appearances.map((row) => row.trackIndex)).toEqual([0, 1]);
    expect(page.appearances[0]).toMatchObject({
      identityId: 'ada',
      similarity: 0.8,
      faces: [],
      frameCount: 2,
    });
    expect(page.appearances[1]).toMatchObject({
      identityId: '',
      similarity: undefined,
      decision: 'DECISION_UNKNOWN',
    });
    const view = AppearanceView.APPEARANCE_VIEW_FULL;
    const rest = await clips.listAppearances({ ...key, pageToken: page.nextPageToken, view });
    expect(rest.appearances.map((row) => row.trackIndex)).toEqual([2]);
    expect(rest.appearances[0]?.faces[1]).toMatchObject({
      timeOffset: { seconds: 0, nanos: 25e7 },
      weight: 0.5,
    });
    const seen = await identities.listIdentityAppearances({ galleryId: 'g', identityId: 'ada' });
    expect(seen.appearances.map((row) => row.clipId)).toEqual(['c']);
  });

  it('searches, and says that a probe has no face', async () => {
    const { search } = running.client;
    const values = [2, 0, 0, 0];
    const found = await search.searchFaces({
      galleryId: 'g',
      probe: { $case: 'embedding', embedding: { values } },
      threshold: 0.9,
      maxAppearances: 1,
    });
    expect(found.bundleId).toBe(BUNDLE);
    expect(found.searchedFaces[0]?.matches).toMatchObject([
      { identityId: 'ada', similarity: 1, decision: 'DECISION_MATCHED' },
    ]);
    expect(found.searchedFaces[0]?.appearances).toHaveLength(1);
    const empty = await search.searchFaces({
      galleryId: 'g',
      probe: { $case: 'image', image: Buffer.of(1) },
    });
    expect(empty).toMatchObject({
      searchedFaces: [],
      unsearchedFaces: [{ face: undefined, reasons: ['FACE_REASON_NO_FACE'] }],
    });
  });

  it('deletes a clip', async () => {
    const key = { galleryId: 'g', clipId: 'c' };
    await running.client.clips.deleteClip(key);
    expect(await rejection(running.client.clips.getClip(key))).toMatchObject({
      code: 'CLIP_NOT_FOUND',
    });
  });

  it('told of every call by method and status', () => {
    const methods = new Set(running.calls.map(([method, code]) => `${method} ${code}`));
    expect(methods).toContain('clipid.v1.SearchService/SearchFaces OK');
    expect(methods).toContain('clipid.v1.ClipService/GetClip NOT_FOUND');
    expect(methods).toContain('clipid.v1.IdentityService/UpdateIdentity ABORTED');
  });
});
