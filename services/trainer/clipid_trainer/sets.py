"""Sets of frames of one person each, of which some are degraded: what the quality net learns from."""

from dataclasses import dataclass

import numpy as np
import torch

from .cache import Frames

# Share of the steps with sets of two, whose weights come from the qualities as they are.
PAIRS = 0.15
# Share of the sets whose degraded frames are the same copy of each face, and so mostly of one kind.
ONE_KIND = 0.5


@dataclass(frozen=True)
class Sets:
    """faces: [sets, n, 112, 112, 3] uint8 RGB; features: [sets, n, dimension]; labels: [sets]."""

    faces: torch.Tensor
    features: torch.Tensor
    labels: torch.Tensor


def draw_sets(people: list[Frames], rng: np.random.Generator, *, frames: int, most: int) -> Sets:
    """Sets of one size, drawn from 2 to `most`, with about `frames` frames together."""
    size = 2 if most < 3 or rng.random() < PAIRS else int(rng.integers(3, most + 1))
    labels = rng.integers(len(people), size=max(1, frames // size))
    picked = [draw_set(people[label], rng, size) for label in labels]
    faces, features = (np.stack(parts) for parts in zip(*picked, strict=True))
    return Sets(torch.from_numpy(faces), torch.from_numpy(features), torch.from_numpy(labels))


def draw_set(person: Frames, rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Any number of its frames, from none to all, as they were; the others degraded; half of them
    mirrored, which leaves the feature (a mean over both) as it was."""
    count, variants = person.features.shape[:2]
    rows = rng.choice(count, size, replace=count < size)
    columns = draw_columns(rng, size, variants)
    faces = person.faces[rows, columns]
    mirrored = rng.random(size) < 0.5
    faces = np.where(mirrored[:, None, None, None], faces[:, :, ::-1], faces)
    return faces, person.features[rows, columns]


def draw_columns(rng: np.random.Generator, size: int, variants: int) -> np.ndarray:
    """Which copy of each face is taken: 0 for the face as it was."""
    if variants == 1:
        return np.zeros(size, int)
    one_kind = rng.random() < ONE_KIND
    degraded = rng.integers(1, variants, size=1 if one_kind else size)
    return np.where(np.arange(size) < rng.integers(0, size + 1), 0, degraded)
