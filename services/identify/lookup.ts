import { ClipidError } from '../core/errors.js';
import type { ClipRow, GalleryRow, GalleryStore, IdentityRow } from '../gallery/port.js';

/** Throws GALLERY_NOT_FOUND. */
export function requireGallery(
  store: Pick<GalleryStore, 'gallery'>,
  galleryId: string,
): GalleryRow {
  const row = store.gallery(galleryId);
  if (row !== undefined) return row;
  throw new ClipidError('GALLERY_NOT_FOUND', `There is no gallery ${galleryId}.`, {
    field: 'gallery_id',
  });
}

/** The gallery, if its vectors are of this bundle (invariant 4). Throws GALLERY_NOT_FOUND, BUNDLE_MISMATCH. */
export function requireBundle(
  store: GalleryStore,
  galleryId: string,
  bundleId: string,
): GalleryRow {
  const gallery = requireGallery(store, galleryId);
  if (gallery.bundleId === bundleId) return gallery;
  throw new ClipidError(
    'BUNDLE_MISMATCH',
    `Gallery ${galleryId} holds vectors of ${gallery.bundleId}; these are of ${bundleId}. ` +
      'Use the bundle that the gallery was made with, or another gallery.',
  );
}

/** Throws GALLERY_NOT_FOUND, IDENTITY_NOT_FOUND. */
export function requireIdentity(
  store: GalleryStore,
  galleryId: string,
  identityId: string,
): IdentityRow {
  const row = store.identity(galleryId, identityId);
  if (row !== undefined) return row;
  requireGallery(store, galleryId);
  const message = `There is no identity ${identityId} in gallery ${galleryId}.`;
  throw new ClipidError('IDENTITY_NOT_FOUND', message, { field: 'identity_id' });
}

/** Throws GALLERY_NOT_FOUND, CLIP_NOT_FOUND. */
export function requireClip(store: GalleryStore, galleryId: string, clipId: string): ClipRow {
  const row = store.clip(galleryId, clipId);
  if (row !== undefined) return row;
  requireGallery(store, galleryId);
  throw new ClipidError('CLIP_NOT_FOUND', `There is no clip ${clipId} in gallery ${galleryId}.`, {
    field: 'clip_id',
  });
}
