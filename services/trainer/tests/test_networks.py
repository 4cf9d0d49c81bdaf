"""Both networks against numbers that were computed once in float64, which the product's graphs are held to."""

import importlib.util
import json

import numpy as np
import pytest
import torch

from clipid_trainer.face_input import prepared
from clipid_trainer.polyface_net import PolyFace
from clipid_trainer.quality_net import INPUT_PX, QualityNet
from product import REPOSITORY

FIXTURES = REPOSITORY / "tests" / "fixtures" / "networks"


@pytest.fixture(scope="module")
def maker():
    """tests/fixtures/networks/make_parity.py: it says how weights and pixels are made up."""
    spec = importlib.util.spec_from_file_location("make_parity", FIXTURES / "make_parity.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@torch.no_grad()
@pytest.mark.parametrize(("of", "output"), [("polyface", "feature"), ("quality", "quality")])
def test_outputs_and_names_are_the_authors(maker, of, output):
    asset = json.loads((FIXTURES / "parity.json").read_text())
    blocks = tuple(asset["blocks"][kind] for kind in "abc")
    network = (PolyFace(blocks, 235, asset["dimension"]) if of == "polyface" else QualityNet()).double().eval()
    assert maker.fill(network) == asset["shapes"][of]
    side = 235 if of == "polyface" else INPUT_PX
    found = network(prepared(torch.from_numpy(maker.pixels()), side).double()).numpy()
    wanted = np.array(asset[output]).reshape(found.shape)
    assert np.abs(found - wanted).max() < 1e-5 * np.abs(wanted).max()


def test_a_side_that_does_not_halve_is_refused():
    with pytest.raises(ValueError, match="75, 107"):
        PolyFace((0, 0, 0), 112)
