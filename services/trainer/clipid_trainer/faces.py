"""People as folders of aligned faces."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

FACE_PX = 112


@dataclass(frozen=True)
class Person:
    name: str
    files: tuple[Path, ...]


def read_people(folder: Path, most: int) -> list[Person]:
    """People in order of name; at most `most` pictures each, evenly spread over their order."""
    folders = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    people = [Person(entry.name, spread(sorted(entry.iterdir()), most)) for entry in folders]
    if not people or any(not person.files for person in people):
        raise ValueError(f"{folder}: expected folders of people with faces in them")
    return people


def spread(items: list[Path], most: int) -> tuple[Path, ...]:
    step = max(1.0, len(items) / most)
    return tuple(items[int(i * step)] for i in range(min(most, len(items))))


def read_face(file: Path) -> np.ndarray:
    """[112, 112, 3] uint8 RGB; a picture of another size is resized."""
    with Image.open(file) as picture:
        rgb = picture.convert("RGB")
        if rgb.size != (FACE_PX, FACE_PX):
            rgb = rgb.resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC)
        return np.asarray(rgb)
