import type { RgbFrame } from '../core/types.js';

/** Where along one axis an output pixel reads: two source indices and the second one's share. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Share of `second`, in 1/256. */
  readonly share: Int32Array;
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
  const across = taps(frame.widthPx, outWidthPx, 3);
  const down = taps(frame.heightPx, outHeightPx, frame.widthPx * 3);
  for (let v = 0; v < outHeightPx; v++) {
    resizeRow(frame.pixels, target, v * targetWidthPx * 3, across, {
      top: down.first[v] ?? 0,
      bottom: down.second[v] ?? 0,
      share: down.share[v] ?? 0,
    });
  }
}

function resizeRow(
  source: Uint8Array,
  target: Uint8Array,
  offset: number,
  across: Taps,
  row: { top: number; bottom: number; share: number },
): void {
  let at = offset;
  const lower = row.share;
  const upper = 256 - lower;
  for (let u = 0; u < across.first.length; u++) {
    const left = across.first[u] ?? 0;
    const right = across.second[u] ?? 0;
    const sideways = across.share[u] ?? 0;
    for (let c = 0; c < 3; c++) {
      const l =
        (source[row.top + left + c] ?? 0) * upper + (source[row.bottom + left + c] ?? 0) * lower;
      const r =
        (source[row.top + right + c] ?? 0) * upper + (source[row.bottom + right + c] ?? 0) * lower;
      target[at++] = (l * (256 - sideways) + r * sideways + 32768) >> 16;
    }
  }
}

/** Offsets are multiplied by `stride` already. */
function taps(sourceSize: number, outSize: number, stride: number): Taps {
  const first = new Int32Array(outSize);
  const second = new Int32Array(outSize);
  const share = new Int32Array(outSize);
  for (let i = 0; i < outSize; i++) {
    const at = Math.min(Math.max(((i + 0.5) * sourceSize) / outSize - 0.5, 0), sourceSize - 1);
    const low = Math.floor(at);
    first[i] = low * stride;
    second[i] = Math.min(low + 1, sourceSize - 1) * stride;
    share[i] = Math.round((at - low) * 256);
  }
  return { first, second, share };
}
