import type { GalleryServiceServer } from '../gen/clipid/v1/gallery_service.js';
import type { Application } from '../identify/port.js';
import { fromSettings, fromUpdate, toCounts, toGallery } from './map-gallery.js';
import { readPage } from './pagination.js';
import type { Unary } from './unary.js';
import { checkId, checkText } from '../wire/validate.js';

/** clipid.v1.GalleryService on the application. */
export function galleryHandlers({ galleries }: Application, unary: Unary): GalleryServiceServer {
  return {
    createGallery: unary(async (request) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      const displayName = checkText(request.displayName, 'display_name') || galleryId;
      const targets = fromSettings(request.settings ?? {});
      return { gallery: toGallery(await galleries.create(galleryId, displayName, targets)) };
    }),
    getGallery: unary((request) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      const gallery = toGallery(galleries.get(galleryId));
      return { gallery, counts: toCounts(galleries.counts(galleryId)) };
    }),
    listGalleries: unary((request) => {
      const { rows, nextPageToken } = readPage(request, {
        scope: ['galleries'],
        read: (page) => galleries.list(page),
        keyOf: (row) => row.galleryId,
      });
      return { galleries: rows.map(toGallery), nextPageToken };
    }),
    updateGallery: unary((request) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      return { gallery: toGallery(galleries.update(galleryId, fromUpdate(request))) };
    }),
    deleteGallery: unary(async (request) => {
      await galleries.delete(checkId(request.galleryId, 'gallery_id'));
      return {};
    }),
  };
}
