"""Weights as a file that `clipid models build` and `clipid models import` read."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import nn

# Counters and the last batch norm of training, which no graph has.
LEFT_OUT = ("num_batches_tracked", "fc.bn2.running_mean", "fc.bn2.running_var")


def export_weights(network: nn.Module, file: Path, about: dict[str, str]) -> None:
    """float32 under the names of the network's state dict; `about` is free text for the header."""
    tensors = {
        name: tensor.detach().to("cpu", torch.float32).contiguous()
        for name, tensor in network.state_dict().items()
        if not name.endswith(LEFT_OUT)
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(in_order(save(tensors, about)))


def in_order(data: bytes) -> bytes:
    """A safetensors file with its header in order of name: the library writes `about` in another order each
    time, and equal weights shall have equal sums."""
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:end]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[end:]


def import_weights(network: nn.Module, file: Path) -> None:
    """What `export_weights` wrote; counters and the last batch norm stay as they are."""
    missing, extra = network.load_state_dict(load_file(file), strict=False)
    missing = [name for name in missing if not name.endswith(LEFT_OUT)]
    if missing or extra:
        raise ValueError(f"{file} does not fit: missing {missing[:3]}, left over {extra[:3]}")
