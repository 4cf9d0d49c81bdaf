/**
 * The dims that values of the given dims have together (numpy's rule: aligned at the end, a 1 is
 * stretched). Null where they do not fit.
 */
export function broadcastDims(...all: readonly (readonly number[])[]): number[] | null {
  const rank = Math.max(...all.map((dims) => dims.length));
  const result = Array.from({ length: rank }, (_, axis) => {
    const sizes = new Set(all.map((dims) => dims[axis - rank + dims.length] ?? 1));
    sizes.delete(1);
    return sizes.size > 1 ? null : ([...sizes][0] ?? 1);
  });
  return result.every((size) => size !== null) ? result : null;
}

/** Where in a value of `dims` each element of its broadcast to `to` comes from, row-major. */
export function broadcastIndices(dims: readonly number[], to: readonly number[]): number[] {
  let indices = [0];
  let stride = 1;
  const steps = to.map((size, axis) => {
    const own = dims[axis - to.length + dims.length] ?? 1;
    return { size, own };
  });
  for (const { size, own } of steps.reverse()) {
    const step = own === 1 ? 0 : stride;
    const inner = indices;
    indices = Array.from({ length: size }, (_, i) => inner.map((at) => at + i * step)).flat();
    stride *= own;
  }
  return indices;
}
