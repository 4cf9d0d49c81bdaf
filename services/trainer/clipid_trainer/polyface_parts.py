"""What PolyFace is made of, with the authors' names: its table is in services/models/polyface/architecture.ts."""

import torch
from torch import nn
from torch.nn import functional as F

CONV_EPSILON = 1e-10
# Factor of a residual branch, and the probability with which training keeps it (stochastic depth).
RESIDUAL, KEPT = 0.3, 0.8
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
