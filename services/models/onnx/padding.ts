/** Zeros added before and after one axis. */
export interface AxisPadding {
  readonly before: number;
  readonly after: number;
}

/** How a window over one axis is padded: (size, kernel, stride) to zeros before and after. */
export type PaddingRule = (size: number, kernel: number, stride: number) => AxisPadding;

/** TensorFlow's VALID: none. */
export const validPadding: PaddingRule = () => ({ before: 0, after: 0 });

/** TensorFlow's SAME: `ceil(size / stride)` results, the odd zero at the end. */
export const samePadding: PaddingRule = (size, kernel, stride) => {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return { before, after: total - before };
};

/**
 * SAME as it falls on a size that the stride divides, on any size: the windows of a cropped picture
 * start where those of the whole one do. (SAME itself moves them by one where the size is odd.)
 */
export const alignedPadding: PaddingRule = (size, kernel, stride) => {
  const before = Math.floor(Math.max(0, kernel - stride) / 2);
  const covered = (Math.ceil(size / stride) - 1) * stride + kernel;
  return { before, after: Math.max(0, covered - size - before) };
};

/** Half the kernel on both sides, whatever the stride: an odd kernel of stride 1 keeps the size. */
export const halfPadding: PaddingRule = (_size, kernel) => {
  const half = Math.floor(kernel / 2);
  return { before: half, after: half };
};

/** What becomes of a last window that does not fit: `floor` drops it, `ceil` cuts it at the edge. */
export type Rounding = 'floor' | 'ceil';

/** Number of windows over one axis. */
export function windowCount(
  size: number,
  kernel: number,
  stride: number,
  padding: AxisPadding,
  rounding: Rounding = 'floor',
): number {
  return Math[rounding]((size + padding.before + padding.after - kernel) / stride) + 1;
}
