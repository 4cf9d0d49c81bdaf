import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fitPicture } from '../../services/models/detector-graph.js';
import type { LoadedBundle } from '../../services/models/load.js';
import { LocalRunner } from '../../services/vision/runtime/local-runner.js';
import {
  networkSpecs,
  type NetworkName,
  type NetworkSpec,
} from '../../services/vision/runtime/network-runner.js';
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
  private readonly specs: ReadonlyMap<NetworkName, NetworkSpec>;

  private constructor(
    private readonly bundle: LoadedBundle,
    private readonly runner: LocalRunner,
  ) {
    this.specs = new Map(networkSpecs(bundle).map((spec) => [spec.name, spec]));
  }

  static async load(bundle: LoadedBundle): Promise<NetworksAlone> {
    return new NetworksAlone(
      bundle,
      await LocalRunner.open(bundle, { provider: 'cpu', threads: 1 }),
    );
  }

  async totalMs(work: NetworkWork): Promise<number> {
    return timed(async () => {
      for (const faces of work.faceCounts) await this.frame(work, faces);
    });
  }

  private async frame({ widthPx, heightPx }: NetworkWork, faces: number): Promise<void> {
    const { detector, embedder } = this.bundle.manifest;
    const { graphIndex } = fitPicture(detector.graphs, widthPx, heightPx);
    await this.runGrey(`detector.${graphIndex}`, 1);
    if (faces === 0) return;
    await this.runGrey('landmarks', faces);
    await this.runGrey('embedder', embedder.mirror === 'batch' ? 2 * faces : faces);
    await this.runGrey('quality', faces);
  }

  /** A network that the bundle has not costs nothing. */
  private async runGrey(name: NetworkName, count: number): Promise<void> {
    const spec = this.specs.get(name);
    if (spec === undefined) return;
    const length = count * spec.heightPx * spec.widthPx * 3;
    const pixels = spec.input.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
    await this.runner.run(name, pixels.fill(128), count);
  }
}
