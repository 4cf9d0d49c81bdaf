"""Made-up people for tests: no picture of anyone is in this repository."""

import numpy as np
from PIL import Image

from clipid_trainer.cache import Frames


def made_up_frames(people: int = 3, faces: int = 6, degraded: int = 2, dimension: int = 16) -> list[Frames]:
    """Each person has a direction; a degraded frame is flat grey, and its feature is noise."""
    rng = np.random.default_rng(7)
    return [made_up_person(f"p{i}", rng, faces, degraded, dimension) for i in range(people)]


def made_up_person(name: str, rng: np.random.Generator, faces: int, degraded: int, dimension: int) -> Frames:
    direction = rng.normal(size=dimension)
    pictures = rng.integers(0, 256, (faces, 1 + degraded, 112, 112, 3), dtype=np.uint8)
    pictures[:, 1:] = 128
    features = rng.normal(size=(faces, 1 + degraded, dimension))
    features[:, 0] = direction + 0.1 * features[:, 0]
    return Frames(name, pictures, features.astype(np.float32))


def write_people(folder, people: int = 2, faces: int = 3) -> None:
    rng = np.random.default_rng(3)
    for person in range(people):
        (folder / f"p{person}").mkdir(parents=True)
        for face in range(faces):
            pixels = rng.integers(0, 256, (112, 112, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"p{person}" / f"{face}.png")
