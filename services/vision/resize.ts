import type { RgbFrame } from '../core/types.js';

/** Where along one axis an output position reads: two source positions and the second one's share. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Share of `second`, in 1/128. */
  readonly share: Int32Array;
}

/**
 * Scales a frame into the top left corner of `target`; the rest of `target` is left as it is.
 * target: [rows, targetWidthPx, 3] uint8 with at least outHeightPx rows. Bilinear with half-pixel
 * centres. The detector was trained on pictures scaled in this way, so no smoothing before.
 * Each source row is scaled across at most twice in a row of calls: two neighbours are kept.
 */
export function resizeInto(
  frame: RgbFrame,
  target: Uint8Array,
  targetWidthPx: number,
  outWidthPx: number,
  outHeightPx: number,
): void {
  const across = taps(frame.widthPx, outWidthPx, 3);
  const down = taps(frame.heightPx, outHeightPx, 1);
  const rows = new ScaledRows(frame, across, outWidthPx * 3);
  for (let v = 0; v < outHeightPx; v++) {
    const upper = rows.at(down.first[v]!);
    const lower = rows.at(down.second[v]!);
    blendRows(upper, lower, down.share[v]!, target, v * targetWidthPx * 3);
  }
}

/** Source rows scaled across, in 1/128 of a grey level; the last two that were asked for are kept. */
class ScaledRows {
  private readonly kept: { row: number; values: Int32Array }[];
  private next = 0;

  constructor(
    private readonly frame: RgbFrame,
    private readonly across: Taps,
    length: number,
  ) {
    this.kept = [0, 1].map(() => ({ row: -1, values: new Int32Array(length) }));
  }

  at(row: number): Int32Array {
    const known = this.kept.find((one) => one.row === row);
    if (known !== undefined) return known.values;
    const slot = this.kept[this.next] ?? { row: -1, values: new Int32Array() };
    this.next = 1 - this.next;
    slot.row = row;
    scaleRow(this.frame.pixels, row * this.frame.widthPx * 3, this.across, slot.values);
    return slot.values;
  }
}

function scaleRow(pixels: Uint8Array, start: number, across: Taps, out: Int32Array): void {
  const { first, second, share } = across;
  for (let u = 0, at = 0; u < first.length; u++, at += 3) {
    const left = start + first[u]!;
    const right = start + second[u]!;
    const part = share[u]!;
    const rest = 128 - part;
    out[at] = pixels[left]! * rest + pixels[right]! * part;
    out[at + 1] = pixels[left + 1]! * rest + pixels[right + 1]! * part;
    out[at + 2] = pixels[left + 2]! * rest + pixels[right + 2]! * part;
  }
}

function blendRows(
  upper: Int32Array,
  lower: Int32Array,
  part: number,
  out: Uint8Array,
  at: number,
): void {
  const rest = 128 - part;
  for (let i = 0; i < upper.length; i++) {
    out[at + i] = (upper[i]! * rest + lower[i]! * part + 8192) >> 14;
  }
}

/** Positions are multiplied by `stride` already. */
function taps(sourceSize: number, outSize: number, stride: number): Taps {
  const first = new Int32Array(outSize);
  const second = new Int32Array(outSize);
  const share = new Int32Array(outSize);
  for (let i = 0; i < outSize; i++) {
    const at = Math.min(Math.max(((i + 0.5) * sourceSize) / outSize - 0.5, 0), sourceSize - 1);
    const low = Math.floor(at);
    first[i] = low * stride;
    second[i] = Math.min(low + 1, sourceSize - 1) * stride;
    share[i] = Math.round((at - low) * 128);
  }
  return { first, second, share };
}
