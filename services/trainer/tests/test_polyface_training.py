import os
import subprocess
import sys

import pytest
import torch

from clipid_trainer.devices import Place
from clipid_trainer.export import export_weights, import_weights
from clipid_trainer.faces import read_people
from clipid_trainer.polyface_net import PolyFace
from clipid_trainer.polyface_parts import Residual
from clipid_trainer.polyface_training import PolyFaceRun, PolyFaceTraining, Settings
from people import write_people
from product import REPOSITORY

CPU = Place(torch.device("cpu"), 0, 1)
TINY = Settings(blocks=(1, 0, 0), input_px=75, dimension=8, steps=4, batch=4, rate=0.01, warm_up=1)
SILENT = {"every": 2, "workers": 0, "progress": lambda text: None}


@pytest.fixture
def people(tmp_path):
    write_people(tmp_path / "people", people=3, faces=4)
    return read_people(tmp_path / "people", most=4)


def run(people, folder, last: int) -> PolyFaceRun:
    steps = PolyFaceRun(PolyFaceTraining(people, TINY, CPU), folder)
    steps.to(last, **SILENT)
    return steps


def test_a_resumed_run_ends_as_an_uninterrupted_one(people, tmp_path):
    whole = run(people, tmp_path / "whole", 4)
    run(people, tmp_path / "parts", 2)
    resumed = run(people, tmp_path / "parts", 4)
    wanted, found = whole.training.state_dict(), resumed.training.state_dict()
    assert all(torch.equal(wanted[name], found[name]) for name in wanted)


def test_stochastic_depth_keeps_four_blocks_of_five():
    block = Residual(4, 4, torch.nn.Conv2d(4, 4, 1, bias=False)).train()
    x = torch.randn(2, 4, 3, 3)
    torch.manual_seed(1)
    left_out = sum(torch.equal(block(x), torch.relu(x)) for _ in range(1000))
    assert 160 < left_out < 240
    block.eval()
    torch.testing.assert_close(block(x), torch.relu(x + 0.3 * 0.8 * block.stem(block.branch0(x))))


def test_fine_tuning_starts_from_weights_and_their_means(people, tmp_path):
    first = run(people, tmp_path / "first", 2).training
    export_weights(first.net, tmp_path / "first.safetensors", {})
    second = PolyFaceTraining(people, TINY, CPU)
    import_weights(second.net, tmp_path / "first.safetensors")
    second.set_anchors(4)
    torch.testing.assert_close(second.net.fc.fc.weight, first.net.fc.fc.weight)
    torch.testing.assert_close(second.head.weight.norm(dim=1), torch.ones(3))
    with pytest.raises(ValueError, match="does not fit"):
        import_weights(PolyFace((0, 0, 0), 75, 8), tmp_path / "first.safetensors")


def test_two_processes_train_one_network(people, tmp_path):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    flags = f"--faces {tmp_path / 'people'} --out {tmp_path / 'out'} --blocks 1-0-0 --input-px 75 --batch 4"
    rest = "--steps 2 --warm-up 1 --every 1 --rate 0.01".split()
    folder = REPOSITORY / "services" / "trainer"
    command += ["-m", "clipid_trainer", "polyface", *flags.split(), *rest]
    # Without CUDA_VISIBLE_DEVICES a machine with one GPU would be asked for two.
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "step 2/2" in done.stderr
    assert (tmp_path / "out" / "polyface.safetensors").exists()
