import { ClipidError } from '../core/errors.js';
import type { AppearanceRow, ClipRow, GalleryStore, Page } from '../gallery/port.js';
import { otherUri } from './arrivals.js';
import type { ClipEvents } from './clip-events.js';
import { freshClip } from './fresh-clip.js';
import { requireClip, requireGallery } from './lookup.js';
import type { ClipOrigin, ClipService, SubmitClip } from './port.js';
import type { Announcer, Indexes } from './ports-in.js';

export interface ClipCatalogDeps {
  readonly store: GalleryStore;
  readonly indexes: Pick<Indexes, 'apply'>;
  readonly events: ClipEvents;
  readonly announcer: Announcer;
  readonly now: () => number;
  /** For clips that do not say; 8 in the challenge's protocol. */
  readonly framesPerSecond?: number;
  /** Clips that may wait; beyond it `submit` is OVERLOADED. */
  readonly maxQueued?: number;
}

const DEFAULT_FRAMES_PER_SECOND = 8;
const DEFAULT_MAX_QUEUED = 100_000;

/** Accepts clips, shows what became of them, and deletes them. */
export class ClipCatalog implements ClipService {
  constructor(private readonly deps: ClipCatalogDeps) {}

  /** Throws GALLERY_NOT_FOUND, FIELD_INVALID, LIMIT_EXCEEDED, CONFLICT, OVERLOADED. */
  submit(request: SubmitClip): ClipRow {
    const { store, events } = this.deps;
    const { framesPerSecond = DEFAULT_FRAMES_PER_SECOND, now } = this.deps;
    const fresh = freshClip(request, framesPerSecond, now());
    const accepted = store.transaction(() => this.accept(fresh, request.origin));
    if (accepted === fresh) events.changed(fresh);
    return accepted;
  }

  get(galleryId: string, clipId: string): ClipRow {
    return requireClip(this.deps.store, galleryId, clipId);
  }

  list(galleryId: string, page: Page): ClipRow[] {
    requireGallery(this.deps.store, galleryId);
    return this.deps.store.clips(galleryId, page);
  }

  appearances(galleryId: string, clipId: string): AppearanceRow[] {
    requireClip(this.deps.store, galleryId, clipId);
    return this.deps.store.appearancesOfClip(galleryId, clipId);
  }

  /** Also rejects with CLIP_NOT_FOUND when the clip is deleted, UNAVAILABLE when the process ends. */
  async wait(galleryId: string, clipId: string, signal: AbortSignal): Promise<ClipRow> {
    const clip = this.get(galleryId, clipId);
    if (isAtEnd(clip)) return clip;
    if (signal.aborted) throw cancelled();
    return nextEnd(this.deps.events, clip, signal);
  }

  async delete(galleryId: string, clipId: string): Promise<void> {
    const { store, events, indexes } = this.deps;
    requireClip(store, galleryId, clipId);
    const removed = store.deleteClip(galleryId, clipId);
    events.deleted(galleryId, clipId);
    await indexes.apply(galleryId, { put: [], removed });
  }

  /** The clip as it is from now on: `fresh` itself where there is work to do. */
  private accept(fresh: ClipRow, origin: ClipOrigin | undefined): ClipRow {
    const { store } = this.deps;
    requireGallery(store, fresh.galleryId);
    const known = store.clip(fresh.galleryId, fresh.clipId);
    if (known !== undefined && known.uri !== fresh.uri) throw otherUri(known);
    if (known !== undefined && !this.beginsAnew(known, fresh)) return known;
    this.checkQueue();
    if (known === undefined) store.insertClip(fresh);
    else store.updateClip(fresh);
    if (origin !== undefined) store.putMessage(fresh.galleryId, fresh.clipId, origin.message);
    this.deps.announcer.changed(fresh);
    return fresh;
  }

  /** A message that comes again, as after a crash, does not revive the clip that failed with it. */
  private beginsAnew(known: ClipRow, fresh: ClipRow): boolean {
    return known.state === 'FAILED' && known.submissionId !== fresh.submissionId;
  }

  private checkQueue(): void {
    const most = this.deps.maxQueued ?? DEFAULT_MAX_QUEUED;
    if (this.deps.store.countClips('QUEUED') < most) return;
    throw new ClipidError('OVERLOADED', `${most} clips wait already: try again later.`);
  }
}

/** The clip once it is at its end; leaves no listener behind, however it comes out. */
async function nextEnd(
  events: ClipEvents,
  { galleryId, clipId }: ClipRow,
  signal: AbortSignal,
): Promise<ClipRow> {
  let stop: () => void = () => undefined;
  let onAbort: () => void = () => undefined;
  const end = new Promise<ClipRow>((resolve, reject) => {
    stop = events.on(galleryId, clipId, (news) => {
      if (news instanceof ClipidError) reject(news);
      else if (isAtEnd(news)) resolve(news);
    });
    onAbort = () => reject(cancelled());
    signal.addEventListener('abort', onAbort);
  });
  return end.finally(() => {
    stop();
    signal.removeEventListener('abort', onAbort);
  });
}

function isAtEnd({ state }: ClipRow): boolean {
  return state === 'DONE' || state === 'FAILED';
}

function cancelled(): ClipidError {
  return new ClipidError('CANCELLED', 'The wait for the clip was cancelled.');
}
