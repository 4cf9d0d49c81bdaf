import { ARCFACE_ALIGNER, PLAIN_COSINE } from './arcface.js';
import type { ReadyBundle, ReadyManifest } from './ready-bundle.js';

const origin = (network: string) =>
  `OpenCV Zoo (https://github.com/opencv/opencv_zoo), models/${network}`;

/**
 * Pictures in BGR as they are, 0 to 255. The graph's size is fixed; the thresholds are the defaults of
 * the zoo's own wrapper. It was trained on faces of about 10 to 300 px.
 */
const DETECTOR: ReadyManifest['detector'] = {
  family: 'yunet',
  origin: origin('face_detection_yunet: YuNet by Shiqi Yu and others, 2023mar'),
  graphs: [
    {
      file: 'face_detection_yunet_2023mar.onnx',
      sha256: '8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4',
      inputWidthPx: 640,
      inputHeightPx: 640,
    },
  ],
  input: {
    name: 'input',
    layout: 'NCHW',
    colour: 'BGR',
    type: 'float32',
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  outputNames: ['cls', 'obj', 'bbox', 'kps'].flatMap((name) =>
    [8, 16, 32].map((stridePx) => `${name}_${stridePx}`),
  ),
  stridesPx: [8, 16, 32],
  scoreThreshold: 0.6,
  nmsIou: 0.3,
  maxFaces: 100,
};

/** YuNet and SFace. */
export const OPENCV_ZOO: ReadyBundle = {
  sizesBytes: {
    'face_detection_yunet_2023mar.onnx': 232_589,
    'face_recognition_sface_2021dec.onnx': 38_696_353,
  },
  manifest: {
    schemaVersion: 2,
    name: 'opencv-zoo',
    version: '1.0.0',
    notice:
      'YuNet is under the MIT licence, SFace under Apache 2.0, by their folders in the OpenCV Zoo. The ' +
      'data that they were trained on has terms of its own.',
    detector: DETECTOR,
    aligner: ARCFACE_ALIGNER,
    embedder: {
      file: 'face_recognition_sface_2021dec.onnx',
      sha256: '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
      origin: origin('face_recognition_sface: SFace by Yaoyao Zhong and others, 2021dec'),
      trained: true,
      inputSizePx: 112,
      // OpenCV's FaceRecognizerSF swaps its BGR to RGB and scales nothing: the graph does.
      input: {
        layout: 'NCHW',
        colour: 'RGB',
        type: 'float32',
        mean: [0, 0, 0],
        std: [1, 1, 1],
      },
      dimension: 128,
      mirror: 'off',
    },
    ...PLAIN_COSINE,
    calibration: {
      matched: 0.363,
      uncertain: 0.34,
      note:
        "From OpenCV's face tutorial: the cosine that is best on the pairs of LFW (0.363) and of CALFW " +
        '(0.340). Not measured here, and meant for one pair of images, not for a search among many: ' +
        'calibrate on your own data.',
    },
  },
};
