"""The quality net of QAN++ (Liu et al., "Towards Flops-constrained Face Recognition", ICCVW 2019).

Names of the state dict are the authors', so that services/models/polyface/quality-graph.ts reads it.
"""

import torch
from torch import nn

INPUT_PX = 112
EPSILON = 2e-5
FIRST_CHANNELS = 8
# Channels of the four stages; the first block of each halves the map: 112, 56, 28, 14, 7.
STAGES = (8, 16, 32, 48)


def conv(inputs: int, outputs: int, side: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False)


def norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=EPSILON)


class QualityBlock(nn.Module):
    """PReLU(shortcut(x) + norm(conv(PReLU(norm(conv(norm(x)))))))."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.group1 = nn.Sequential()
        self.group1.add_module("bn1", norm(inputs))
        self.group1.add_module("conv1", conv(inputs, outputs, 3, 1))
        self.group1.add_module("bn2", norm(outputs))
        self.group1.add_module("act1", nn.PReLU())
        self.group1.add_module("conv2", conv(outputs, outputs, 3, stride))
        self.group1.add_module("bn3", norm(outputs))
        changes = stride != 1 or inputs != outputs
        self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), norm(outputs)) if changes else None
        self.act2 = nn.PReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.act2(self.group1(x) + shortcut)


class QualityNet(nn.Module):
    """input: [n, 3, INPUT_PX, INPUT_PX] of `prepared`; output: [n] qualities, any real numbers, more is better."""

    def __init__(self) -> None:
        super().__init__()
        self.group1 = nn.Sequential()
        self.group1.add_module("conv1", conv(3, FIRST_CHANNELS, 3, 1))
        self.group1.add_module("bn1", norm(FIRST_CHANNELS))
        self.group1.add_module("act1", nn.PReLU())
        inputs = FIRST_CHANNELS
        for stage, outputs in enumerate(STAGES, start=1):
            blocks = QualityBlock(inputs, outputs, 2), QualityBlock(outputs, outputs, 1)
            self.add_module(f"layer{stage}", nn.Sequential(*blocks))
            inputs = outputs
        self.fc1 = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inputs, 1, 1, bias=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.group1(x)
        for stage in range(1, len(STAGES) + 1):
            x = self.get_submodule(f"layer{stage}")(x)
        return self.fc1(x).flatten()
