"""ArcNegFace against its formula written out in numpy, and its gradient against finite differences."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from clipid_trainer.arcnegface import ArcNegFace, regular_face

S, M, ALPHA, SIGMA = 64.0, 0.5, 1.2, 2.0


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def target(cosine: float) -> float:
    if cosine > math.cos(math.pi - M):
        return math.cos(math.acos(cosine) + M)
    return cosine - M * math.sin(math.pi - M)


def factors(x: np.ndarray, weight: np.ndarray, labels: np.ndarray) -> np.ndarray:
    cosines = unit(x) @ unit(weight).T
    return np.array(
        [[ALPHA * math.exp(-((c - target(row[y])) ** 2) / SIGMA) for c in row] for row, y in zip(cosines, labels)]
    )


def logits(x: np.ndarray, weight: np.ndarray, labels: np.ndarray, t: np.ndarray | None = None) -> np.ndarray:
    """The paper's formula, number by number; `t` keeps the factors as they were elsewhere."""
    cosines = unit(x) @ unit(weight).T
    t = factors(x, weight, labels) if t is None else t
    result = np.empty_like(cosines)
    for i, y in enumerate(labels):
        for j, cosine in enumerate(cosines[i]):
            result[i, j] = S * (target(cosine) if j == y else t[i, j] * cosine + t[i, j] - 1)
    return result


def cross_entropy(values: np.ndarray, labels: np.ndarray) -> float:
    most = values.max(1, keepdims=True)
    log_sum = np.log(np.exp(values - most).sum(1)) + most[:, 0]
    return float((log_sum - values[np.arange(len(labels)), labels]).mean())


@pytest.fixture
def case():
    rng = np.random.default_rng(4)
    x, weight, labels = rng.normal(size=(6, 7)), rng.normal(size=(5, 7)), np.array([0, 1, 2, 3, 4, 0])
    # One on its class, one nearly opposite to it: beyond pi - m, where the margin goes on as a line.
    x[0], x[1] = weight[0] + 0.1 * rng.normal(size=7), -weight[1] + 0.05 * rng.normal(size=7)
    return x, weight, labels


def head_of(weight: np.ndarray) -> ArcNegFace:
    head = ArcNegFace(*weight.shape).double()
    head.weight.data = torch.from_numpy(weight.copy())
    return head


def test_logits_are_those_of_the_formula(case):
    x, weight, labels = case
    found = head_of(weight)(torch.from_numpy(x), torch.from_numpy(labels)).detach().numpy()
    cosines = unit(x) @ unit(weight).T
    assert cosines[1, 1] <= math.cos(math.pi - M) < cosines[0, 0]
    np.testing.assert_allclose(found, logits(x, weight, labels), rtol=1e-10, atol=1e-10)


def test_a_hard_negative_weighs_more_than_a_far_one(case):
    x, weight, labels = case
    t = factors(x, weight, labels)
    cosines = unit(x) @ unit(weight).T
    gaps = np.abs(cosines[2] - target(cosines[2, labels[2]]))
    assert (np.argsort(gaps) == np.argsort(-t[2])).all()


@pytest.mark.parametrize("of", ["x", "weight"])
def test_gradient_is_that_of_finite_differences_with_t_constant(case, of):
    x, weight, labels = case
    head, inputs = head_of(weight), torch.from_numpy(x.copy()).requires_grad_()
    F.cross_entropy(head(inputs, torch.from_numpy(labels)), torch.from_numpy(labels)).backward()
    found = (inputs.grad if of == "x" else head.weight.grad).numpy()
    # Were t differentiated, too, the two would differ: t is taken at the point, not at its neighbours.
    t, step = factors(x, weight, labels), 1e-6
    moved = x if of == "x" else weight
    wanted = np.empty_like(moved)
    for at in np.ndindex(*moved.shape):
        values = []
        for sign in (1, -1):
            arguments = {"x": x.copy(), "weight": weight.copy()}
            arguments[of][at] += sign * step
            values.append(cross_entropy(logits(arguments["x"], arguments["weight"], labels, t), labels))
        wanted[at] = (values[0] - values[1]) / (2 * step)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_differentiating_t_would_have_been_seen(case):
    x, weight, labels = case
    t, step = factors(x, weight, labels), 1e-6
    moved = x.copy()
    moved[2, 0] += step
    constant = cross_entropy(logits(moved, weight, labels, t), labels)
    assert abs(constant - cross_entropy(logits(moved, weight, labels), labels)) / step > 1e-3


def test_anchors_are_unit_means_and_regular_face_is_the_nearest_cosine():
    head = ArcNegFace(3, 2)
    head.set_anchors(torch.tensor([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]]))
    np.testing.assert_allclose(head.weight.detach().norm(dim=1), 1, rtol=1e-6)
    np.testing.assert_allclose(regular_face(head.weight).item(), math.sqrt(0.5), rtol=1e-6)
