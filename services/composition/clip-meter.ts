import type { ExtractProgress } from '../extract/extract-clip.js';
import type { ClipRow } from '../gallery/port.js';
import type { Logger, Metrics } from '../ops/port.js';

/** Tells metrics and the log how clips come along. */
export class ClipMeter {
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
    if (clip.state === 'DONE' || clip.state === 'FAILED') this.finished(clip);
    else if (clip.state === 'QUEUED' && clip.errorCode !== null)
      this.logger.warn(factsOf(clip), 'a clip is tried again later');
  }

  private finished(clip: ClipRow): void {
    const processingMs = clip.updatedMs - (clip.begunMs ?? clip.updatedMs);
    const outcome = clip.state === 'DONE' ? ('done' as const) : ('failed' as const);
    const errorCode = clip.errorCode === null ? {} : { errorCode: clip.errorCode };
    const videoMs = clip.durationMs ?? 0;
    this.metrics.clipFinished({ outcome, ...errorCode, processingMs, videoMs });
    const facts = { ...factsOf(clip), processingMs, videoMs };
    if (outcome === 'done') this.metrics.clipSearchable(Math.max(0, Date.now() - clip.requestedMs));
    if (outcome === 'done') this.logger.info(facts, 'clip done');
    else this.logger.warn(facts, 'clip failed');
  }
}

function factsOf({ galleryId, clipId, attempts, errorCode, errorText }: ClipRow): object {
  const error = errorCode === null ? {} : { code: errorCode, reason: errorText };
  return { gallery: galleryId, clip: clipId, attempts, ...error };
}
