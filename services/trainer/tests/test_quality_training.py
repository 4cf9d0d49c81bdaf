import numpy as np
import pytest
import torch

from clipid_trainer.face_input import prepared
from clipid_trainer.quality_net import INPUT_PX
from clipid_trainer.quality_training import QualityTraining, Settings
from clipid_trainer.sets import draw_sets
from people import made_up_frames

TINY = Settings(steps=6, frames=12, most_in_set=4, smoothing=0.1, regular=0.5)


def run(folder, settings=TINY, until=None) -> QualityTraining:
    training = QualityTraining(made_up_frames(), np.zeros(16, np.float32), 0.5, settings)
    training.run(folder, every=2, progress=lambda text: None, until=until)
    return training


def test_a_resumed_run_ends_as_an_uninterrupted_one(tmp_path):
    whole = run(tmp_path / "whole")
    run(tmp_path / "parts", until=3)
    resumed = run(tmp_path / "parts")
    assert resumed.step == whole.step == 6
    for part in ("net", "head"):
        wanted, found = whole.state()[part], resumed.state()[part]
        assert wanted.keys() == found.keys()
        assert all(torch.equal(wanted[name], found[name]) for name in wanted)


def test_the_same_seed_gives_the_same_net_and_another_one_another(tmp_path):
    first, second = run(tmp_path / "a", until=2), run(tmp_path / "b", until=2)
    other = run(tmp_path / "c", Settings(**{**vars(TINY), "seed": 2}), until=2)
    name = "fc1.1.weight"
    assert torch.equal(first.net.state_dict()[name], second.net.state_dict()[name])
    assert not torch.equal(first.net.state_dict()[name], other.net.state_dict()[name])


def test_a_checkpoint_of_other_settings_is_refused(tmp_path):
    run(tmp_path, until=2)
    with pytest.raises(ValueError, match="other settings: rate"):
        run(tmp_path, Settings(**{**vars(TINY), "rate": 1.0}))


def test_the_loss_falls_and_degraded_frames_come_to_weigh_less(tmp_path):
    settings = Settings(steps=80, frames=24, most_in_set=4, rate=4e-3, evenness=0.1)
    training = QualityTraining(made_up_frames(), None, 0.0, settings)
    # The same sets before and after: how many frames are degraded differs too much from step to step.
    fixed = draw_sets(training.people, np.random.default_rng(9), frames=96, most=4)
    with torch.no_grad():
        before = training.loss(fixed).item()
    for _ in range(60):
        training.advance()
    with torch.no_grad():
        assert training.loss(fixed).item() < before
    faces = torch.from_numpy(np.concatenate([person.faces[:, :2] for person in training.people]))
    with torch.no_grad():
        scores = training.net(prepared(faces.flatten(0, 1), INPUT_PX)).view(-1, 2)
    assert (scores[:, 0] > scores[:, 1]).float().mean() > 0.9
