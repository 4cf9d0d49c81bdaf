import { setMaxListeners } from 'node:events';
import type { Config } from '../../config.js';
import { type LinkRules, linkRulesFor, rulesAtRate } from '../../extract/link.js';
import { mapInOrder } from '../../extract/ordered.js';
import { Tracker, type TrackedFaces } from '../../extract/tracker.js';
import type { LoadedBundle } from '../../models/load.js';
import { createVideo, type Video } from '../../video/create-video.js';
import { VisionPool } from '../../vision/pool.js';
import { uriOf } from '../sources.js';

/** What a clip of one person gave. */
export interface LongestTrack {
  /** Empty where the clip has no face. */
  readonly faces: TrackedFaces;
  /** What speaks against taking them for the clip: others in sight, an early end. */
  readonly remarks: readonly string[];
}

/** Another track with this share of the longest one's faces may well be the person who was meant. */
const RIVAL_SHARE = 0.5;

/** Looks at clips as the service does. */
export class ClipReader {
  private constructor(
    private readonly video: Video,
    private readonly vision: VisionPool,
    private readonly rules: LinkRules,
    private readonly decoding: Pick<Config, 'framesPerSecond' | 'longSidePx'>,
  ) {}

  /** Throws TOOL_MISSING, BUNDLE_INVALID, MODEL_FAILED. */
  static async open(config: Config, bundle: LoadedBundle, workers: number): Promise<ClipReader> {
    const { ffmpeg, ffprobe, framesPerSecond, longSidePx, provider } = config;
    const video = await createVideo({
      policy: { allowedFolders: 'any', allowedHosts: [], maxBytes: config.maxClipBytes },
      tools: { ...(ffmpeg && { ffmpegPath: ffmpeg }), ...(ffprobe && { ffprobePath: ffprobe }) },
      limits: { maxDurationMs: config.maxClipSeconds * 1000 },
    });
    const vision = await VisionPool.start(bundle, { provider, threadsPerWorker: 1, workers });
    const rules = rulesAtRate(linkRulesFor(bundle.manifest.calibration), framesPerSecond);
    return new ClipReader(video, vision, rules, { framesPerSecond, longSidePx });
  }

  /** Throws what the fetcher, the decoder and the networks throw. */
  async read(file: string, signal: AbortSignal): Promise<LongestTrack> {
    const { fetcher, decoder } = this.video;
    const clip = await fetcher.fetch(uriOf(file), signal);
    try {
      // Every frame in work listens; Node takes more than ten listeners for a leak.
      setMaxListeners(0, signal);
      const info = await decoder.probe(clip, signal);
      const frames = decoder.frames(clip, info, this.decoding, signal);
      const tracks: TrackedFaces[] = [];
      const tracker = new Tracker(this.rules, (faces) => tracks.push(faces));
      const look = (frame: Parameters<VisionPool['analyse']>[0]) =>
        this.vision.analyse(frame, signal);
      for await (const analysis of mapInOrder(frames, look, this.vision.concurrency))
        tracker.add(analysis);
      tracker.finish();
      const { faces, remarks } = longestOf(tracks);
      return { faces, remarks: [...frames.warnings, ...remarks] };
    } finally {
      await clip.release();
    }
  }

  close(): Promise<void> {
    return this.vision.close();
  }
}

/** The track with the most faces; of two such the one whose faces are larger. */
export function longestOf(tracks: readonly TrackedFaces[]): LongestTrack {
  const [faces = [], ...others] = tracks.toSorted(
    (a, b) => b.length - a.length || areaOf(b) - areaOf(a),
  );
  const rivals = others.filter(({ length }) => length >= RIVAL_SHARE * faces.length);
  if (rivals.length === 0) return { faces, remarks: [] };
  const lengths = rivals.map(({ length }) => length).join(', ');
  const remark = `taken was the longest track, of ${faces.length} faces; put aside were others of ${lengths}`;
  return { faces, remarks: [remark] };
}

function areaOf(faces: TrackedFaces): number {
  return faces.reduce((sum, { boxPx }) => sum + boxPx.width * boxPx.height, 0);
}
