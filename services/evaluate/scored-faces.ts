import { ClipidError } from '../core/errors.js';
import { alignerPoints } from '../models/aligner-points.js';
import { type LoadedBundle, loadBundle } from '../models/load.js';
import { heuristicQuality } from '../vision/heuristic-quality.js';
import { networkInput } from '../vision/input/network-input.js';
import { Recogniser } from '../vision/recogniser.js';
import { LocalRunner } from '../vision/runtime/local-runner.js';
import { networkSpecs } from '../vision/runtime/network-runner.js';
import { chipOf } from './aligned-faces.js';

/** A face's feature with both qualities that it can get. */
export interface ScoredFace {
  readonly feature: Float32Array;
  /** Measured; without its terms for size, pose and detection, as an aligned face tells none. */
  readonly heuristic: number;
  /** Of the bundle's quality net. */
  readonly network: number;
}

export interface Scorer {
  readonly bundle: LoadedBundle;
  /** face: [112, 112, 3] uint8 RGB, aligned to the challenge's template. */
  score(face: Uint8Array): Promise<ScoredFace>;
}

/** The embedder and the quality net of a bundle. Throws FIELD_INVALID for one without such a net. */
export async function openScorer(folder: string): Promise<Scorer> {
  const bundle = await loadBundle(folder);
  const { aligner, embedder, quality } = bundle.manifest;
  if (quality.kind !== 'network') {
    throw new ClipidError('FIELD_INVALID', `${folder} has no quality net.`, { field: 'bundle' });
  }
  const specs = networkSpecs(bundle).filter(({ name }) => /^(embedder|quality)$/.test(name));
  const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 1 });
  const recogniser = new Recogniser(runner, embedder);
  const pointsPx = Float32Array.from(alignerPoints(aligner));
  const score = async (face: Uint8Array): Promise<ScoredFace> => {
    const chip = chipOf(face, aligner);
    const [feature] = await recogniser.features(chip, 1);
    const own = quality.aligner ? chipOf(face, quality.aligner) : chip.slice();
    const [output] = await runner.run('quality', networkInput(own, 1, quality.input), 1);
    return {
      feature: feature ?? new Float32Array(embedder.dimension),
      heuristic: heuristicQuality({ chip, sizePx: aligner.sizePx, pointsPx, detectionScore: 1 }),
      network: output?.values[0] ?? Number.NaN,
    };
  };
  return { bundle, score };
}
