import { ClipidError } from '../core/errors.js';
import type { ClipRow } from '../gallery/port.js';

/** Called with the clip after each change of its state, or once with why there will be no more. */
export type ClipListener = (news: ClipRow | ClipidError) => void;

/** Listeners at a time; each is a call that waits. */
const MAX_LISTENERS = 10_000;

/** Tells those who wait for a clip what became of it. In this process only, and of nothing in the past. */
export class ClipEvents {
  /** By gallery, then by clip. */
  readonly #listeners = new Map<string, Map<string, Set<ClipListener>>>();
  readonly #toAll = new Set<(clip: ClipRow) => void>();
  #count = 0;
  #isClosed = false;

  /** To be called after the transaction that changed the clip has committed. */
  changed(clip: ClipRow): void {
    this.#tell(clip.galleryId, clip.clipId, clip);
    for (const listener of [...this.#toAll]) listener(clip);
  }

  deleted(galleryId: string, clipId: string): void {
    const news = new ClipidError('CLIP_NOT_FOUND', `Clip ${clipId} was deleted.`, {
      field: 'clip_id',
    });
    this.#tell(galleryId, clipId, news);
  }

  galleryDeleted(galleryId: string): void {
    for (const clipId of [...(this.#listeners.get(galleryId)?.keys() ?? [])]) {
      this.deleted(galleryId, clipId);
    }
  }

  /** Every change of every clip: for a queue that sleeps until there is work. Returns how to stop. */
  onChange(listener: (clip: ClipRow) => void): () => void {
    this.#toAll.add(listener);
    return () => void this.#toAll.delete(listener);
  }

  /** Returns how to stop. Throws OVERLOADED, and UNAVAILABLE after `close`. */
  on(galleryId: string, clipId: string, listener: ClipListener): () => void {
    if (this.#isClosed) throw closing();
    if (this.#count >= MAX_LISTENERS) throw overloaded();
    const ofGallery = getOrMake(
      this.#listeners,
      galleryId,
      () => new Map<string, Set<ClipListener>>(),
    );
    const ofClip = getOrMake(ofGallery, clipId, () => new Set());
    ofClip.add(listener);
    this.#count++;
    return () => {
      if (!ofClip.delete(listener)) return;
      this.#count--;
      if (ofClip.size === 0) ofGallery.delete(clipId);
      if (ofGallery.size === 0) this.#listeners.delete(galleryId);
    };
  }

  /** The process ends: all that wait are told so. */
  close(): void {
    this.#isClosed = true;
    for (const [galleryId, clips] of [...this.#listeners]) {
      for (const clipId of [...clips.keys()]) this.#tell(galleryId, clipId, closing());
    }
    this.#toAll.clear();
  }

  #tell(galleryId: string, clipId: string, news: ClipRow | ClipidError): void {
    for (const listener of [...(this.#listeners.get(galleryId)?.get(clipId) ?? [])]) listener(news);
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}

function closing(): ClipidError {
  return new ClipidError('UNAVAILABLE', 'The process is shutting down.');
}

function overloaded(): ClipidError {
  return new ClipidError(
    'OVERLOADED',
    `More than ${MAX_LISTENERS} calls wait for clips: try again later.`,
  );
}
