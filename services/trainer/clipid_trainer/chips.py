"""An aligned face drawn anew in the framing of a bundle's embedder, bit by bit as the product does."""

import numpy as np

from .bundle import ARCFACE_112, Bundle
from .faces import FACE_PX

# From this shrinking on the product averages several samples a pixel; no recogniser needs it.
MOST_SHRINK = 1.5


def fit_similarity(source: tuple[float, ...], target: tuple[float, ...]) -> tuple[float, ...]:
    """(a, b, tx, ty) with target = (a u - b v + tx, b u + a v + ty), least squares (Umeyama 1991).

    As services/vision/affine.ts, in double precision. source, target: [2 n], x and y each.
    """
    n = len(source) // 2
    mean = lambda values, at: sum(values[at::2]) / n
    sx, sy, tx, ty = mean(source, 0), mean(source, 1), mean(target, 0), mean(target, 1)
    cos_sum = sin_sum = spread = 0.0
    for i in range(n):
        x, y = source[2 * i] - sx, source[2 * i + 1] - sy
        u, v = target[2 * i] - tx, target[2 * i + 1] - ty
        cos_sum, sin_sum, spread = cos_sum + x * u + y * v, sin_sum + x * v - y * u, spread + x * x + y * y
    a, b = cos_sum / spread, sin_sum / spread
    return a, b, tx - (a * sx - b * sy), ty - (b * sx + a * sy)


def draw_chips(faces: np.ndarray, bundle: Bundle) -> np.ndarray:
    """[n, 112, 112, 3] uint8 to [n, chip_px, chip_px, 3] uint8; black outside of the face's picture.

    Bilinear with 8 bits of fraction, as services/vision/resample.ts.
    """
    to_source = fit_similarity(bundle.points_px, ARCFACE_112)
    if np.hypot(to_source[0], to_source[1]) >= MOST_SHRINK:
        raise ValueError(f"chips of {bundle.chip_px} px are too small to be drawn from {FACE_PX} px")
    x, y, inside = source_positions(to_source, bundle.chip_px)
    chips = bilinear(faces, x, y)
    chips[:, ~inside] = 0
    return chips


def source_positions(to_source: tuple[float, ...], side: int) -> tuple[np.ndarray, ...]:
    """Of every chip pixel: x and y in the face in 1/256 px [side, side], and whether it is inside."""
    a, b, tx, ty = to_source
    v, u = np.mgrid[0:side, 0:side].astype(np.float64)
    x, y = a * u - b * v + tx, b * u + a * v + ty
    last = FACE_PX - 1
    # Half a pixel beyond the edge still is the edge.
    inside = (x >= -0.5) & (y >= -0.5) & (x <= last + 0.5) & (y <= last + 0.5)
    fixed = lambda position: (np.clip(position, 0, last) * 256).astype(np.int64)
    return fixed(x), fixed(y), inside


def bilinear(faces: np.ndarray, x256: np.ndarray, y256: np.ndarray) -> np.ndarray:
    x0, y0, fx, fy = x256 >> 8, y256 >> 8, x256 & 255, y256 & 255
    x1, y1 = np.minimum(x0 + 1, FACE_PX - 1), np.minimum(y0 + 1, FACE_PX - 1)
    w11, w10, w01 = fx * fy, (256 - fx) * fy, fx * (256 - fy)
    corners = ((y0, x0, 65536 - w11 - w10 - w01), (y0, x1, w01), (y1, x0, w10), (y1, x1, w11))
    total = sum(faces[:, y, x].astype(np.int64) * weight[..., None] for y, x, weight in corners)
    return ((total + 32768) >> 16).astype(np.uint8)
