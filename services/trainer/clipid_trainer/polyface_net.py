"""PolyFace (Liu et al., "Towards Flops-constrained Face Recognition", ICCVW 2019), as it is trained.

Names of the state dict are the authors', so that services/models/polyface reads it.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .polyface_parts import Stem, a_to_b, b_to_c, block_a, block_b, block_c

HEAD_EPSILON = 2e-5
DROPOUT = 0.4
# Four halvings of an odd side: 32 g + 43 px end in a last map of g x g; 235 px is the paper's.
SIDE_STEP, SIDE_LEAST = 32, 43


class Head(nn.Module):
    """Batch norm, dropout, linear; in training a batch norm without affine parameters behind it."""

    def __init__(self, side: int, dimension: int):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(2048, eps=HEAD_EPSILON)
        self.fc = nn.Linear(2048 * side * side, dimension)
        self.bn2 = nn.BatchNorm1d(dimension, eps=HEAD_EPSILON, affine=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        dropped = F.dropout(self.bn1(x), DROPOUT, self.training)
        feature = self.fc(torch.flatten(dropped, 1))
        return self.bn2(feature) if self.training else feature


def start(module: nn.Module) -> None:
    """As the authors': weights uniform in +-sqrt(3 / fan-in), biases 0."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        bound = math.sqrt(3 / module.weight[0].numel())
        nn.init.uniform_(module.weight, -bound, bound)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


class PolyFace(nn.Module):
    """input: [n, 3, input_px, input_px] of `prepared`; output: [n, dimension] features."""

    def __init__(self, blocks: tuple[int, int, int], input_px: int = 235, dimension: int = 256):
        super().__init__()
        side, odd = divmod(input_px - SIDE_LEAST, SIDE_STEP)
        if odd or side < 1:
            raise ValueError(f"a PolyFace of {input_px} px does not halve evenly; 75, 107, ... 235 do")
        a, b, c = blocks
        self.input_px = input_px
        self.stem = Stem()
        self.a10, self.a2b = nn.Sequential(*(block_a() for _ in range(a))), a_to_b()
        self.b20, self.b2c = nn.Sequential(*(block_b() for _ in range(b))), b_to_c()
        self.c10 = nn.Sequential(*(block_c() for _ in range(c)))
        self.fc = Head(side, dimension)
        self.apply(start)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.b20(self.a2b(self.a10(self.stem(x))))
        return self.fc(self.c10(self.b2c(x)))
