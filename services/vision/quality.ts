import type { Face, RgbFrame } from '../core/types.js';
import type { BundleManifest, QualityPart } from '../models/manifest.js';
import { Aligner } from './aligner.js';
import { checkFinite } from './finite.js';
import { heuristicQuality } from './heuristic-quality.js';
import { networkInput } from './input/network-input.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { tableOf } from './outputs.js';

type NetworkPart = Extract<QualityPart, { kind: 'network' }>;

/** Faces of one frame and how they look to the embedder. */
export interface AlignedFaces {
  readonly frame: RgbFrame;
  readonly faces: readonly Face[];
  /** [faces, chipPx, chipPx, 3] uint8 RGB. */
  readonly chips: Uint8Array;
  readonly chipPx: number;
}

export interface QualityScorer {
  /** One real number for each face; larger is better. Throws MODEL_FAILED, BUNDLE_INVALID. */
  score(aligned: AlignedFaces): Promise<readonly number[]>;
}

export function createQualityScorer(
  runner: NetworkRunner,
  { quality }: BundleManifest,
): QualityScorer {
  return quality.kind === 'network'
    ? new NetworkQuality(runner, quality)
    : { score: (aligned) => Promise.resolve(scoreByHeuristic(aligned)) };
}

function scoreByHeuristic({ faces, chips, chipPx: sizePx }: AlignedFaces): number[] {
  const bytes = sizePx * sizePx * 3;
  return faces.map(({ pointsPx, detectionScore }, i) => {
    const chip = chips.subarray(i * bytes, (i + 1) * bytes);
    return heuristicQuality({ chip, sizePx, pointsPx, detectionScore });
  });
}

/** A quality net; where it has an aligner of its own, the faces are drawn anew for it. */
class NetworkQuality implements QualityScorer {
  private readonly aligner: Aligner | null;

  constructor(
    private readonly runner: NetworkRunner,
    private readonly part: NetworkPart,
  ) {
    this.aligner = part.aligner ? new Aligner(part.aligner) : null;
  }

  async score({ frame, faces, chips }: AlignedFaces): Promise<readonly number[]> {
    const count = faces.length;
    if (count === 0) return [];
    const pixels = this.aligner?.chips(frame, faces) ?? chips.slice();
    const input = networkInput(pixels, count, this.part.input);
    const outputs = await this.runner.run('quality', input, count);
    const scores = tableOf(outputs, {
      index: 0,
      field: 'quality.outputName',
      what: this.part.outputName ?? 'quality',
      rows: count,
      columns: 1,
      because: 'one number for every face',
    });
    checkFinite(scores, 'quality net');
    return [...scores];
  }
}
