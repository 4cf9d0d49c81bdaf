import { ClipidError } from '../core/errors.js';
import type { ClipRow, GalleryStore } from '../gallery/port.js';
import { freshClip } from './fresh-clip.js';
import type { Identifier } from './identifier.js';
import { requireGallery } from './lookup.js';
import type { Arrival, ArrivalService } from './port.js';
import type { Announcer } from './ports-in.js';

export interface ArrivalDeps {
  readonly store: GalleryStore;
  readonly identifier: Identifier;
  readonly announcer: Announcer;
  readonly now: () => number;
}

/** Clips whose first stage was done by another process: they arrive with their tracks or their error. */
export class Arrivals implements ArrivalService {
  constructor(private readonly deps: ArrivalDeps) {}

  async settle(arrival: Arrival, alongside: () => void): Promise<ClipRow | undefined> {
    const { outcome, submit } = arrival;
    const row = this.rowOf(arrival);
    if (outcome.kind === 'error') {
      const { code: errorCode, text: errorText } = outcome;
      this.deps.store.transaction(() => {
        alongside();
        this.placeFailed({ ...row, state: 'FAILED', errorCode, errorText });
      });
    } else {
      await this.deps.identifier.identify(outcome.tracks, () => {
        alongside();
        this.place({ ...row, state: 'EXTRACTED' });
      });
    }
    return this.deps.store.clip(submit.galleryId, submit.clipId);
  }

  private rowOf({ submit, begunMs, endedMs, attempts }: Arrival): ClipRow {
    const { framesPerSecond } = submit.sampling;
    const row = freshClip(submit, framesPerSecond, this.deps.now());
    return { ...row, begunMs, extractedMs: endedMs, attempts };
  }

  private placeFailed(row: ClipRow): void {
    if (this.place(row)) this.deps.announcer.changed(row);
  }

  /**
   * Puts the row into the store unless the clip is at its end already: done, or failed with this very
   * submission. Throws GALLERY_NOT_FOUND, CONFLICT.
   */
  private place(row: ClipRow): boolean {
    const { store } = this.deps;
    requireGallery(store, row.galleryId);
    const known = store.clip(row.galleryId, row.clipId);
    if (known === undefined) {
      store.insertClip(row);
      return true;
    }
    if (known.uri !== row.uri) throw otherUri(known);
    const isAtEnd = known.state === 'FAILED' && known.submissionId === row.submissionId;
    if (known.state === 'DONE' || isAtEnd) return false;
    store.updateClip({ ...row, submittedMs: known.submittedMs });
    return true;
  }
}

export function otherUri({ clipId }: ClipRow): ClipidError {
  const message = `Clip ${clipId} was submitted with another uri: give this one an id of its own.`;
  return new ClipidError('CONFLICT', message, { field: 'uri' });
}
