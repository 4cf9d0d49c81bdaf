import { describe, expect, it } from 'vitest';
import type { ClipRow } from '../../../services/gallery/port.js';
import { takeFile } from '../../../services/ingest/take-file.js';
import { galleryRow } from '../../contract/store-rows.js';
import { makeAdmins } from '../identify/admin-deps.js';

const here = { galleryId: 'g', clipId: 'clip-1', uri: 'file:///here.mp4' };
const there = { ...here, uri: 'file:///there.mp4' };

function withClip(change: Partial<ClipRow>) {
  const { clips, store } = makeAdmins();
  store.insertGallery(galleryRow());
  store.updateClip({ ...clips.submit(here), ...change });
  return clips;
}

describe('takeFile', () => {
  it('submits a file that is not known', async () => {
    const { clips, store } = makeAdmins();
    store.insertGallery(galleryRow());
    expect(await takeFile(clips, here)).toMatchObject({ ...here, state: 'QUEUED' });
  });

  it.each(['QUEUED', 'EXTRACTING', 'DONE'] as const)(
    'leaves a clip that is %s as it is, under whatever name its content lies there',
    async (state) => {
      const clips = withClip({ state });
      expect(await takeFile(clips, here)).toMatchObject({ uri: here.uri, state });
      expect(await takeFile(clips, there)).toMatchObject({ uri: here.uri, state });
    },
  );

  it('begins anew what failed because it was moved away', async () => {
    const clips = withClip({ state: 'FAILED', errorCode: 'CLIP_UNREACHABLE', attempts: 5 });
    expect(await takeFile(clips, there)).toMatchObject({ ...there, state: 'QUEUED', attempts: 0 });
  });

  it('leaves what failed for good: a clip that kills the process must not come back at each start', async () => {
    for (const errorCode of ['LIMIT_EXCEEDED', 'CLIP_UNREADABLE']) {
      const clips = withClip({ state: 'FAILED', errorCode });
      expect((await takeFile(clips, here)).state).toBe('FAILED');
    }
  });

  it('says that the gallery is not there', async () => {
    await expect(takeFile(makeAdmins().clips, here)).rejects.toMatchObject({
      code: 'GALLERY_NOT_FOUND',
    });
  });
});
