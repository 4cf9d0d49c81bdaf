"""PolyFace (Liu et al., "Towards Flops-constrained Face Recognition", ICCVW 2019), as it is trained.

Names of the state dict are the authors', so that services/models/polyface reads it.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

CONV_EPSILON = 1e-10
HEAD_EPSILON = 2e-5
# Factor of a residual branch, and the probability with which training keeps it (stochastic depth).
RESIDUAL, KEPT = 0.3, 0.8
DROPOUT = 0.4
# Four halvings of an odd side: 32 g + 43 px end in a last map of g x g; 235 px is the paper's.
SIDE_STEP, SIDE_LEAST = 32, 43
Kernel = int | tuple[int, int]


def padded(kernel: Kernel) -> Kernel:
    return tuple(side // 2 for side in kernel) if isinstance(kernel, tuple) else kernel // 2


class BasicConv2d(nn.Module):
    """Convolution without bias, batch norm, ReLU; padding of half the kernel unless `valid`."""

    def __init__(self, inputs: int, outputs: int, kernel: Kernel, stride: int = 1, valid: bool = False):
        super().__init__()
        padding = 0 if valid or stride > 1 else padded(kernel)
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=CONV_EPSILON)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.bn(self.conv(x)))


def chain(inputs: int, *layers: tuple) -> nn.Sequential:
    """Layers of (outputs, kernel) or (outputs, kernel, stride) or (outputs, kernel, 1, True) in a row."""
    modules = []
    for outputs, kernel, *rest in layers:
        modules.append(BasicConv2d(inputs, outputs, kernel, *rest))
        inputs = outputs
    return nn.Sequential(*modules)


def max_pool() -> nn.MaxPool2d:
    return nn.MaxPool2d(3, stride=2, ceil_mode=True)


class Branches(nn.Module):
    """branch0, branch1, ... of the same map, side by side."""

    def __init__(self, *branches: nn.Module):
        super().__init__()
        self.count = len(branches)
        for i, branch in enumerate(branches):
            self.add_module(f"branch{i}", branch)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.get_submodule(f"branch{i}")(x) for i in range(self.count)], 1)


class Residual(Branches):
    """In training ReLU(x + 0.3 f(x)) with probability 0.8, else ReLU(x); then ReLU(x + 0.3 * 0.8 f(x))."""

    def __init__(self, channels: int, joined: int, *branches: nn.Module):
        super().__init__(*branches)
        joining = nn.Conv2d(joined, channels, 1, bias=False)
        self.stem = nn.Sequential(joining, nn.BatchNorm2d(channels, eps=CONV_EPSILON))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return F.relu(x + RESIDUAL * KEPT * self.stem(super().forward(x)))
        if torch.rand(()).item() >= KEPT:
            return F.relu(x)
        return F.relu(x + RESIDUAL * self.stem(super().forward(x)))


class Step1(Branches):
    def __init__(self) -> None:
        super().__init__(max_pool(), BasicConv2d(64, 96, 3, 2))
        self.stem = chain(3, (32, 3, 2), (32, 3, 1, True), (64, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(self.stem(x))


class Stem(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.step1 = Step1()
        self.step2 = Branches(
            chain(160, (64, 1), (96, 3, 1, True)),
            chain(160, (64, 1), (64, (7, 1)), (64, (1, 7)), (96, 3, 1, True)),
        )
        self.step3 = Branches(max_pool(), BasicConv2d(192, 192, 3, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.step3(self.step2(self.step1(x)))


def block_a() -> Residual:
    sides = chain(384, (32, 1), (48, 3), (64, 3)), chain(384, (32, 1), (32, 3)), BasicConv2d(384, 32, 1)
    return Residual(384, 128, *sides)


def block_b() -> Residual:
    return Residual(1152, 384, chain(1152, (128, 1), (160, (1, 7)), (192, (7, 1))), BasicConv2d(1152, 192, 1))


def block_c() -> Residual:
    return Residual(2048, 448, chain(2048, (192, 1), (224, (1, 3)), (256, (3, 1))), BasicConv2d(2048, 192, 1))


def a_to_b() -> Branches:
    return Branches(chain(384, (256, 1), (256, 3), (384, 3, 2)), BasicConv2d(384, 384, 3, 2), max_pool())


def b_to_c() -> Branches:
    first = chain(1152, (256, 1), (256, 3), (256, 3, 2))
    return Branches(first, chain(1152, (256, 1), (256, 3, 2)), chain(1152, (256, 1), (384, 3, 2)), max_pool())


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
