import { setTimeout as delay } from 'node:timers/promises';
import { toClipidError, type ClipidError } from '../../../core/errors.js';
import type { SourceMessage } from '../../../core/source-message.js';
import type { ClipRow, GalleryStore } from '../../../gallery/port.js';
import type { ArrivalService } from '../../../identify/port.js';
import type { FailurePlace } from '../../messages/dead-letter.js';
import type { ExtractedResult } from '../../messages/extracted.js';
import { backoffMs, remedyFor } from '../../trouble.js';
import type { Position } from '../consume/commit-loop.js';
import type { KafkaMeter } from '../meter.js';
import { reject } from '../rejections.js';
import { Assembly } from './assembly.js';

export interface ArrivedDeps {
  readonly store: GalleryStore;
  readonly arrivals: ArrivalService;
  /** Told of a clip after what arrived of it was committed. */
  readonly onChanged: (clip: ClipRow) => void;
  /** A record that cannot be read: a fault of ours, or somebody else writes to the topic. */
  readonly onUnreadable: (error: ClipidError, place: Position) => void;
  readonly meter: Pick<KafkaMeter, 'deadLettered'>;
  readonly now: () => number;
}

export interface ArrivedOptions {
  readonly maxAttempts: number;
  readonly at: FailurePlace;
}

/** One record of tracks: into the store, together with where reading its partition goes on. */
export class ArrivedTracks {
  private readonly assembly: Assembly;

  constructor(
    private readonly deps: ArrivedDeps,
    private readonly options: ArrivedOptions,
  ) {
    this.assembly = new Assembly(deps.store);
  }

  /**
   * Resolves to the code of why no result came of it. Throws what stops the process, and CANCELLED when
   * told to stop; then nothing was written.
   */
  async settle(message: SourceMessage, signal: AbortSignal): Promise<string | undefined> {
    const { store } = this.deps;
    const readOn = (): void =>
      store.setSourceOffset(message.topic, message.partition, message.offset + 1);
    let result: ExtractedResult | undefined;
    try {
      result = this.assembly.add(message, readOn);
    } catch (thrown) {
      return this.passOver(message, toClipidError(thrown), readOn);
    }
    return result === undefined ? undefined : this.arrive(result, readOn, signal);
  }

  private passOver(message: SourceMessage, error: ClipidError, readOn: () => void): string {
    if (remedyFor(error, 1, 2) === 'STOP') throw error;
    readOn();
    const { topic, partition, offset } = message;
    this.deps.onUnreadable(error, { topic, partition, offset });
    return error.code;
  }

  private async arrive(
    result: ExtractedResult,
    readOn: () => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const alongside = (): void => {
      readOn();
      this.assembly.forget(result);
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const clip = await this.deps.arrivals.settle(result, alongside);
        if (clip !== undefined) this.deps.onChanged(clip);
        return clip?.errorCode ?? undefined;
      } catch (thrown) {
        const error = toClipidError(thrown);
        const remedy = remedyFor(error, attempt, this.options.maxAttempts);
        if (remedy === 'STOP' || signal.aborted) throw error;
        if (remedy !== 'RETRY') return this.refuse(result, error, attempt, alongside);
        await delay(backoffMs(attempt, Math.random()), undefined, { signal });
      }
    }
  }

  private refuse(
    result: ExtractedResult,
    error: ClipidError,
    attempts: number,
    alongside: () => void,
  ): string {
    const { store, now, meter } = this.deps;
    const { source: message, submit: request, begunMs: firstMs } = result;
    const rejected = { message, request, error, attempts, firstMs, nowMs: now() };
    store.transaction(() => {
      alongside();
      reject(store, rejected, this.options.at);
    });
    meter.deadLettered(error.code);
    return error.code;
  }
}
