import { linkRulesFor } from '../../services/extract/link.js';
import { extractClip, type ExtractDeps } from '../../services/extract/extract-clip.js';
import type { LoadedBundle } from '../../services/models/load.js';
import type { Video } from '../../services/video/create-video.js';
import { VisionPool } from '../../services/vision/pool.js';
import { postprocessOf } from '../../services/vision/postprocess.js';
import type { StageTimesMs } from '../../services/vision/port.js';
import type { NetworkWork } from './limits.js';

/** One pass of the first stage over one clip. */
export interface Pass extends NetworkWork {
  readonly wallMs: number;
  readonly videoMs: number;
  readonly tracks: number;
  /** Summed over the workers. */
  readonly stageMs: Record<keyof StageTimesMs, number>;
}

/** The first stage as the service runs it, without queue and store. */
export class Pipeline {
  private constructor(
    readonly vision: VisionPool,
    private readonly deps: ExtractDeps,
  ) {}

  static async start(bundle: LoadedBundle, video: Video, workers: number): Promise<Pipeline> {
    const vision = await VisionPool.start(bundle, { workers, threadsPerWorker: 1 });
    const { manifest } = bundle;
    const deps: ExtractDeps = {
      fetcher: video.fetcher,
      decoder: video.decoder,
      vision,
      aggregation: { kind: 'qan', postprocess: postprocessOf(manifest) },
      linkRules: linkRulesFor(manifest.calibration),
      longSidePx: 1280,
    };
    return new Pipeline(vision, deps);
  }

  async run(clip: string, framesPerSecond: number): Promise<Pass> {
    const faceCounts: number[] = [];
    const stageMs = { detect: 0, align: 0, embed: 0, score: 0 };
    const job = { galleryId: 'bench', clipId: 'bench', uri: clip, sampling: { framesPerSecond } };
    const startedMs = performance.now();
    const tracks = await extractClip(job, this.deps, new AbortController().signal, (progress) => {
      faceCounts.push(progress.faceCount);
      for (const stage of ['detect', 'align', 'embed', 'score'] as const) {
        stageMs[stage] += progress.stageMs[stage];
      }
    });
    const wallMs = performance.now() - startedMs;
    const { widthPx, heightPx, durationMs } = tracks;
    return {
      wallMs,
      videoMs: durationMs,
      widthPx,
      heightPx,
      faceCounts,
      stageMs,
      tracks: tracks.tracks.length,
    };
  }
}
