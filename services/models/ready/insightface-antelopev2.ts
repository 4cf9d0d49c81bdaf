import {
  ARCFACE_ALIGNER,
  GUESSED_CALIBRATION,
  INSIGHTFACE_NOTICE,
  PLAIN_COSINE,
  insightfaceOrigin,
  unitInput,
} from './arcface.js';
import type { ReadyBundle } from './ready-bundle.js';
import { SCRFD_10G, scrfdPart } from './scrfd.js';

const origin = (network: string) => insightfaceOrigin('antelopev2', network);

/** SCRFD-10GF and ArcFace ResNet-100, trained on Glint360K. */
export const ANTELOPE_V2: ReadyBundle = {
  sizesBytes: { 'scrfd_10g_bnkps.onnx': SCRFD_10G.sizeBytes, 'glintr100.onnx': 260_665_334 },
  manifest: {
    schemaVersion: 2,
    name: 'insightface-antelopev2',
    version: '1.0.0',
    notice: INSIGHTFACE_NOTICE,
    detector: scrfdPart('scrfd_10g_bnkps.onnx', origin('SCRFD-10GF'), SCRFD_10G),
    aligner: ARCFACE_ALIGNER,
    embedder: {
      file: 'glintr100.onnx',
      // Not to be taken for the file of the same name and nearly the same size in the AuraFace pack.
      sha256: '4ab1d6435d639628a6f3e5008dd4f929edf4c4124b1a7169e1048f9fef534cdf',
      origin: origin('ArcFace ResNet-100 at Glint360K'),
      trained: true,
      inputSizePx: 112,
      input: unitInput('RGB'),
      dimension: 512,
      mirror: 'off',
    },
    ...PLAIN_COSINE,
    calibration: GUESSED_CALIBRATION,
  },
};
