import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoadedBundle } from '../../services/models/load.js';
import { chooseDetectorGraph, fitLongSide } from '../../services/models/detector-graph.js';
import { loadNetworks, runPixels, type Networks } from '../../services/vision/networks.js';
import { timed } from './measure.js';

const run = promisify(execFile);

/** What ffmpeg alone needs: decode, sample, convert to RGB, throw away. One thread, as the product runs it. */
export function ffmpegAloneMs(
  ffmpeg: string,
  clip: string,
  framesPerSecond: number,
): Promise<number> {
  const output = [
    '-an',
    '-vf',
    `fps=${framesPerSecond}`,
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '/dev/null',
  ];
  return timed(() => run(ffmpeg, ['-v', 'error', '-y', '-threads', '1', '-i', clip, ...output]));
}

/** What a clip asked of the networks. */
export interface NetworkWork {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Faces in each frame. */
  readonly faceCounts: readonly number[];
}

/**
 * The time of the same inferences and nothing else, in one thread: each frame's detection, then its
 * faces' landmarks and (mirrored) embeddings as one batch each. Divided by the cores, no pipeline that
 * runs these networks can be faster.
 */
export class NetworksAlone {
  private constructor(
    private readonly bundle: LoadedBundle,
    private readonly networks: Networks,
  ) {}

  static async load(bundle: LoadedBundle): Promise<NetworksAlone> {
    return new NetworksAlone(bundle, await loadNetworks(bundle, 1));
  }

  async totalMs(work: NetworkWork): Promise<number> {
    return timed(async () => {
      for (const faces of work.faceCounts) await this.frame(work, faces);
    });
  }

  private async frame({ widthPx, heightPx }: NetworkWork, faces: number): Promise<void> {
    const { detector, landmarks, embedder } = this.bundle.manifest;
    const squarePx = Math.max(...detector.graphs.map((graph) => graph.inputWidthPx));
    const index = chooseDetectorGraph(detector.graphs, fitLongSide(widthPx, heightPx, squarePx));
    const graph = detector.graphs[index];
    const session = this.networks.detectors[index];
    if (graph === undefined || session === undefined) return;
    const { inputWidthPx, inputHeightPx } = graph;
    await runBlank(session, 1, inputHeightPx, inputWidthPx);
    if (faces === 0) return;
    await runBlank(this.networks.landmarks, faces, landmarks.inputSizePx, landmarks.inputSizePx);
    const batch = embedder.mirror ? 2 * faces : faces;
    await runBlank(this.networks.embedder, batch, embedder.inputSizePx, embedder.inputSizePx);
  }
}

async function runBlank(
  session: Networks['landmarks'],
  batch: number,
  heightPx: number,
  widthPx: number,
): Promise<void> {
  const pixels = new Uint8Array(batch * heightPx * widthPx * 3).fill(128);
  await runPixels(session, pixels, [batch, heightPx, widthPx, 3], []);
}
