/** Grey levels (root mean square over a picture) that every thumbnail's contrast is brought to. */
const CONTRAST = 50;
/** A picture with less contrast than this is nearly one colour: raising it further shows only noise. */
const LEAST_CONTRAST = 5;

/**
 * Mean change, on the evened scale, under which nothing is a cut. Pictures that have nothing to do with
 * each other differ by about 50; a camera that whips round in a real clip stayed below 30, its cuts gave
 * 39 to 43.
 */
const LEAST_CHANGE = 32;
/** Times the usual change that a cut exceeds. */
const LEAST_RATIO = 1.6;
/** How much of the usual change the latest one replaces. */
const MEMORY_SHARE = 0.3;

/**
 * Notices cuts between sampled frames: a change of the picture that is large by itself and large
 * against what the clip has shown just before, so that steady camera movement is not taken for one.
 * Brightness and contrast are evened out first: light that goes on or off is no cut.
 */
export class CutDetector {
  private previous: Float32Array | undefined;
  private usual = 0;

  /** True when a new shot begins with this frame. thumbnail: [rows, columns, 3] uint8. */
  isCut(thumbnail: Uint8Array): boolean {
    const current = evenedOut(thumbnail);
    const previous = this.previous;
    this.previous = current;
    if (previous?.length !== current.length) return false;
    const change = meanDifference(previous, current);
    const isCut = change >= LEAST_CHANGE && change >= LEAST_RATIO * this.usual;
    // The change at a cut says nothing about movement inside a shot.
    if (!isCut) this.usual += MEMORY_SHARE * (change - this.usual);
    return isCut;
  }
}

/** The picture with mean 0 and root mean square CONTRAST. */
function evenedOut(thumbnail: Uint8Array): Float32Array {
  const mean = thumbnail.reduce((sum, value) => sum + value, 0) / thumbnail.length;
  const squares = thumbnail.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const contrast = Math.max(Math.sqrt(squares / thumbnail.length), LEAST_CONTRAST);
  return Float32Array.from(thumbnail, (value) => ((value - mean) * CONTRAST) / contrast);
}

/** Mean absolute difference of two pictures of one size. */
function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
