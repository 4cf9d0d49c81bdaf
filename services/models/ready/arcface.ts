import type { PixelInput } from '../manifest.js';
import type { ReadyManifest } from './ready-bundle.js';

/** (x - 127.5) / 127.5 on faces of 112 px. AdaFace's (x / 255 - 0.5) / 0.5 is the same, in BGR. */
export function unitInput(colour: PixelInput['colour']): PixelInput {
  return {
    layout: 'NCHW',
    colour,
    type: 'float32',
    mean: [127.5, 127.5, 127.5],
    std: [127.5, 127.5, 127.5],
  };
}

export const ARCFACE_ALIGNER: ReadyManifest['aligner'] = {
  kind: 'similarity-5-points',
  sizePx: 112,
  pointsPx: 'arcface-112',
};

/** What bundles of recognisers that are compared by plain cosine have in common. */
export const PLAIN_COSINE = {
  quality: { kind: 'heuristic' },
  aggregation: { kind: 'qan' },
  postprocess: { mean: null, lift: 0 },
} satisfies Partial<ReadyManifest>;

/** For what the authors say nothing of: ours, on the careful side. */
export const GUESSED_CALIBRATION: ReadyManifest['calibration'] = {
  matched: 0.4,
  uncertain: 0.3,
  note:
    'The authors publish no threshold for this recogniser. These are careful guesses for the cosine of ' +
    'two single faces, not measured here. Calibrate on your own data before you rely on a decision; a ' +
    'search among N identities makes N comparisons.',
};

/** The licence of every InsightFace pack, as its authors state it. */
export const INSIGHTFACE_NOTICE =
  'The pretrained models of InsightFace are for non-commercial research only; commercial use needs a ' +
  'licence from their authors (https://github.com/deepinsight/insightface, insightface.ai).';

/** Of the release that all packs come from. */
export function insightfaceOrigin(pack: string, network: string): string {
  return `InsightFace model pack ${pack}, release v0.7 (https://github.com/deepinsight/insightface): ${network}`;
}
