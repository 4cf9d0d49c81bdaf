import { ClipidError } from '../core/errors.js';
import type { Face, RgbFrame } from '../core/types.js';
import type { BundleManifest } from '../models/manifest.js';
import type { Detection } from './detectors/detection.js';
import { checkFinite } from './finite.js';
import { networkInput } from './input/network-input.js';
import { fivePoints, LANDMARK_VALUES, landmarkCrop, type LandmarkCrop } from './landmarks.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import { tableOf } from './outputs.js';
import { resampleSquare } from './resample.js';

type LandmarksPart = NonNullable<BundleManifest['landmarks']>;

interface Cropped {
  readonly detection: Detection;
  readonly crop: LandmarkCrop;
}

/**
 * Gives detections their five points: from the 68 landmarks where the bundle has that network, else
 * those that the detector found.
 */
export class PointFinder {
  constructor(
    private readonly runner: NetworkRunner,
    private readonly part: LandmarksPart | undefined,
  ) {}

  /** A detection that lies outside the picture is dropped. Throws MODEL_FAILED, BUNDLE_INVALID. */
  async locate(frame: RgbFrame, detections: readonly Detection[]): Promise<Face[]> {
    const part = this.part;
    if (part === undefined) {
      return detections.filter((one) => isInside(frame, one)).map(withOwnPoints);
    }
    const found = detections
      .map((detection) => ({ detection, crop: cropOf(frame, detection, part.inputSizePx) }))
      .filter((one): one is Cropped => one.crop !== null);
    return found.length === 0 ? [] : this.withLandmarks(frame, found, part);
  }

  private async withLandmarks(
    frame: RgbFrame,
    found: readonly Cropped[],
    part: LandmarksPart,
  ): Promise<Face[]> {
    const { inputSizePx: sizePx } = part;
    const input = networkInput(drawCrops(frame, found, sizePx), found.length, part.input);
    const outputs = await this.runner.run('landmarks', input, found.length);
    const landmarks = tableOf(outputs, {
      index: 0,
      field: 'landmarks.outputName',
      what: part.outputName ?? 'landmarks',
      rows: found.length,
      columns: LANDMARK_VALUES,
      because: 'x and y of 68 landmarks for every face',
    });
    checkFinite(landmarks, 'landmarks');
    return found.map(({ detection, crop }, i) => {
      const own = landmarks.subarray(LANDMARK_VALUES * i, LANDMARK_VALUES * (i + 1));
      return faceOf(detection, fivePoints(own, crop, sizePx));
    });
  }
}

function cropOf(frame: RgbFrame, { boxPx }: Detection, sizePx: number): LandmarkCrop | null {
  return landmarkCrop(frame, boxPx, sizePx);
}

/** The same rule for both ways: at least two rows and columns of the box can be seen. */
function isInside(frame: RgbFrame, detection: Detection): boolean {
  return cropOf(frame, detection, 1) !== null;
}

/** [found, sizePx, sizePx, 3] uint8. */
function drawCrops(frame: RgbFrame, found: readonly Cropped[], sizePx: number): Uint8Array {
  const bytes = sizePx * sizePx * 3;
  const pixels = new Uint8Array(found.length * bytes);
  found.forEach(({ crop }, i) => {
    const target = { data: pixels, offset: i * bytes, sizePx };
    resampleSquare(frame, crop.toSource, target, crop.bounds);
  });
  return pixels;
}

function withOwnPoints(detection: Detection): Face {
  if (detection.pointsPx !== null) return faceOf(detection, detection.pointsPx);
  throw new ClipidError(
    'BUNDLE_INVALID',
    'The detector gives no points, and the bundle has no landmarks: add a network of 68 landmarks, or ' +
      'a detector with points.',
    { field: 'landmarks' },
  );
}

function faceOf({ boxPx, score }: Detection, pointsPx: Float32Array): Face {
  return { boxPx, pointsPx, detectionScore: score };
}
