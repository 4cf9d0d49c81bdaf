"""The rule of services/aggregate/weights.ts, with its amendments."""

import numpy as np
import pytest
import torch

from clipid_trainer.aggregation import embeddings, qan_weights, templates, unevenness


def weights(*qualities: float, least_span: float = 0) -> list[float]:
    return qan_weights(torch.tensor([qualities], dtype=torch.float64), least_span)[0].tolist()


@pytest.mark.parametrize(
    ("qualities", "wanted"),
    [
        ((3.0,), (1.0,)),
        ((-3.0,), (1.0,)),
        ((1.0, 3.0), (0.25, 0.75)),
        ((-1.0, 3.0), (0.0, 1.0)),
        ((-1.0, -3.0), (0.5, 0.5)),
        ((2.0, 2.0, 2.0), (1 / 3, 1 / 3, 1 / 3)),
        ((1.0, 2.0, 3.0), (0.0, 1 / 3, 2 / 3)),
        ((-5.0, -4.0, -1.0, -5.0), (0.0, 0.2, 0.8, 0.0)),
    ],
)
def test_weights(qualities, wanted):
    np.testing.assert_allclose(weights(*qualities), wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("qualities", "wanted"),
    [
        ((-3.0,), (1.0,)),
        ((0.2, 0.6), (0.2 / 1.2, 1 / 1.2)),
        ((-0.3, 0.6), (0.0, 1.0)),
        ((2.0, 2.0, 2.0), (1 / 3, 1 / 3, 1 / 3)),
        ((0.5, 0.6, 0.6), (0.8 / 2.8, 1 / 2.8, 1 / 2.8)),
        ((1.0, 2.0, 3.0), (0.0, 1 / 3, 2 / 3)),
    ],
)
def test_weights_with_a_least_span_of_a_half(qualities, wanted):
    np.testing.assert_allclose(weights(*qualities, least_span=0.5), wanted, atol=1e-12)


def test_unevenness_is_0_for_the_mean_and_most_where_one_frame_has_it_all():
    assert unevenness(torch.full((2, 4), 0.25)) == 0
    assert unevenness(torch.tensor([[0.0, 1.0, 0.0, 0.0]])) == 3


def test_weights_are_never_negative_and_sum_to_one():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        span = float(rng.choice([0.0, 1e-6, 1.0, 1e6]))
        found = qan_weights(torch.from_numpy(rng.normal(0, 10 ** rng.uniform(-6, 6), (4, rng.integers(1, 9)))), span)
        assert (found >= 0).all()
        np.testing.assert_allclose(found.sum(1), 1, rtol=1e-12)


@pytest.mark.parametrize("qualities", [(2.0, 2.0, 2.0), (-1.0, -2.0), (0.0, 0.0), (1.0, 5.0, 2.0)])
def test_gradients_are_finite_where_the_published_rule_divides_by_zero(qualities):
    q = torch.tensor([qualities], requires_grad=True)
    qan_weights(q)[0, 0].backward()
    assert torch.isfinite(q.grad).all()


def test_template_and_embedding():
    features = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [4.0, 4.0]]])
    template = templates(features, torch.tensor([[0.5, 0.5, 0.0]]))
    np.testing.assert_allclose(template, [[0.5, 0.5]])
    found = embeddings(template, torch.tensor([0.5, 0.1]), 0.3)
    np.testing.assert_allclose(found, [[0.0, 0.8, 0.6]], rtol=1e-6)
