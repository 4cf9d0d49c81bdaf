"""What the trainer has to know of a bundle: how its embedder sees a face, and what is compared."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# As in services/models/aligner-points.ts: x and y of both eyes, nose tip, both mouth corners.
ARCFACE_112 = (38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041)
DLIB_150 = (47.55, 46.6, 100.48, 46.6, 74.01, 76.56, 50.41, 103.02, 97.61, 103.02)
TEMPLATES = {"arcface-112": (112, ARCFACE_112), "dlib-150": (150, DLIB_150)}


@dataclass(frozen=True)
class Bundle:
    """`mean` [dimension] or None and `lift` are the post-processing; `points_px` [10] of the chip."""

    name: str
    embedder: Path
    sha256: str
    chip_px: int
    points_px: tuple[float, ...]
    pixels: dict
    output: str | None
    dimension: int
    mirror: str
    mean: np.ndarray | None
    lift: float


def load_bundle(folder: Path) -> Bundle:
    """Reads the manifest; raises ValueError when the embedder's file is not the one it names."""
    manifest = json.loads((folder / "manifest.json").read_text())
    embedder, post = manifest["embedder"], manifest["postprocess"]
    file = folder / embedder["file"]
    if hashlib.sha256(file.read_bytes()).hexdigest() != embedder["sha256"]:
        raise ValueError(f"{file}: its sha256 is not the manifest's; make the bundle again")
    mean = post["mean"]
    return Bundle(
        name=f"{manifest['name']}-{manifest['version']}",
        embedder=file,
        sha256=embedder["sha256"],
        chip_px=manifest["aligner"]["sizePx"],
        points_px=chip_points(manifest["aligner"]),
        pixels=embedder["input"],
        output=embedder.get("outputName"),
        dimension=embedder["dimension"],
        mirror=embedder["mirror"],
        mean=None if mean is None else np.asarray(mean, np.float32),
        lift=float(post["lift"]),
    )


def chip_points(aligner: dict) -> tuple[float, ...]:
    points = aligner["pointsPx"]
    if not isinstance(points, str):
        return tuple(float(value) for point in points for value in point)
    side, template = TEMPLATES[points]
    return tuple(value * aligner["sizePx"] / side for value in template)
