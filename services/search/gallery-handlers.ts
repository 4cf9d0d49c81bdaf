import type { GalleryServiceServer } from '../gen/clipid/v1/gallery_service.js';
import type { Application } from '../identify/port.js';
import { toCalibration, toDriftResponse } from './map-calibration.js';
import { fromSettings, fromUpdate, toCounts, toGallery } from './map-gallery.js';
import { readPage } from './pagination.js';
import type { Unary } from './unary.js';
import { checkId, checkText } from '../wire/validate.js';

/** clipid.v1.GalleryService on the application. */
export function galleryHandlers(
  { galleries, calibrations }: Application,
  unary: Unary,
): GalleryServiceServer {
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
      const own = calibrations.of(galleryId);
      const counts = toCounts(galleries.counts(galleryId));
      return { gallery, counts, calibration: own && toCalibration(own) };
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
    calibrateGallery: unary(async (request, signal) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      return { calibration: toCalibration(await calibrations.calibrate(galleryId, signal)) };
    }),
    reportDrift: unary(async (request, signal) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      return toDriftResponse(await calibrations.drift(galleryId, signal));
    }),
    deleteGallery: unary(async (request) => {
      await galleries.delete(checkId(request.galleryId, 'gallery_id'));
      return {};
    }),
  };
}
