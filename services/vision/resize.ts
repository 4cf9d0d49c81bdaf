import type { RgbFrame } from '../core/types.js';

/** Where along one axis an output position reads: two source positions and the second one's share. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Share of `second`, in 1/128. */
  readonly share: Int32Array;
}

/** One row of bytes, and the same memory four bytes at a time. */
class Row {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor(length: number) {
    const memory = new ArrayBuffer(Math.ceil(length / 4) * 4);
    this.bytes = new Uint8Array(memory);
    this.words = new Int32Array(memory);
  }
}

/**
 * Scales a frame into the top left corner of `target`; the rest of `target` is left as it is.
 * target: [rows, targetWidthPx, 3] uint8 with at least outHeightPx rows. Bilinear with half-pixel
 * centres. The detector was trained on pictures scaled in this way, so no smoothing before.
 */
export function resizeInto(
  frame: RgbFrame,
  target: Uint8Array,
  targetWidthPx: number,
  outWidthPx: number,
  outHeightPx: number,
): void {
  const stride = frame.widthPx * 3;
  const across = taps(frame.widthPx, outWidthPx, 3);
  const down = taps(frame.heightPx, outHeightPx, stride);
  const [upper, lower, blended] = [new Row(stride), new Row(stride), new Row(stride)];
  for (let v = 0; v < outHeightPx; v++) {
    upper.bytes.set(frame.pixels.subarray(down.first[v], down.first[v]! + stride));
    lower.bytes.set(frame.pixels.subarray(down.second[v], down.second[v]! + stride));
    blend(upper.words, lower.words, down.share[v]!, blended.words);
    scaleRow(blended.bytes, across, target, v * targetWidthPx * 3);
  }
}

/**
 * ((128 - part) a + part b) / 128 of each byte, rounded. Two bytes of a word are worked on at once:
 * with 8 free bits above each, no sum runs into the next.
 */
function blend(a: Int32Array, b: Int32Array, part: number, out: Int32Array): void {
  const rest = 128 - part;
  for (let i = 0; i < out.length; i++) {
    const p = a[i]!;
    const q = b[i]!;
    const even = Math.imul(p & 0xff00ff, rest) + Math.imul(q & 0xff00ff, part) + 0x400040;
    const odd = Math.imul((p >>> 8) & 0xff00ff, rest) + Math.imul((q >>> 8) & 0xff00ff, part);
    out[i] = ((even >>> 7) & 0xff00ff) | ((((odd + 0x400040) >>> 7) & 0xff00ff) << 8);
  }
}

function scaleRow(row: Uint8Array, across: Taps, out: Uint8Array, start: number): void {
  const { first, second, share } = across;
  for (let u = 0, at = start; u < first.length; u++, at += 3) {
    const left = first[u]!;
    const right = second[u]!;
    const part = share[u]!;
    const rest = 128 - part;
    out[at] = (row[left]! * rest + row[right]! * part + 64) >> 7;
    out[at + 1] = (row[left + 1]! * rest + row[right + 1]! * part + 64) >> 7;
    out[at + 2] = (row[left + 2]! * rest + row[right + 2]! * part + 64) >> 7;
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
