import { ClipidError } from '../core/errors.js';
import type { ClipidClient } from '../search/client.js';
import type { Terminal } from './terminal.js';

/** Creates the gallery where it is missing, and says so: a misspelt name should be seen. */
export async function ensureGallery(
  client: ClipidClient,
  galleryId: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.galleries.getGallery({ galleryId }, { signal });
  } catch (error) {
    if (!(error instanceof ClipidError) || error.code !== 'GALLERY_NOT_FOUND') throw error;
    await create(client, galleryId, signal);
    terminal.note(`Created the gallery '${galleryId}'.`);
  }
}

/** Somebody else may have been faster; then it is there, which is all that was wanted. */
async function create(client: ClipidClient, galleryId: string, signal: AbortSignal): Promise<void> {
  try {
    await client.galleries.createGallery({ galleryId }, { signal });
  } catch (error) {
    if (!(error instanceof ClipidError) || error.code !== 'ALREADY_EXISTS') throw error;
  }
}
