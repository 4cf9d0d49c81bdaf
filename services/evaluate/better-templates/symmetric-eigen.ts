/** Eigenvalues of a symmetric matrix with their vectors, in no order: `vectors[k]` belongs to `values[k]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

const MOST_SWEEPS = 30;

/** Cyclic Jacobi: slow and exact, which is right for one matrix of 128. matrix: [n][n], symmetric. */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => row.slice());
  // Rows rather than columns: row k is to become the vector of value k.
  const vectors = matrix.map((_, i) => new Float64Array(n).fill(1, i, i + 1));
  const enough = 1e-22 * sumOfSquares(a);
  for (let sweep = 0; sweep < MOST_SWEEPS && besideDiagonal(a) > enough; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  return { values: Float64Array.from(a, (row, i) => row[i] ?? 0), vectors };
}

/** Turns the plane of p and q so that a[p][q] becomes zero. */
function rotate(a: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const off = a[p]?.[q] ?? 0;
  if (off === 0) return;
  const theta = ((a[q]?.[q] ?? 0) - (a[p]?.[p] ?? 0)) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of a) {
    const [x = 0, y = 0] = [row[p], row[q]];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  mix(a[p], a[q], cosine, sine);
  mix(vectors[p], vectors[q], cosine, sine);
}

function mix(
  x: Float64Array | undefined,
  y: Float64Array | undefined,
  cosine: number,
  sine: number,
): void {
  if (x === undefined || y === undefined) return;
  for (let k = 0; k < x.length; k++) {
    const [before = 0, other = 0] = [x[k], y[k]];
    x[k] = cosine * before - sine * other;
    y[k] = sine * before + cosine * other;
  }
}

function sumOfSquares(a: readonly Float64Array[]): number {
  return a.reduce((sum, row) => row.reduce((inner, value) => inner + value * value, sum), 0);
}

function besideDiagonal(a: readonly Float64Array[]): number {
  return sumOfSquares(a) - a.reduce((sum, row, i) => sum + (row[i] ?? 0) ** 2, 0);
}
