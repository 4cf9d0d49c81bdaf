"""A bundle's embedder, frozen: features exactly as the product computes them."""

import numpy as np
import onnxruntime

from .bundle import Bundle
from .chips import draw_chips

BATCH = 32


class Embedder:
    """The float network of a bundle; on processors the product may run it in 8 bits instead."""

    def __init__(self, bundle: Bundle, threads: int = 1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.bundle = bundle
        self.session = onnxruntime.InferenceSession(bundle.embedder, options, providers=["CPUExecutionProvider"])

    def features(self, faces: np.ndarray) -> np.ndarray:
        """faces: [n, 112, 112, 3] uint8 RGB aligned; result: [n, dimension] float32, not of unit length."""
        parts = [self.batch(faces[at : at + BATCH]) for at in range(0, len(faces), BATCH)]
        return np.concatenate(parts)

    def batch(self, faces: np.ndarray) -> np.ndarray:
        chips = draw_chips(faces, self.bundle)
        if self.bundle.mirror != "batch":
            return self.run(chips)
        both = self.run(np.concatenate([chips, chips[:, :, ::-1]])).astype(np.float64)
        return ((both[: len(chips)] + both[len(chips) :]) / 2).astype(np.float32)

    def run(self, chips: np.ndarray) -> np.ndarray:
        outputs = None if self.bundle.output is None else [self.bundle.output]
        pixels = network_input(chips, self.bundle.pixels)
        rows = self.session.run(outputs, {self.session.get_inputs()[0].name: pixels})[0]
        return rows.reshape(len(chips), self.bundle.dimension)


def network_input(chips: np.ndarray, pixels: dict) -> np.ndarray:
    """[n, side, side, 3] uint8 RGB as the manifest's `input` says: colour, mean and std, layout."""
    values = chips if pixels["colour"] == "RGB" else chips[..., ::-1]
    if pixels["type"] == "float32":
        mean, std = np.asarray(pixels["mean"]), np.asarray(pixels["std"])
        values = ((values - mean) / std).astype(np.float32)
    if pixels["layout"] == "NCHW":
        values = values.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(values)
