import { describe, expect, it } from 'vitest';
import { EXIT, runFake } from './fakes.js';

const staff = { galleryId: 'staff', displayName: 'Staff', bundleId: 'b', dimension: 129 };
const anna = { galleryId: 'default', identityId: 'anna', displayName: 'Anna', etag: '1' };

describe('clipid gallery and identity', () => {
  it('lists every page', async () => {
    const pages: Record<string, unknown> = {
      '': { galleries: [staff], nextPageToken: 'more' },
      more: { galleries: [{ ...staff, galleryId: 'visitors' }], nextPageToken: '' },
    };
    const calls = { listGalleries: ({ pageToken }: { pageToken: string }) => pages[pageToken] };
    const { results, exitCode } = await runFake(['gallery', 'list', '--json'], calls);
    expect(exitCode).toBe(EXIT.ok);
    const documents = results.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.map(({ gallery }) => gallery)).toEqual(['staff', 'visitors']);
  });

  it('shows a gallery with what it holds', async () => {
    const counts = { identities: 1, enrolledTemplates: 2, templates: 3 };
    const calls = { getGallery: () => ({ gallery: staff, counts }) };
    const { results } = await runFake(['gallery', 'show', 'staff', '--json'], calls);
    expect(JSON.parse(results[0] ?? '')).toEqual({
      gallery: 'staff',
      name: 'Staff',
      bundleId: 'b',
      dimension: 129,
      ...counts,
    });
  });

  it('deletes only what was asked for, with --yes', async () => {
    const deleted: unknown[] = [];
    const calls = { deleteGallery: (request: unknown) => deleted.push(request) };
    const { exitCode } = await runFake(['gallery', 'delete', 'staff', '--yes'], calls);
    expect(exitCode).toBe(EXIT.ok);
    expect(deleted).toEqual([{ galleryId: 'staff' }]);
  });

  it('renames a person by the update mask alone', async () => {
    const updates: unknown[] = [];
    const updateIdentity = (request: unknown) => {
      updates.push(request);
      return { identity: { ...anna, displayName: 'Anna K.' } };
    };
    const { results } = await runFake(['identity', 'rename', 'anna', 'Anna K.'], {
      updateIdentity,
    });
    expect(updates).toEqual([
      {
        identity: { galleryId: 'default', identityId: 'anna', displayName: 'Anna K.' },
        updateMask: ['display_name'],
      },
    ]);
    expect(results[0]).toContain('Anna K.');
  });

  it('says so when there is nobody', async () => {
    const calls = { listIdentities: () => ({ identities: [], nextPageToken: '' }) };
    const { results, notes } = await runFake(['identity', 'list'], calls);
    expect(results).toEqual([]);
    expect(notes).toEqual(["Nobody is enrolled in 'default'."]);
  });
});
