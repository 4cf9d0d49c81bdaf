import { setMaxListeners } from 'node:events';
import { normalizeBox } from '../core/boxes.js';
import type { ClipJob, ClipTracks, Track, TrackFace } from '../core/types.js';
import { aggregate, type AggregationRule } from '../aggregate/template.js';
import type { ClipFetcher, DecodeOptions, FrameDecoder, LocalClip } from '../video/port.js';
import type { FaceVision, StageTimesMs } from '../vision/port.js';
import { type LinkRules, rulesAtRate } from './link.js';
import { mapInOrder } from './ordered.js';
import { Tracker, type TrackedFaces } from './tracker.js';

/** Several for each frame in work. */
const LISTENERS_PER_CLIP = 1000;

export interface ExtractDeps {
  readonly fetcher: ClipFetcher;
  readonly decoder: FrameDecoder;
  readonly vision: FaceVision;
  readonly aggregation: AggregationRule;
  readonly linkRules: LinkRules;
  /** Pictures are looked at with at most this long side. */
  readonly longSidePx: number;
}

export interface ExtractProgress {
  readonly timestampMs: number;
  readonly durationMs: number;
  readonly faceCount: number;
  readonly stageMs: StageTimesMs;
}

/**
 * The first stage: a clip to its tracks with their templates. Knows no gallery, keeps no state.
 * Throws whatever the fetcher, the decoder and the networks throw (see their ports), or CANCELLED.
 */
export async function extractClip(
  job: ClipJob,
  deps: ExtractDeps,
  signal: AbortSignal,
  onProgress: (progress: ExtractProgress) => void = () => undefined,
): Promise<ClipTracks> {
  const clip = await deps.fetcher.fetch(job.uri, signal);
  try {
    return await extractLocal(job, clip, deps, signal, onProgress);
  } finally {
    await clip.release();
  }
}

/** The same for a clip that lies in a local file already; does not release it. */
export async function extractLocal(
  job: ClipJob,
  clip: LocalClip,
  deps: ExtractDeps,
  signal: AbortSignal,
  onProgress: (progress: ExtractProgress) => void = () => undefined,
): Promise<ClipTracks> {
  // Every frame in work listens; Node takes more than ten listeners for a leak unless told otherwise.
  setMaxListeners(LISTENERS_PER_CLIP, signal);
  const info = await deps.decoder.probe(clip, signal);
  const frames = deps.decoder.frames(clip, info, decodeOptions(job, deps), signal);
  const finished: UnnumberedTrack[] = [];
  // A track is aggregated as soon as it ends, so that its features need not be kept for long.
  const tracker = new Tracker(
    rulesAtRate(deps.linkRules, job.sampling.framesPerSecond),
    (faces) => {
      finished.push(toTrack(faces, deps.aggregation));
    },
  );
  let frameCount = 0;
  const analyses = mapInOrder(
    frames,
    (frame) => deps.vision.analyse(frame, signal),
    deps.vision.concurrency,
  );
  for await (const analysis of analyses) {
    frameCount += 1;
    tracker.add(analysis);
    const { timestampMs, faces, stageMs } = analysis;
    onProgress({ timestampMs, durationMs: info.durationMs, faceCount: faces.length, stageMs });
  }
  tracker.finish();
  return {
    clipId: job.clipId,
    galleryId: job.galleryId,
    bundleId: deps.vision.bundleId,
    qualityKind: deps.vision.qualityKind,
    durationMs: info.durationMs,
    widthPx: info.widthPx,
    heightPx: info.heightPx,
    frameCount,
    warnings: frames.warnings,
    tracks: numberTracks(finished),
  };
}

function decodeOptions(job: ClipJob, deps: ExtractDeps): DecodeOptions {
  return { ...job.sampling, longSidePx: deps.longSidePx };
}

type UnnumberedTrack = Omit<Track, 'trackIndex'>;

/** Numbers the tracks by start, then from left to right, so that the same clip gives the same ids. */
function numberTracks(finished: readonly UnnumberedTrack[]): Track[] {
  const leftEdge = (track: UnnumberedTrack): number => track.faces[0]?.box.x ?? 0;
  return [...finished]
    .sort((a, b) => a.startMs - b.startMs || leftEdge(a) - leftEdge(b))
    .map((track, trackIndex) => ({ trackIndex, ...track }));
}

function toTrack(faces: TrackedFaces, rule: AggregationRule): UnnumberedTrack {
  const { template, weights } = aggregate(
    faces.map((face) => face.feature),
    faces.map((face) => face.quality),
    rule,
  );
  const seen: TrackFace[] = faces.map((face, i) => ({
    timestampMs: face.timestampMs,
    box: normalizeBox(face.boxPx, face.widthPx, face.heightPx),
    detectionScore: face.detectionScore,
    quality: face.quality,
    weight: weights[i] ?? 0,
  }));
  const startMs = seen[0]?.timestampMs ?? 0;
  return { startMs, endMs: seen[seen.length - 1]?.timestampMs ?? startMs, faces: seen, template };
}
