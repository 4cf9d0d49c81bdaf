"""What weighing frames is worth on people who were held out of training."""

from collections.abc import Callable

import numpy as np
import torch

from .aggregation import embeddings, qan_weights
from .cache import Frames
from .face_input import prepared
from .quality_net import INPUT_PX, QualityNet

BATCH = 64
SET_SIZE = 8


@torch.no_grad()
def qualities(net: QualityNet, faces: np.ndarray) -> np.ndarray:
    """faces: [..., 112, 112, 3] uint8 RGB; result: [...]."""
    net.eval()
    flat = torch.from_numpy(faces.reshape(-1, *faces.shape[-3:]))
    return torch.cat([net(prepared(part, INPUT_PX)) for part in flat.split(BATCH)]).numpy().reshape(faces.shape[:-3])


def true_positive_rate(vectors: np.ndarray, people: np.ndarray, fpr: float) -> float:
    """Over all pairs, by cosine, as services/evaluate/metrics/operating-points.ts reads it off.

    vectors: [n, dimension] of unit length; people: [n].
    """
    above = np.triu_indices(len(vectors), 1)
    scores, same = (vectors @ vectors.T)[above], (people[:, None] == people)[above]
    impostor = np.sort(scores[~same])[::-1]
    allowed = int(fpr * len(impostor))
    if allowed < 1:
        raise ValueError(f"{len(impostor)} pairs of strangers are too few for a rate of {fpr}")
    return float((scores[same] > impostor[allowed]).mean())


def area_under_curve(vectors: np.ndarray, people: np.ndarray) -> float:
    """Chance that a pair of one person scores above a pair of two: 0.5 for a network that knows nothing."""
    above = np.triu_indices(len(vectors), 1)
    scores, same = (vectors @ vectors.T)[above], (people[:, None] == people)[above]
    impostor = np.sort(scores[~same])
    return float((np.searchsorted(impostor, scores[same]) / len(impostor)).mean())


def mean_weights(scores: np.ndarray) -> np.ndarray:
    return np.full_like(scores, 1 / scores.shape[1])


def net_weights(scores: np.ndarray, least_span: float) -> np.ndarray:
    return qan_weights(torch.from_numpy(scores), least_span).numpy()


def rates(
    people: list[Frames], scores: list[np.ndarray], post, *, least_span: float, sharp: int, sets: int, seed: int, fprs
) -> dict:
    """Rates of the plain mean, the net and the undegraded frames alone, on the same sets of 8.

    scores: of every person [n, 1 + k]; post: the bundle's (mean, lift); least_span: the net's (aggregation.py);
    sharp: undegraded frames of a set.
    """
    rng = np.random.default_rng(seed)
    drawn = [draw(person, score, rng, sharp) for person, score in zip(people, scores, strict=True) for _ in range(sets)]
    features, sets_scores = (np.stack(parts) for parts in zip(*drawn, strict=True))
    labels = np.repeat(np.arange(len(people)), sets)
    rules: dict[str, Callable] = {
        "mean": mean_weights,
        "net": lambda s: net_weights(s, least_span),
        "sharp": lambda s: sharp_weights(s, sharp),
    }
    vectors = {name: embed(features, rule(sets_scores), post) for name, rule in rules.items()}
    return {name: [true_positive_rate(vector, labels, fpr) for fpr in fprs] for name, vector in vectors.items()}


def draw(person: Frames, score: np.ndarray, rng: np.random.Generator, sharp: int):
    rows = rng.choice(len(score), SET_SIZE, replace=False)
    columns = np.where(np.arange(SET_SIZE) < sharp, 0, rng.integers(1, score.shape[1], SET_SIZE))
    return person.features[rows, columns], score[rows, columns]


def sharp_weights(scores: np.ndarray, sharp: int) -> np.ndarray:
    return np.broadcast_to(np.arange(scores.shape[1]) < sharp, scores.shape).astype(np.float32) / sharp


def embed(features: np.ndarray, weights: np.ndarray, post) -> np.ndarray:
    mean, lift = post
    summed = torch.from_numpy((features * weights[..., None]).sum(1).astype(np.float32))
    return embeddings(summed, None if mean is None else torch.from_numpy(mean), lift).numpy()
