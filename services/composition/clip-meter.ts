import type { ExtractProgress } from '../extract/extract-clip.js';
import type { ClipRow } from '../gallery/port.js';
import type { Logger, Metrics } from '../ops/port.js';

/** Tells metrics and the log how clips come along. */
export class ClipMeter {
  /** When the clips in work were begun, by gallery and id. */
  private readonly begunMs = new Map<string, number>();

  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  frame({ faceCount, stageMs }: ExtractProgress): void {
    this.metrics.framesDecoded(1);
    this.metrics.facesFound(faceCount);
    for (const [stage, durationMs] of Object.entries(stageMs)) {
      this.metrics.stageFinished(stage, durationMs as number);
    }
  }

  clipChanged(clip: ClipRow): void {
    const key = JSON.stringify([clip.galleryId, clip.clipId]);
    if (clip.state === 'EXTRACTING') this.begunMs.set(key, clip.updatedMs);
    else if (clip.state === 'DONE' || clip.state === 'FAILED') this.finished(clip, key);
    else if (clip.errorCode !== null)
      this.logger.warn(factsOf(clip), 'a clip is tried again later');
  }

  private finished(clip: ClipRow, key: string): void {
    const processingMs = clip.updatedMs - (this.begunMs.get(key) ?? clip.updatedMs);
    this.begunMs.delete(key);
    const outcome = clip.state === 'DONE' ? ('done' as const) : ('failed' as const);
    const errorCode = clip.errorCode === null ? {} : { errorCode: clip.errorCode };
    const videoMs = clip.durationMs ?? 0;
    this.metrics.clipFinished({ outcome, ...errorCode, processingMs, videoMs });
    const facts = { ...factsOf(clip), processingMs, videoMs };
    if (outcome === 'done') this.logger.info(facts, 'clip done');
    else this.logger.warn(facts, 'clip failed');
  }
}

function factsOf({ galleryId, clipId, attempts, errorCode, errorText }: ClipRow): object {
  const error = errorCode === null ? {} : { code: errorCode, reason: errorText };
  return { gallery: galleryId, clip: clipId, attempts, ...error };
}
