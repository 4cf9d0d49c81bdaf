import type { ClipServiceServer } from '../gen/clipid/v1/clip_service.js';
import type { Application } from '../identify/port.js';
import { appearancePage, pageOfRows } from './appearance-pages.js';
import { fromSubmission } from '../wire/submission.js';
import { toClip } from './map-clip.js';
import { readPage } from './pagination.js';
import type { Unary } from './unary.js';
import { checkId } from '../wire/validate.js';
import { waitClip, waitTimeoutMs } from './wait-clip.js';

interface ClipKey {
  readonly galleryId: string;
  readonly clipId: string;
}

function keyOf({ galleryId, clipId }: ClipKey): [string, string] {
  return [checkId(galleryId, 'gallery_id'), checkId(clipId, 'clip_id')];
}

/** clipid.v1.ClipService on the application. */
export function clipHandlers({ clips }: Application, unary: Unary): ClipServiceServer {
  return {
    submitClip: unary((request) => ({ clip: toClip(clips.submit(fromSubmission(request))) })),
    getClip: unary((request) => ({ clip: toClip(clips.get(...keyOf(request))) })),
    listClips: unary((request) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      const { rows, nextPageToken } = readPage(request, {
        scope: ['clips', galleryId],
        read: (page) => clips.list(galleryId, page),
        keyOf: (row) => row.clipId,
      });
      return { clips: rows.map(toClip), nextPageToken };
    }),
    waitClip: unary(async (request, signal) => {
      const timeoutMs = waitTimeoutMs(request.timeout);
      return { clip: toClip(await waitClip(clips, keyOf(request), timeoutMs, signal)) };
    }),
    listAppearances: unary((request) => {
      const key = keyOf(request);
      const read = clips.appearances.bind(clips, ...key);
      return appearancePage(request, ['appearances', ...key], (page) => pageOfRows(read(), page));
    }),
    deleteClip: unary(async (request) => {
      await clips.delete(...keyOf(request));
      return {};
    }),
  };
}
