/**
 * A similarity of the plane (turn, uniform scale, shift): maps (u, v) to
 * (a u - b v + tx, b u + a v + ty). Coordinates are pixel indices: the centre of the first pixel is 0.
 */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * The similarity that brings `from` nearest to `to` in the least-squares sense (Umeyama 1991, without
 * reflection), in closed form for the plane.
 * from, to: [2 n] as x, y pairs, n >= 2. Points that all coincide give a pure shift.
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const n = from.length / 2;
  const source = centroid(from);
  const target = centroid(to);
  let [cosSum, sinSum, spread] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = (from[2 * i] ?? 0) - source.x;
    const y = (from[2 * i + 1] ?? 0) - source.y;
    const u = (to[2 * i] ?? 0) - target.x;
    const v = (to[2 * i + 1] ?? 0) - target.y;
    cosSum += x * u + y * v;
    sinSum += x * v - y * u;
    spread += x * x + y * y;
  }
  const a = spread > 0 ? cosSum / spread : 1;
  const b = spread > 0 ? sinSum / spread : 0;
  return {
    a,
    b,
    tx: target.x - (a * source.x - b * source.y),
    ty: target.y - (b * source.x + a * source.y),
  };
}

function centroid(points: ArrayLike<number>): { x: number; y: number } {
  let [x, y] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    x += points[i] ?? 0;
    y += points[i + 1] ?? 0;
  }
  return { x: (2 * x) / points.length, y: (2 * y) / points.length };
}
