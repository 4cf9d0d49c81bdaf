import { intersectionOverUnion } from '../../core/boxes.js';
import type { Face, RgbFrame } from '../../core/types.js';
import { toEmbedding, type Postprocess } from '../../core/vectors.js';
import type { Detection } from '../detectors/detection.js';
import type { Recogniser } from '../recogniser.js';
import type { Stages } from '../stages.js';
import { otherPicture } from './pictures.js';

/** Faces of one picture that are embedded: enough to judge by, and a large network takes seconds each. */
const MOST_FACES = 4;

/** A picture's clearest faces, aligned. */
export interface Look {
  readonly frame: RgbFrame;
  readonly faces: readonly Face[];
  /** [faces, sizePx, sizePx, 3] uint8. */
  readonly chips: Uint8Array;
}

/** A picture, and the other picture of the same people. */
export interface LookTwice {
  readonly first: Look;
  readonly second: Look;
  /** For every face of `first` the index of the same person in `second`; -1 where nobody was found. */
  readonly twins: readonly number[];
}

/** [dimension] unit length, for every face of both pictures. */
export interface Embeddings {
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

/** Throws MODEL_FAILED, BUNDLE_INVALID. */
export async function lookAt(
  { pointFinder, aligner }: Stages,
  frame: RgbFrame,
  detections: readonly Detection[],
): Promise<Look> {
  const faces = await pointFinder.locate(frame, detections.slice(0, MOST_FACES));
  return { frame, faces, chips: aligner.chips(frame, faces) };
}

/** Throws MODEL_FAILED, BUNDLE_INVALID. */
export async function lookTwice(stages: Stages, first: Look): Promise<LookTwice> {
  const frame = otherPicture(first.frame);
  const detections = await stages.detector.detect(frame);
  const second = await lookAt(stages, frame, detections);
  const twins = first.faces.map(({ boxPx }) => {
    const mirrored = { ...boxPx, x: frame.widthPx - boxPx.x - boxPx.width };
    return second.faces.findIndex((face) => intersectionOverUnion(face.boxPx, mirrored) > 0.5);
  });
  return { first, second, twins };
}

/** Throws MODEL_FAILED, BUNDLE_INVALID, and FIELD_INVALID for a feature that equals the mean feature. */
export async function embed(
  recogniser: Recogniser,
  { first, second }: LookTwice,
  postprocess: Postprocess,
): Promise<Embeddings> {
  const of = async ({ chips, faces }: Look): Promise<Float32Array[]> => {
    const features = await recogniser.features(chips, faces.length);
    return features.map((feature) => toEmbedding(feature, postprocess));
  };
  return { first: await of(first), second: await of(second) };
}
