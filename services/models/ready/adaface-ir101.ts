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

/**
 * AdaFace IR-101, trained on WebFace12M, behind InsightFace's SCRFD-10GF: it is a recogniser for bad
 * pictures and deserves the detector that finds faces in them.
 */
export const ADAFACE_IR101: ReadyBundle = {
  sizesBytes: { 'det_10g.onnx': SCRFD_10G.sizeBytes },
  manifest: {
    schemaVersion: 2,
    name: 'adaface-ir101',
    version: '1.0.0',
    notice:
      "AdaFace's code is under the MIT licence; its authors state no licence for the weights, and point " +
      'to MSU Technologies for commercial use. For the detector: ' +
      `${INSIGHTFACE_NOTICE} Export the ONNX file from the checkpoint of the AdaFace repository, which ` +
      'takes BGR; the conversions of CVLFace take RGB and do not fit this manifest. The first output ' +
      'must be the feature.',
    detector: scrfdPart('det_10g.onnx', insightfaceOrigin('buffalo_l', 'SCRFD-10GF'), SCRFD_10G),
    aligner: ARCFACE_ALIGNER,
    embedder: {
      file: 'adaface_ir101_webface12m.onnx',
      // There is no official ONNX file, and no two exports have the same bytes.
      sha256: null,
      origin:
        'AdaFace (https://github.com/mk-minchul/AdaFace): IR-101 at WebFace12M, exported by the operator',
      trained: true,
      inputSizePx: 112,
      input: unitInput('BGR'),
      dimension: 512,
      mirror: 'off',
    },
    ...PLAIN_COSINE,
    calibration: GUESSED_CALIBRATION,
  },
};
