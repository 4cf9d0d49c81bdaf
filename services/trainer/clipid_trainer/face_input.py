"""How both of the paper's networks take a face (services/models/polyface/face-input.ts)."""

import torch
from torch.nn import functional as F


def prepared(faces: torch.Tensor, side: int) -> torch.Tensor:
    """[n, 112, 112, 3] uint8 RGB to [n, 3, side, side] float32 BGR in -1.6..1.6.

    The first row and column are dropped, what is left is resized bilinearly with half-pixel centres.
    """
    # Contiguous: with pixels as they lie (channels last) torch 2.9.1 crashed in the backward pass on a CPU.
    bgr = faces[:, 1:, 1:].flip(3).permute(0, 3, 1, 2).float().contiguous()
    resized = F.interpolate(bgr, size=(side, side), mode="bilinear", align_corners=False)
    return resized * (3.2 / 255) - 1.6
