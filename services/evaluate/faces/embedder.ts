import type { LoadedBundle } from '../../models/load.js';
import { createQualityScorer, type QualityScorer } from '../../vision/quality.js';
import { Aligner } from '../../vision/aligner.js';
import { Recogniser } from '../../vision/recogniser.js';
import { LocalRunner } from '../../vision/runtime/local-runner.js';
import { networkSpecs } from '../../vision/runtime/network-runner.js';
import type { NetworkOptions } from '../../vision/runtime/open-session.js';
import { asFrame } from './aligned-face.js';
import type { FacePixels } from './degrade.js';

/** What a bundle says of a face. */
export interface Seen {
  /** [feature dimension], neither centred nor of unit length. */
  readonly feature: Float32Array;
  /** Any real number, larger is better; NaN where not known. */
  readonly quality: number;
}

/** A bundle's embedder and quality, as they are served, on faces that are aligned already. */
export class FaceEmbedder {
  private readonly aligner: Aligner;
  private readonly recogniser: Recogniser;
  private readonly scorer: QualityScorer;

  private constructor(
    readonly bundle: LoadedBundle,
    runner: LocalRunner,
  ) {
    this.aligner = new Aligner(bundle.manifest.aligner);
    this.recogniser = new Recogniser(runner, bundle.manifest.embedder);
    this.scorer = createQualityScorer(runner, bundle.manifest);
  }

  /** Only the networks that look at aligned faces. Throws BUNDLE_INVALID, MODEL_FAILED. */
  static async open(bundle: LoadedBundle, options: NetworkOptions): Promise<FaceEmbedder> {
    const specs = networkSpecs(bundle).filter(
      ({ name }) => name === 'embedder' || name === 'quality',
    );
    return new FaceEmbedder(bundle, await LocalRunner.openSpecs(specs, options));
  }

  /** Blocks the thread. Throws MODEL_FAILED, BUNDLE_INVALID. */
  async look(pictures: readonly FacePixels[]): Promise<Seen[]> {
    const { chips, qualities } = await this.scored(pictures);
    const features = await this.recogniser.features(chips, pictures.length);
    return features.map((feature, i) => ({ feature, quality: qualities[i] ?? Number.NaN }));
  }

  /** The qualities alone. Throws MODEL_FAILED, BUNDLE_INVALID. */
  async qualities(pictures: readonly FacePixels[]): Promise<readonly number[]> {
    return (await this.scored(pictures)).qualities;
  }

  private async scored(pictures: readonly FacePixels[]) {
    const { sizePx } = this.aligner;
    const bytes = sizePx * sizePx * 3;
    const chips = new Uint8Array(pictures.length * bytes);
    const qualities: number[] = [];
    for (const [i, pixels] of pictures.entries()) {
      const { frame, face } = asFrame(pixels);
      const chip = this.aligner.chips(frame, [face]);
      chips.set(chip, i * bytes);
      const aligned = { frame, faces: [face], chips: chip, chipPx: sizePx };
      const [quality = Number.NaN] = await this.scorer.score(aligned);
      qualities.push(quality);
    }
    return { chips, qualities };
  }
}
