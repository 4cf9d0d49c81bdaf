"""ArcNegFace (Liu et al., "Towards Flops-constrained Face Recognition", arXiv 1909.00632)."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class ArcNegFace(nn.Module):
    """Class weights and the logits of the loss.

    With x and the class weights W_j at unit length, cos_j = x . W_j, y the true class:
    a = cos(theta_y + m) where cos_y > cos(pi - m), else cos_y - m sin(pi - m); logit_y = s a;
    t_j = alpha exp(-(cos_j - a)^2 / sigma), a constant for the gradient; logit_j = s (t_j cos_j + t_j - 1).
    """

    def __init__(self, classes: int, dimension: int, *, s=64.0, m=0.5, alpha=1.2, sigma=2.0):
        super().__init__()
        self.s, self.m, self.alpha, self.sigma = s, m, alpha, sigma
        self.weight = nn.Parameter(torch.empty(classes, dimension))
        nn.init.normal_(self.weight, std=0.01)

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """x: [n, dimension], labels: [n]; result: [n, classes] logits for the cross entropy."""
        cosines = F.linear(F.normalize(x), F.normalize(self.weight))
        target = self.with_margin(cosines.gather(1, labels.unsqueeze(1)))
        with torch.no_grad():
            t = self.alpha * torch.exp(-((cosines - target) ** 2) / self.sigma)
        negatives = t * cosines + t - 1
        return self.s * negatives.scatter(1, labels.unsqueeze(1), target)

    def with_margin(self, cosine: torch.Tensor) -> torch.Tensor:
        """cos(theta + m), by the sum of angles; beyond pi - m it goes on as a line."""
        # The sine's slope is infinite where the cosine is 1.
        sine = torch.sqrt((1 - cosine**2).clamp(min=1e-12))
        turned = cosine * math.cos(self.m) - sine * math.sin(self.m)
        line = cosine - self.m * math.sin(math.pi - self.m)
        return torch.where(cosine > math.cos(math.pi - self.m), turned, line)

    @torch.no_grad()
    def set_anchors(self, means: torch.Tensor) -> None:
        """Anchor fine-tuning: class weights from a trained model's mean embeddings [classes, dimension]."""
        self.weight.copy_(F.normalize(means))


def regular_face(weight: torch.Tensor) -> torch.Tensor:
    """Mean over classes of the cosine to the nearest other class, to be made small: keeps classes apart.

    Zhao, Xu, Cheng, "RegularFace: Deep Face Recognition via Exclusive Regularization", CVPR 2019.
    """
    cosines = F.normalize(weight) @ F.normalize(weight).T
    others = cosines - 3 * torch.eye(len(weight), device=weight.device, dtype=weight.dtype)
    return others.amax(1).mean()
