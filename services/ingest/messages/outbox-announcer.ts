import { errorFromParts } from '../../core/errors.js';
import type { ClipRow, GalleryStore, OutboxRow } from '../../gallery/port.js';
import type { Announcer } from '../../identify/ports-in.js';
import { leavesDeadLetter } from '../trouble.js';
import { deadLetterRow, type FailurePlace } from './dead-letter.js';
import { identificationEvents } from './identification-events.js';
import { statusEvent } from './status-event.js';

type Store = Pick<GalleryStore, 'appendOutbox' | 'appearancesOfClip' | 'message'>;

/** Writes the events of each change into the outbox, in the transaction of the change. */
export class OutboxAnnouncer implements Announcer {
  constructor(
    private readonly store: Store,
    private readonly at: FailurePlace,
  ) {}

  changed(clip: ClipRow): void {
    const results = clip.state === 'DONE' ? this.results(clip) : [];
    const letters = clip.state === 'FAILED' ? this.deadLetters(clip) : [];
    this.store.appendOutbox([...results, ...letters, statusEvent(clip)]);
  }

  private results(clip: ClipRow): OutboxRow[] {
    return identificationEvents(clip, this.store.appearancesOfClip(clip.galleryId, clip.clipId));
  }

  /** None for a clip that came with a call, or that nobody need look at. */
  private deadLetters(clip: ClipRow): OutboxRow[] {
    const { code, message: text } = errorFromParts(clip.errorCode ?? '', clip.errorText ?? '');
    const message = this.store.message(clip.galleryId, clip.clipId);
    if (message === undefined || !leavesDeadLetter(code)) return [];
    const { attempts, submittedMs: firstMs, updatedMs: lastMs } = clip;
    return [deadLetterRow(message, { code, text, attempts, firstMs, lastMs }, this.at)];
  }
}
