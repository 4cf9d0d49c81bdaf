"""Augmentation of PolyFace's training faces: [112, 112, 3] uint8 RGB in and out, seeded."""

import numpy as np

from .degrade import anything, to_bytes

MOST_SHIFT_PX = 4
# Shares of the faces: turned grey, degraded as video does.
GREY, DEGRADED = 0.1, 0.2
LUMA = np.array([0.299, 0.587, 0.114])


def augmented(face: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    face = shifted(face[:, ::-1] if rng.random() < 0.5 else face, rng)
    face = recoloured(face, rng)
    return anything(face, rng) if rng.random() < DEGRADED else face


def shifted(face: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As if it had been aligned a little worse; the edge goes on outside."""
    y, x = rng.integers(0, 2 * MOST_SHIFT_PX + 1, 2)
    margin = (MOST_SHIFT_PX, MOST_SHIFT_PX)
    padded = np.pad(face, (margin, margin, (0, 0)), mode="edge")
    return padded[y : y + face.shape[0], x : x + face.shape[1]]


def recoloured(face: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Brightness, contrast and saturation changed by up to a quarter; some faces turned grey."""
    grey = (face @ LUMA)[..., None]
    saturation = 0.0 if rng.random() < GREY else rng.uniform(0.75, 1.25)
    values = grey + saturation * (face - grey)
    contrast, brightness = rng.uniform(0.75, 1.25, 2)
    return to_bytes((contrast * (values - values.mean()) + values.mean()) * brightness)
