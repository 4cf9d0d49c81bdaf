"""Faces with their degradations and the frozen embedder's features of all of them, computed once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .degrade import copies
from .embedder import Embedder
from .faces import Person, read_face

# Raise it whenever degradations or features change, or old caches are taken for new ones.
VERSION = 2
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Frames:
    """One person. faces: [n, 1 + k, 112, 112, 3] uint8 RGB, the first of each as it was, k degraded;
    features: [n, 1 + k, dimension] float32."""

    name: str
    faces: np.ndarray
    features: np.ndarray


def cached_frames(
    people: list[Person], embedder: Embedder, cache: Path, *, degraded: int, seed: int, progress: Progress
) -> list[Frames]:
    """Every person's frames; what `cache` already holds of this very data, bundle and seed is read."""
    cache.mkdir(parents=True, exist_ok=True)
    frames = []
    for number, person in enumerate(people):
        key = cache_key(person, embedder, degraded, [seed, number])
        file = cache / f"{person.name}-{key}.npz"
        if not file.exists():
            write(file, make_frames(person, embedder, degraded, [seed, number]))
        frames.append(read(person.name, file))
        progress(f"{number + 1}/{len(people)} {person.name}: {len(person.files)} faces")
    return frames


def cache_key(person: Person, embedder: Embedder, degraded: int, seed: list[int]) -> str:
    """Covers the bytes of the pictures and whatever the features depend on."""
    pictures = [hashlib.sha256(file.read_bytes()).hexdigest() for file in person.files]
    bundle = embedder.bundle
    framing = [bundle.chip_px, bundle.points_px, bundle.pixels, bundle.mirror]
    parts = [VERSION, degraded, seed, bundle.sha256, framing, pictures]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def make_frames(person: Person, embedder: Embedder, degraded: int, seed: list[int]) -> Frames:
    faces = np.stack([with_degraded(read_face(file), degraded, [*seed, i]) for i, file in enumerate(person.files)])
    features = embedder.features(faces.reshape(-1, *faces.shape[2:]))
    return Frames(person.name, faces, features.reshape(*faces.shape[:2], -1))


def with_degraded(face: np.ndarray, degraded: int, seed: list[int]) -> np.ndarray:
    """[1 + degraded, 112, 112, 3]; depends on the face and the seed alone."""
    rng = np.random.default_rng(seed)
    return np.stack([face, *copies(face, degraded, rng)])


def write(file: Path, frames: Frames) -> None:
    """Written aside, so that an interrupted run leaves no half of a cache."""
    aside = file.with_suffix(".part.npz")
    np.savez(aside, faces=frames.faces, features=frames.features)
    aside.rename(file)


def read(name: str, file: Path) -> Frames:
    with np.load(file) as stored:
        return Frames(name, stored["faces"], stored["features"])
