import {
  ARCFACE_ALIGNER,
  GUESSED_CALIBRATION,
  INSIGHTFACE_NOTICE,
  PLAIN_COSINE,
  insightfaceOrigin,
  unitInput,
} from './arcface.js';
import type { ReadyBundle } from './ready-bundle.js';
import { SCRFD_500M, scrfdPart } from './scrfd.js';

const origin = (network: string) => insightfaceOrigin('buffalo_s', network);

/** SCRFD-500MF and ArcFace MobileFaceNet, trained on WebFace600K; buffalo_sc has the same two files. */
export const BUFFALO_S: ReadyBundle = {
  sizesBytes: { 'det_500m.onnx': SCRFD_500M.sizeBytes, 'w600k_mbf.onnx': 13_616_099 },
  manifest: {
    schemaVersion: 2,
    name: 'insightface-buffalo-s',
    version: '1.0.0',
    notice: INSIGHTFACE_NOTICE,
    detector: scrfdPart('det_500m.onnx', origin('SCRFD-500MF'), SCRFD_500M),
    aligner: ARCFACE_ALIGNER,
    embedder: {
      file: 'w600k_mbf.onnx',
      sha256: '9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f',
      origin: origin('ArcFace MobileFaceNet at WebFace600K'),
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
