import { Aligner } from '../../vision/aligner.js';
import { Recogniser, withMirrored } from '../../vision/recogniser.js';
import { LocalRunner } from '../../vision/runtime/local-runner.js';
import { networkSpecs } from '../../vision/runtime/network-runner.js';
import type { LoadedBundle } from '../../models/load.js';
import { asFrame } from '../faces/aligned-face.js';
import type { FacePixels } from '../faces/degrade.js';

/** How large faces are drawn on the chip, 1 as the bundle says. */
export const SCALES = [1, 0.9, 1.1, 1.2] as const;
/** [SCALES][plain, mirrored]: the features of one face in every framing. */
export type Looks = readonly (readonly [plain: Float32Array, mirrored: Float32Array])[];

/** Looks at aligned faces in several framings, each plain and mirrored. */
export class Looker {
  /** Processor time of one picture through the network, in milliseconds. */
  get msEach(): number {
    return this.#usedMs / Math.max(1, this.#pictures);
  }
  #usedMs = 0;
  #pictures = 0;

  private constructor(
    private readonly aligner: Aligner,
    private readonly recogniser: Recogniser,
  ) {}

  static async open({ bundle }: { readonly bundle: LoadedBundle }): Promise<Looker> {
    const specs = networkSpecs(bundle).filter(({ name }) => name === 'embedder');
    const runner = await LocalRunner.openSpecs(specs, { provider: 'cpu', threads: 1 });
    const { aligner, embedder } = bundle.manifest;
    const part = { ...embedder, mirror: 'off' } as const;
    return new Looker(new Aligner(aligner), new Recogniser(runner, part));
  }

  async look(pictures: readonly FacePixels[]): Promise<Looks[]> {
    const framings: Float32Array[][] = [];
    for (const scale of SCALES) framings.push(await this.#framed(pictures, scale));
    return pictures.map((_, i) =>
      framings.map((features) => {
        const [plain, mirrored] = [features[i], features[pictures.length + i]];
        if (plain === undefined || mirrored === undefined) throw new RangeError('a face got lost');
        return [plain, mirrored] as const;
      }),
    );
  }

  /** [2 pictures]: plain, then mirrored. */
  async #framed(pictures: readonly FacePixels[], scale: number): Promise<Float32Array[]> {
    const { sizePx } = this.aligner;
    const bytes = sizePx * sizePx * 3;
    const chips = new Uint8Array(pictures.length * bytes);
    pictures.forEach((picture, i) => {
      const { frame, face } = asFrame(picture);
      const pointsPx = scaled(face.pointsPx, scale, frame.widthPx / 2);
      chips.set(this.aligner.chips(frame, [{ ...face, pointsPx }]), i * bytes);
    });
    const before = process.cpuUsage();
    const count = 2 * pictures.length;
    const features = await this.recogniser.features(
      withMirrored(chips, pictures.length, sizePx),
      count,
    );
    const { user, system } = process.cpuUsage(before);
    this.#usedMs += (user + system) / 1000;
    this.#pictures += count;
    return features;
  }
}

/** Points drawn together make what is around them larger on the chip. */
function scaled(points: Float32Array, scale: number, centre: number): Float32Array {
  return points.map((value) => centre + (value - centre) / scale);
}
