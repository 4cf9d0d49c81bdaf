import { describe, expect, it } from 'vitest';
import {
  clipRow,
  galleryCalibration,
  identityRow,
  madeUpCurve,
  templateRow,
} from '../../contract/store-rows.js';
import { makeAdmins } from './admin-deps.js';

const CALIBRATED = { matched: 0.8, uncertain: 0.6, curve: madeUpCurve() };

describe('GalleryAdmin', () => {
  it('binds a gallery to the running bundle (invariant 4)', async () => {
    const { galleries } = makeAdmins();
    const row = await galleries.create('door', 'Front door');
    expect(row).toEqual({
      galleryId: 'door',
      displayName: 'Front door',
      bundleId: 'b1',
      dimension: 8,
      createdMs: 1000,
      targetFpr: null,
      uncertainFpr: null,
    });
    expect(galleries.get('door')).toEqual(row);
    expect(galleries.list({ limit: 10 })).toEqual([row]);
  });

  it('refuses bad ids and names, and a second of the same id', async () => {
    const { galleries } = makeAdmins();
    await galleries.create('door', '');
    await expect(galleries.create('door', '')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    for (const id of ['', '.hidden', 'a/b', 'a b', 'ä', 'x'.repeat(129)]) {
      const refusal = { code: 'FIELD_INVALID', field: 'gallery_id' };
      await expect(galleries.create(id, '')).rejects.toMatchObject(refusal);
    }
    await galleries.create('Aa0._-:@'.padEnd(128, 'x'), '');
    await expect(galleries.create('b', 'n'.repeat(257))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      field: 'display_name',
    });
  });

  it('changes what it is told to: the name, the targets, or all targets back', async () => {
    const { galleries, store } = makeAdmins(undefined, CALIBRATED);
    await galleries.create('door', 'Front door', { targetFpr: 0.01, uncertainFpr: 0.2 });
    const targets = () => {
      const { targetFpr, uncertainFpr } = galleries.get('door');
      return [targetFpr, uncertainFpr];
    };
    expect(galleries.update('door', { displayName: 'Door' }).displayName).toBe('Door');
    expect(targets()).toEqual([0.01, 0.2]);
    galleries.update('door', { targets: { targetFpr: 0.001 } });
    expect(targets()).toEqual([0.001, null]);
    expect(galleries.update('door', { targets: {} })).toEqual(store.gallery('door'));
    expect(targets()).toEqual([null, null]);
    expect(galleries.get('door')).toMatchObject({ displayName: 'Door', bundleId: 'b1' });
    expect(() => galleries.update('none', {})).toThrow('no gallery none');
  });

  it('refuses targets that no threshold can be made of', async () => {
    const { galleries } = makeAdmins();
    const targets = { targetFpr: 0.01 };
    const refusal = { code: 'CALIBRATION_MISSING', field: 'target_fpr' };
    await expect(galleries.create('door', '', targets)).rejects.toMatchObject(refusal);
    await galleries.create('door', '');
    expect(() => galleries.update('door', { targets })).toThrow('clipid gallery calibrate');
    const beyond = { targets: { targetFpr: 1 } };
    expect(() => galleries.update('door', beyond)).toThrow('settings.target_fpr');
  });

  it('takes targets where the gallery alone has a curve', async () => {
    const { galleries, store } = makeAdmins();
    await galleries.create('door', '');
    store.putCalibration({ galleryId: 'door', content: galleryCalibration() });
    expect(galleries.update('door', { targets: { targetFpr: 0.01 } }).targetFpr).toBe(0.01);
  });

  it('counts what is in a gallery', async () => {
    const { galleries, store } = makeAdmins();
    await galleries.create('g', '');
    expect(galleries.counts('g')).toEqual({ identities: 0, enrolled: 0, templates: 0 });
    store.insertIdentity(identityRow());
    store.putTemplates([
      templateRow({ identityId: 'ann' }),
      templateRow({ templateId: 't1', trackIndex: 1 }),
    ]);
    expect(galleries.counts('g')).toEqual({ identities: 1, enrolled: 1, templates: 2 });
  });

  it('deletes a gallery, frees its indexes and tells those who wait for its clips', async () => {
    const { galleries, clips, store, indexes } = makeAdmins();
    await galleries.create('g', '');
    store.insertClip(clipRow());
    const waiting = clips.wait('g', 'c', new AbortController().signal);
    const told = expect(waiting).rejects.toMatchObject({ code: 'CLIP_NOT_FOUND' });
    await galleries.delete('g');
    await told;
    expect(indexes.dropped).toEqual(['g']);
    await expect(galleries.delete('g')).rejects.toMatchObject({ code: 'GALLERY_NOT_FOUND' });
    expect(() => galleries.get('g')).toThrow('no gallery g');
    expect(() => galleries.counts('g')).toThrow('no gallery g');
  });
});
