"""Exported weights become a bundle's quality net that gives PyTorch's numbers."""

import json

import numpy as np
import onnxruntime
import torch

from clipid_trainer.export import export_weights, import_weights
from clipid_trainer.face_input import prepared
from clipid_trainer.measure import qualities
from clipid_trainer.quality_net import INPUT_PX, QualityNet
from product import node


def network_with_statistics() -> QualityNet:
    """A net whose batch norms have seen something, and whose slopes are not all alike."""
    torch.manual_seed(9)
    net = QualityNet().train()
    for name, parameter in net.named_parameters():
        if "act" in name:
            parameter.data.fill_(0.1 + 0.3 * torch.rand(1).item())
    with torch.no_grad():
        net(prepared(torch.from_numpy(faces(8, seed=1)), INPUT_PX))
        # Untrained scores hardly differ; larger ones make the comparison sharper, not laxer.
        net.fc1[1].weight *= 30
    return net.eval()


def faces(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 200, (count, 14, 14, 3)).repeat(8, axis=1).repeat(8, axis=2)
    return (coarse + rng.integers(0, 56, coarse.shape)).astype(np.uint8)


def test_the_quality_net_of_an_imported_bundle_gives_the_same(tmp_path):
    net, weights, bundle = network_with_statistics(), tmp_path / "quality.safetensors", tmp_path / "bundle"
    export_weights(net, weights, {"trained": "in a test", "leastSpan": "0.5"})
    node("main.js", "models", "import", weights, "--name", "mine", "--out", bundle)
    part = json.loads((bundle / "manifest.json").read_text())["quality"]
    assert part["trained"] and part["aligner"]["pointsPx"] == "arcface-112" and part["leastSpan"] == 0.5
    session = onnxruntime.InferenceSession(bundle / part["file"], providers=["CPUExecutionProvider"])
    pixels = faces(5, seed=2)
    found = session.run([part["outputName"]], {part["input"]["name"]: pixels})[0][:, 0]
    wanted = qualities(net, pixels)
    assert np.ptp(wanted) > 1e-3
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_equal_networks_give_equal_files(tmp_path):
    net = network_with_statistics()
    about = {f"word {i}": str(i) for i in range(9)}
    for name in ("a", "b"):
        export_weights(net, tmp_path / name, about)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    again = QualityNet()
    import_weights(again, tmp_path / "a")
    pixels = faces(2, seed=3)
    np.testing.assert_array_equal(qualities(again, pixels), qualities(net, pixels))
