import type { InferenceSession } from 'onnxruntime-node';
import type { BundleManifest } from '../models/manifest.js';
import { runPixels } from './networks.js';

/** Turns aligned faces into features. */
export class Recogniser {
  constructor(
    private readonly session: InferenceSession,
    private readonly settings: BundleManifest['embedder'],
  ) {}

  /**
   * chips: [count, sizePx, sizePx, 3] uint8; result: `count` arrays of [dimension].
   * With `mirror` a feature is the mean over the face and its mirror image, as the challenge's
   * solutions do at test time. Throws MODEL_FAILED, BUNDLE_INVALID.
   */
  async features(chips: Uint8Array, count: number): Promise<Float32Array[]> {
    if (count === 0) return [];
    const { inputSizePx: sizePx, dimension, mirror } = this.settings;
    const batch = mirror ? withMirrored(chips, count, sizePx) : chips;
    const shape = [mirror ? 2 * count : count, sizePx, sizePx, 3] as const;
    const { feature } = await runPixels(this.session, batch, shape, ['feature']);
    const at = (index: number): Float32Array =>
      feature.slice(index * dimension, (index + 1) * dimension);
    return Array.from({ length: count }, (_, i) => (mirror ? meanOf(at(i), at(count + i)) : at(i)));
  }
}

/** [2 count, sizePx, sizePx, 3]: the faces, then their mirror images. */
export function withMirrored(chips: Uint8Array, count: number, sizePx: number): Uint8Array {
  const both = new Uint8Array(2 * chips.length);
  both.set(chips);
  let to = chips.length;
  for (let row = 0; row < count * sizePx; row++) {
    for (let x = sizePx - 1; x >= 0; x--) {
      const from = (row * sizePx + x) * 3;
      both[to++] = chips[from] ?? 0;
      both[to++] = chips[from + 1] ?? 0;
      both[to++] = chips[from + 2] ?? 0;
    }
  }
  return both;
}

function meanOf(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => (value + (b[i] ?? 0)) / 2);
}
