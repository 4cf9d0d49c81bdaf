import type { GalleryRow } from '../gallery/port.js';
import type { AskedTargets } from '../core/targets.js';
import type { Gallery, GalleryCounts, GallerySettings } from '../gen/clipid/v1/gallery.js';
import type { UpdateGalleryRequest } from '../gen/clipid/v1/gallery_service.js';
import type { GalleryChange, GalleryService } from '../identify/port.js';
import { toTimestamp } from '../wire/time.js';
import { checkTargets, checkText } from '../wire/validate.js';

export function toGallery(row: GalleryRow): Gallery {
  return {
    galleryId: row.galleryId,
    displayName: row.displayName,
    bundleId: row.bundleId,
    dimension: row.dimension,
    createTime: toTimestamp(row.createdMs),
    settings: {
      targetFpr: row.targetFpr ?? undefined,
      uncertainFpr: row.uncertainFpr ?? undefined,
    },
  };
}

/** Throws FIELD_INVALID. */
export function fromSettings(settings: Partial<GallerySettings>): AskedTargets {
  return checkTargets(settings, 'settings.');
}

/** What is absent stays; settings come as a whole. Throws FIELD_INVALID. */
export function fromUpdate(request: UpdateGalleryRequest): GalleryChange {
  const { galleryId, displayName, settings } = request;
  return {
    ...(displayName !== undefined && {
      displayName: checkText(displayName, 'display_name') || galleryId,
    }),
    ...(settings && { targets: fromSettings(settings) }),
  };
}

export function toCounts(counts: ReturnType<GalleryService['counts']>): GalleryCounts {
  return {
    identities: counts.identities,
    enrolledTemplates: counts.enrolled,
    templates: counts.templates,
  };
}
