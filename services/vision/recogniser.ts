import { ClipidError } from '../core/errors.js';
import { norm } from '../core/vectors.js';
import type { BundleManifest } from '../models/manifest.js';
import { checkFinite } from './finite.js';
import { networkInput } from './input/network-input.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { tableOf } from './outputs.js';

/** Turns aligned faces into features. */
export class Recogniser {
  constructor(
    private readonly runner: NetworkRunner,
    private readonly part: BundleManifest['embedder'],
  ) {}

  /**
   * chips: [count, sizePx, sizePx, 3] uint8 RGB, left as they are; result: `count` arrays of
   * [dimension], finite and not zero. With mirror `batch` a feature is the mean over the face and its
   * mirror image, as the challenge's solutions do at test time; with `graph` the network does that
   * itself. Throws MODEL_FAILED, BUNDLE_INVALID.
   */
  async features(chips: Uint8Array, count: number): Promise<Float32Array[]> {
    if (count === 0) return [];
    const { inputSizePx: sizePx, dimension, mirror } = this.part;
    const both = mirror === 'batch';
    const pixels = both ? withMirrored(chips, count, sizePx) : chips.slice();
    const rows = both ? 2 * count : count;
    const all = await this.run(pixels, rows);
    const at = (index: number): Float32Array =>
      all.slice(index * dimension, (index + 1) * dimension);
    return Array.from({ length: count }, (_, i) =>
      checked(both ? meanOf(at(i), at(count + i)) : at(i)),
    );
  }

  /** pixels: [rows, sizePx, sizePx, 3], taken over; result: [rows, dimension]. */
  private async run(pixels: Uint8Array, rows: number): Promise<Float32Array> {
    const { input, dimension, outputName } = this.part;
    const outputs = await this.runner.run('embedder', networkInput(pixels, rows, input), rows);
    const features = tableOf(outputs, {
      index: 0,
      field: 'embedder.dimension',
      what: outputName ?? 'feature',
      rows,
      columns: dimension,
      because: `${rows} faces and the manifest's dimension of ${dimension}`,
    });
    checkFinite(features, 'embedder');
    return features;
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

function checked(feature: Float32Array): Float32Array {
  if (norm(feature) > 0) return feature;
  throw new ClipidError(
    'MODEL_FAILED',
    'The embedder gave a feature of length zero, which has no direction to compare. Its weights are ' +
      "missing or its input is wrong; run the bundle's verification.",
    { field: 'embedder' },
  );
}
