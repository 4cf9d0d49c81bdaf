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
      targetFpr: null,
      uncertainFpr: null,
      ...counts,
      calibratedPeople: null,
      curve: 'bundle',
    });
  });

  it('creates and changes a gallery with targets, and shows them', async () => {
    const asked: unknown[] = [];
    const answer = (request: { settings?: object }) => {
      asked.push(request);
      return { gallery: { ...staff, settings: request.settings } };
    };
    const calls = { createGallery: answer, updateGallery: answer };
    const run = (...args: string[]) => runFake(['gallery', ...args], calls);
    await run('create', 'staff', '--target-fpr', '0.001');
    const { results } = await run('set', 'staff', '--target-fpr', '1e-2', '--uncertain-fpr', '.5');
    expect(results[0]).toMatch(/targetFpr +uncertainFpr\nstaff .* 0\.01 +0\.5$/);
    await run('set', 'staff', '--name', 'People');
    await run('set', 'staff', '--bundle-targets', '--name', '');
    expect(asked).toEqual([
      { galleryId: 'staff', displayName: '', settings: { targetFpr: 0.001 } },
      { galleryId: 'staff', settings: { targetFpr: 0.01, uncertainFpr: 0.5 } },
      { galleryId: 'staff', displayName: 'People' },
      { galleryId: 'staff', displayName: '', settings: {} },
    ]);
  });

  it('asks for nothing where nothing is to change, or two things at once', async () => {
    const nothing = await runFake(['gallery', 'set', 'staff']);
    expect(nothing.exitCode).toBe(EXIT.usage);
    expect(nothing.notes.join()).toContain('--bundle-targets');
    for (const share of ['0', '1', '', 'x', '-0.1']) {
      const { exitCode } = await runFake(['gallery', 'set', 'staff', '--target-fpr', share]);
      expect(exitCode).toBe(EXIT.usage);
    }
    const both = ['gallery', 'set', 'staff', '--bundle-targets', '--target-fpr', '0.1'];
    expect((await runFake(both)).exitCode).toBe(EXIT.usage);
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
