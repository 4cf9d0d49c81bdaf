"""Seeded degradations of aligned faces, as video does them.

Every function takes and gives [112, 112, 3] uint8 RGB and draws its severity from `rng`.
"""

import io
from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image

Rng = np.random.Generator
DOWN = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
UP = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
# Share of the pictures that get a second degradation on top of the first.
TWICE = 0.3


def log_uniform(rng: Rng, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def low_resolution(face: np.ndarray, rng: Rng) -> np.ndarray:
    """Shrunk to a side of 7 to 56 px and scaled up again, with filters that vary."""
    side = round(log_uniform(rng, 7, 56))
    size = face.shape[1], face.shape[0]
    small = Image.fromarray(face).resize((side, side), DOWN[rng.integers(len(DOWN))])
    return np.asarray(small.resize(size, UP[rng.integers(len(UP))]))


def motion_blur(face: np.ndarray, rng: Rng) -> np.ndarray:
    """The mean along a straight line of 3 to 30 px."""
    length, angle = log_uniform(rng, 3, 30), rng.uniform(0, np.pi)
    steps = np.linspace(-length / 2, length / 2, round(length) + 1)
    return mean_of_shifts(face, [(round(t * np.sin(angle)), round(t * np.cos(angle))) for t in steps])


def defocus(face: np.ndarray, rng: Rng) -> np.ndarray:
    """The mean over a disc with a radius of 1 to 8 px."""
    radius = log_uniform(rng, 1, 8)
    reach = range(-int(radius), int(radius) + 1)
    return mean_of_shifts(face, [(y, x) for y in reach for x in reach if y * y + x * x <= radius**2])


def noise(face: np.ndarray, rng: Rng) -> np.ndarray:
    """Gaussian, 5 to 70 grey levels; in one half of the pictures the same for all colours."""
    sigma = log_uniform(rng, 5, 70)
    channels = 1 if rng.random() < 0.5 else 3
    return to_bytes(face + rng.normal(0, sigma, (*face.shape[:2], channels)))


def compression(face: np.ndarray, rng: Rng) -> np.ndarray:
    """JPEG of quality 1 to 40, at half the size or the whole."""
    side = face.shape[0] if rng.random() < 0.5 else face.shape[0] // 2
    buffer = io.BytesIO()
    Image.fromarray(face).resize((side, side)).save(buffer, "JPEG", quality=round(log_uniform(rng, 1, 40)))
    return np.asarray(Image.open(buffer).resize((face.shape[1], face.shape[0])))


def darkness(face: np.ndarray, rng: Rng) -> np.ndarray:
    """3 % to 35 % of the light, with a sensor's noise, rounded to whole grey levels."""
    return to_bytes(face * log_uniform(rng, 0.03, 0.35) + rng.normal(0, rng.uniform(1, 6), face.shape))


def occlusion(face: np.ndarray, rng: Rng) -> np.ndarray:
    """A band from one side that covers 20 % to 70 % of the face, in one colour with some texture."""
    covered, turns = round(face.shape[0] * rng.uniform(0.2, 0.7)), int(rng.integers(4))
    band = rng.uniform(0, 255, 3) + rng.normal(0, rng.uniform(0, 25), (face.shape[0], covered, 3))
    turned = np.rot90(face, turns).copy()
    turned[:, :covered] = to_bytes(band)
    return np.ascontiguousarray(np.rot90(turned, -turns))


Degradation = Callable[[np.ndarray, Rng], np.ndarray]
KINDS: tuple[Degradation, ...] = (
    low_resolution,
    motion_blur,
    defocus,
    noise,
    compression,
    darkness,
    occlusion,
)


def anything(face: np.ndarray, rng: Rng) -> np.ndarray:
    """One degradation, in some pictures a second on top of it."""
    count = 2 if rng.random() < TWICE else 1
    for at in rng.choice(len(KINDS), count, replace=False):
        face = KINDS[at](face, rng)
    return face


def blur(face: np.ndarray, rng: Rng) -> np.ndarray:
    return (motion_blur if rng.random() < 0.5 else defocus)(face, rng)


# The copies of a face, in this order and again from the first. Faces far from the camera are most of a
# video's: they come twice. Kinds of their own let a set have one fault in all of its frames, as tracks do.
COPIES: tuple[Degradation, ...] = (low_resolution, low_resolution, blur, anything, anything)


def copies(face: np.ndarray, count: int, rng: Rng) -> list[np.ndarray]:
    return [COPIES[i % len(COPIES)](face, rng) for i in range(count)]


def mean_of_shifts(face: np.ndarray, shifts: Iterable[tuple[int, int]]) -> np.ndarray:
    """The mean of the face moved by every shift (rows, columns); its edge goes on outside."""
    moves = list(shifts)
    reach = max(abs(value) for move in moves for value in move)
    padded = np.pad(face, ((reach, reach), (reach, reach), (0, 0)), mode="edge").astype(np.float32)
    total = np.zeros(face.shape, np.float32)
    rows, columns = face.shape[:2]
    for y, x in moves:
        total += padded[reach + y : reach + y + rows, reach + x : reach + x + columns]
    return to_bytes(total / len(moves))


def to_bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
