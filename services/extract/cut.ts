/**
 * Mean absolute difference of two thumbnails of the same size, in grey levels [0, 255].
 * a, b: [rows, columns, 3] uint8.
 */
export function thumbnailDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/**
 * Notices cuts: a change between two sampled frames that is large by itself and large against what
 * the clip has shown just before, so that steady camera movement is not taken for a cut.
 */
export class CutDetector {
  private previous: Uint8Array | undefined;
  private usual = 0;

  constructor(
    /** Grey levels of mean change under which nothing is a cut. */
    private readonly leastChange = 18,
    /** Times the usual change that a cut exceeds. */
    private readonly leastRatio = 2.5,
  ) {}

  /** True when a new shot begins with this frame. */
  isCut(thumbnail: Uint8Array): boolean {
    const previous = this.previous;
    this.previous = thumbnail;
    if (previous?.length !== thumbnail.length) return false;
    const change = thumbnailDifference(previous, thumbnail);
    const cut = change >= this.leastChange && change >= this.leastRatio * this.usual;
    // After a cut the new shot has no usual yet; a slow average follows the movement inside one.
    this.usual = cut ? 0 : 0.7 * this.usual + 0.3 * change;
    return cut;
  }
}
