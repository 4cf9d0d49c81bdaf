/**
 * The `heuristic` quality, for bundles without a quality net. It is measured, not learned: the product
 * of five terms in [0, 1], each of which alone can make a face useless.
 *
 * Its constants were tuned on the 150 px chip of dlib's template. Size, pose and the detector's score do
 * not depend on the chip. Sharpness and contrast do, as they are measured on it: a smaller chip of the
 * same face has more detail a pixel. With `arcface-112` the values are about twice as large, in nearly
 * the same order (12 people with 30 faces each, half of them blurred: rank correlation 0.98). So weights
 * within a track hardly change, but only qualities of one bundle can be compared.
 */
export interface QualityInputs {
  /** Aligned face, [sizePx, sizePx, 3] uint8. */
  readonly chip: Uint8Array;
  readonly sizePx: number;
  /** [10] five points in frame pixels. */
  readonly pointsPx: Float32Array;
  /** In [0, 1]. */
  readonly detectionScore: number;
}

/** Distance of the eyes, in frame pixels, at which half of the size term is reached. */
const HALF_EYE_DISTANCE_PX = 14;
/** Sharpness (detail over contrast) at which half of its term is reached. */
const HALF_SHARPNESS = 0.06;
/** Contrast of the face, in grey levels, at which half of the light term is reached. */
const HALF_CONTRAST = 14;
/** Turn of the head (see `turn`) at which the pose term has fallen to 1/e. */
const POSE_SCALE = 0.35;

/** Quality in [0, 1]; larger is better. */
export function heuristicQuality(inputs: QualityInputs): number {
  const eyes = eyeDistance(inputs.pointsPx);
  const { detail, contrast } = detailAndContrast(inputs.chip, inputs.sizePx);
  const size = saturate(eyes, HALF_EYE_DISTANCE_PX);
  const focus = saturate(detail / contrast, HALF_SHARPNESS);
  const light = saturate(contrast, HALF_CONTRAST);
  const pose = Math.exp(-((turn(inputs.pointsPx) / POSE_SCALE) ** 2));
  return size * focus * light * pose * inputs.detectionScore;
}

/** x^2 / (x^2 + half^2): 0 at 0, 1/2 at `half`, towards 1 beyond. */
function saturate(x: number, half: number): number {
  return (x * x) / (x * x + half * half);
}

/** In pixels. */
export function eyeDistance(pointsPx: Float32Array): number {
  const [lx = 0, ly = 0, rx = 0, ry = 0] = pointsPx;
  return Math.hypot(rx - lx, ry - ly);
}

/**
 * How far the nose tip lies to the side of the line from between the eyes to between the mouth's
 * corners, in eye distances: 0 facing the camera, about 0.5 in half profile.
 */
export function turn(pointsPx: Float32Array): number {
  const [lx = 0, ly = 0, rx = 0, ry = 0, nx = 0, ny = 0, mlx = 0, mly = 0, mrx = 0, mry = 0] =
    pointsPx;
  const eyes = { x: (lx + rx) / 2, y: (ly + ry) / 2 };
  const axis = { x: (mlx + mrx) / 2 - eyes.x, y: (mly + mry) / 2 - eyes.y };
  const length = Math.hypot(axis.x, axis.y);
  const width = eyeDistance(pointsPx);
  if (length === 0 || width === 0) return 1;
  return Math.abs(axis.x * (ny - eyes.y) - axis.y * (nx - eyes.x)) / (length * width);
}

/**
 * Fine detail (mean absolute second difference of the grey chip) and coarse contrast (its standard
 * deviation, at least 1), both in grey levels. Their ratio is sharpness: a blurred face, or a small one
 * that was scaled up, has next to none, and a darker picture of the same face has the same.
 * chip: [sizePx, sizePx, 3] uint8.
 */
function detailAndContrast(chip: Uint8Array, sizePx: number): { detail: number; contrast: number } {
  const grey = toGrey(chip, sizePx);
  let [detail, sum, squares, count] = [0, 0, 0, 0];
  // The border is left out: background and black corners are not the face.
  const margin = Math.floor(sizePx / 5);
  for (let y = margin; y < sizePx - margin; y++) {
    for (let x = margin; x < sizePx - margin; x++) {
      const at = y * sizePx + x;
      const here = grey[at] ?? 0;
      detail += Math.abs(4 * here - around(grey, at, sizePx));
      sum += here;
      squares += here * here;
      count += 1;
    }
  }
  const contrast = Math.sqrt(Math.max(squares / count - (sum / count) ** 2, 1));
  return { detail: detail / count / 4, contrast };
}

function around(grey: Float32Array, at: number, sizePx: number): number {
  return (
    (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - sizePx] ?? 0) + (grey[at + sizePx] ?? 0)
  );
}

/** Rec. 601 luma, [sizePx * sizePx], 0..255. */
function toGrey(chip: Uint8Array, sizePx: number): Float32Array {
  const grey = new Float32Array(sizePx * sizePx);
  for (let i = 0; i < grey.length; i++) {
    grey[i] =
      0.299 * (chip[3 * i] ?? 0) + 0.587 * (chip[3 * i + 1] ?? 0) + 0.114 * (chip[3 * i + 2] ?? 0);
  }
  return grey;
}
