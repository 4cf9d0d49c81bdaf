import { describe, expect, it } from 'vitest';
import type { Json, Metadata } from '../../../services/core/types.js';
import { appearanceRow, clipRow, galleryRow, templateRow } from '../../contract/store-rows.js';
import { makeAdmins } from './admin-deps.js';

const ann = { galleryId: 'g', identityId: 'ann', displayName: 'Ann', metadata: { team: 'red' } };

function withGallery() {
  const admins = makeAdmins();
  admins.store.insertGallery(galleryRow());
  return admins;
}

function nested(depth: number): Metadata {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level++)
    value = level % 2 === 0 ? { value } : { list: [value] };
  return { value };
}

describe('IdentityAdmin', () => {
  it('makes an identity and shows it', () => {
    const { identities } = withGallery();
    const row = identities.create(ann);
    expect(row).toEqual({ ...ann, createdMs: 1000, updatedMs: 1000, revision: 1 });
    expect(identities.get('g', 'ann')).toEqual(row);
    expect(identities.list('g', { limit: 5 })).toEqual([row]);
    expect(() => identities.create(ann)).toThrow(
      expect.objectContaining({ code: 'ALREADY_EXISTS' }),
    );
  });

  it('says which of gallery and identity is missing', () => {
    const { identities } = withGallery();
    const missingGallery = expect.objectContaining({ code: 'GALLERY_NOT_FOUND' }) as Error;
    expect(() => identities.get('none', 'ann')).toThrow(missingGallery);
    expect(() => identities.list('none', { limit: 5 })).toThrow(missingGallery);
    expect(() => identities.create({ ...ann, galleryId: 'none' })).toThrow(missingGallery);
    expect(() => identities.get('g', 'ann')).toThrow(
      expect.objectContaining({ code: 'IDENTITY_NOT_FOUND', field: 'identity_id' }),
    );
  });

  it.each<[string, Metadata, string]>([
    ['more than 16 KB', { text: 'x'.repeat(16 * 1024) }, 'LIMIT_EXCEEDED'],
    ['more than 8 levels', nested(9), 'LIMIT_EXCEEDED'],
    ['not a number', { value: NaN }, 'FIELD_INVALID'],
    ['no JSON', { value: (() => 1) as unknown as Json }, 'FIELD_INVALID'],
  ])('refuses metadata that is %s', (_name, metadata, code) => {
    const { identities } = withGallery();
    expect(() => identities.create({ ...ann, metadata })).toThrow(
      expect.objectContaining({ code, field: 'metadata' }),
    );
  });

  it('takes metadata 8 levels deep', () => {
    const { identities } = withGallery();
    const metadata: Metadata = { a: { b: { c: { d: { e: { f: { g: [1] } } } } } } };
    expect(identities.create({ ...ann, metadata }).metadata).toEqual(metadata);
  });

  it('changes what it is told, and counts the revision', () => {
    const { identities } = withGallery();
    identities.create(ann);
    const named = identities.update('g', 'ann', { displayName: 'Anna' }, 1);
    expect(named).toMatchObject({ displayName: 'Anna', metadata: { team: 'red' }, revision: 2 });
    expect(named.updatedMs).toBeGreaterThan(named.createdMs);
    expect(identities.update('g', 'ann', { metadata: {} }).revision).toBe(3);
    expect(() => identities.update('g', 'ann', { displayName: 'Late' }, 2)).toThrow(
      expect.objectContaining({ code: 'CONFLICT', field: 'etag' }),
    );
    expect(identities.get('g', 'ann').displayName).toBe('Anna');
  });

  it('ensures an identity for an enrolment', () => {
    const { identities } = withGallery();
    const request = { galleryId: 'g', identityId: 'ann', sources: [] };
    expect(identities.ensure(request)).toMatchObject({ displayName: 'ann', revision: 1 });
    expect(identities.ensure(request).revision).toBe(1);
    expect(identities.ensure({ ...request, displayName: 'Ann' })).toMatchObject({
      displayName: 'Ann',
      revision: 2,
    });
    expect(identities.ensure({ ...request, displayName: 'Ann' }).revision).toBe(2);
    expect(() => identities.ensure({ ...request, galleryId: 'none' })).toThrow('no gallery none');
  });

  it('deletes an identity and tells the indexes', async () => {
    const { identities, store, indexes } = withGallery();
    identities.create(ann);
    store.insertClip(clipRow());
    store.putTemplates([
      templateRow({ identityId: 'ann' }),
      templateRow({ templateId: 'image', source: 'ENROLMENT', identityId: 'ann' }),
    ]);
    store.putAppearances([
      appearanceRow({ decision: 'MATCHED', identityId: 'ann', similarity: 1 }),
    ]);
    expect(identities.appearances('g', 'ann', { limit: 5 })).toHaveLength(1);
    await identities.delete('g', 'ann');
    const [, change] = indexes.applied[0] ?? [];
    expect(change?.put.map((row) => row.templateId)).toEqual(['t0']);
    expect(change?.removed.map((row) => row.templateId)).toEqual(['image']);
    expect(() => identities.appearances('g', 'ann', { limit: 5 })).toThrow('no identity ann');
    await expect(identities.delete('g', 'ann')).rejects.toMatchObject({
      code: 'IDENTITY_NOT_FOUND',
    });
  });
});
