import type { GalleryRow } from '../gallery/port.js';
import type { Gallery, GalleryCounts } from '../gen/clipid/v1/gallery.js';
import type { GalleryService } from '../identify/port.js';
import { toTimestamp } from '../wire/time.js';

export function toGallery(row: GalleryRow): Gallery {
  return {
    galleryId: row.galleryId,
    displayName: row.displayName,
    bundleId: row.bundleId,
    dimension: row.dimension,
    createTime: toTimestamp(row.createdMs),
  };
}

export function toCounts(counts: ReturnType<GalleryService['counts']>): GalleryCounts {
  return {
    identities: counts.identities,
    enrolledTemplates: counts.enrolled,
    templates: counts.templates,
  };
}
