import numpy as np
import pytest

from clipid_trainer.measure import rates, true_positive_rate
from people import made_up_frames


def test_rate_at_a_threshold():
    angles = np.array([0.0, 0.1, 0.5, 2.0, 2.2, 0.62])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1)
    people = np.array([0, 0, 0, 1, 1, 1])
    # The nearest strangers are 0.12 rad apart, the next 0.52; four of six genuine pairs are nearer than that.
    assert true_positive_rate(vectors, people, 1.1 / 9) == pytest.approx(4 / 6)
    with pytest.raises(ValueError, match="too few"):
        true_positive_rate(vectors, people, 0.01)


def test_a_net_that_knows_which_frames_are_good_does_as_well_as_those_alone():
    people = made_up_frames(people=4, faces=9)
    scores = [np.where(np.arange(3) == 0, 1.0, 0.0) * np.ones((9, 1), np.float32) for _ in people]
    found = rates(people, scores, (None, 0.0), least_span=1.0, sharp=2, sets=10, seed=1, fprs=(1e-2,))
    assert found["net"] == found["sharp"]
    assert found["net"][0] > found["mean"][0]
