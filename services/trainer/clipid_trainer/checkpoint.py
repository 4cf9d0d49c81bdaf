"""Checkpoints: everything that a run needs to go on as if it had not been interrupted."""

import os
from pathlib import Path

import torch

FILE = "checkpoint.pt"


def save(folder: Path, state: dict) -> None:
    """Written aside, then renamed: a checkpoint is whole or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{FILE}.part"
    torch.save(state, aside)
    os.replace(aside, folder / FILE)


def load(folder: Path, settings: dict) -> dict | None:
    """The state in `folder`, None where there is none; raises ValueError for that of another run."""
    file = folder / FILE
    if not file.exists():
        return None
    state = torch.load(file, map_location="cpu", weights_only=True)
    differing = sorted(name for name in settings if settings[name] != state["settings"].get(name))
    if differing:
        raise ValueError(f"{file} is of a run with other settings: {', '.join(differing)}")
    return state
