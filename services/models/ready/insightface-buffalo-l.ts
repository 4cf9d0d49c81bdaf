import {
  ARCFACE_ALIGNER,
  INSIGHTFACE_NOTICE,
  PLAIN_COSINE,
  insightfaceOrigin,
  unitInput,
} from './arcface.js';
import type { ReadyBundle } from './ready-bundle.js';
import { SCRFD_10G, scrfdPart } from './scrfd.js';

const origin = (network: string) => insightfaceOrigin('buffalo_l', network);

/** SCRFD-10GF and ArcFace ResNet-50, trained on WebFace600K. */
export const BUFFALO_L: ReadyBundle = {
  sizesBytes: { 'det_10g.onnx': SCRFD_10G.sizeBytes, 'w600k_r50.onnx': 174_383_860 },
  manifest: {
    schemaVersion: 2,
    name: 'insightface-buffalo-l',
    version: '1.0.0',
    notice: INSIGHTFACE_NOTICE,
    detector: scrfdPart('det_10g.onnx', origin('SCRFD-10GF'), SCRFD_10G),
    aligner: ARCFACE_ALIGNER,
    embedder: {
      file: 'w600k_r50.onnx',
      sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
      origin: origin('ArcFace ResNet-50 at WebFace600K'),
      trained: true,
      inputSizePx: 112,
      input: unitInput('RGB'),
      dimension: 512,
      mirror: 'off',
    },
    ...PLAIN_COSINE,
    calibration: {
      matched: 0.28,
      uncertain: 0.2,
      note:
        "The bounds of the authors' own demonstration with this pack (web-demos/src_recognition): the " +
        'same person from a cosine of 0.28, likely so from 0.2, for one pair of images. Not measured ' +
        'here, and low for a search, which makes as many comparisons as there are identities: calibrate ' +
        'on your own data.',
    },
  },
};
