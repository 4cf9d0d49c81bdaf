"""Weights as a file that `clipid models build` and `clipid models import` read."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

# Counters of training, which no graph has.
LEFT_OUT = "num_batches_tracked"


def export_weights(network: nn.Module, file: Path, about: dict[str, str]) -> None:
    """float32 under the names of the network's state dict; `about` is free text for the header."""
    tensors = {
        name: tensor.detach().to("cpu", torch.float32).contiguous()
        for name, tensor in network.state_dict().items()
        if not name.endswith(LEFT_OUT)
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file, about)
