"""QAN++'s aggregation, as services/aggregate/weights.ts has it, with gradients."""

import torch
from torch.nn import functional as F


def qan_weights(qualities: torch.Tensor, least_span: float = 0) -> torch.Tensor:
    """[sets, n] qualities to [sets, n] weights, never negative, each set summing to 1.

    With n > 2, q' = (q - min q) / (max q - min q), else q' = q; w = q' / sum q' (arXiv 1909.00632).
    Ours: equal qualities weigh the same, a negative q' counts as zero, and with a `least_span` above 0
    q' = 1 - (max q - q) / max(least_span, max q - min q) for every n.
    """
    follows_span = qualities.shape[1] > 2 or least_span > 0
    shares = spread(qualities, least_span) if follows_span else qualities.clamp(min=0)
    total = shares.sum(1, keepdim=True)
    # The divisor is made harmless first: the gradient of a branch not taken must not be NaN.
    weights = shares / torch.where(total > 0, total, 1)
    return torch.where(total > 0, weights, 1 / qualities.shape[1])


def spread(qualities: torch.Tensor, least_span: float) -> torch.Tensor:
    """Each set's best to 1; its worst to 0, or above it where they differ by less than `least_span`."""
    most = qualities.amax(1, keepdim=True)
    span = (most - qualities.amin(1, keepdim=True)).clamp(min=least_span)
    return 1 - (most - qualities) / torch.where(span > 0, span, 1)


def unevenness(weights: torch.Tensor) -> torch.Tensor:
    """n sum w_i^2 - 1, mean over the sets: 0 for the plain mean, n - 1 where one frame has all the weight.

    As a penalty it lets a frame weigh less only where the template is that much better for it: few people
    to learn from say little about frames that are nearly as good as each other.
    """
    return (weights.shape[1] * (weights**2).sum(1) - 1).mean()


def templates(features: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """sum w_i f_i: features [sets, n, dimension], weights [sets, n]; result [sets, dimension]."""
    return (features * weights.unsqueeze(2)).sum(1)


def embeddings(features: torch.Tensor, mean: torch.Tensor | None, lift: float) -> torch.Tensor:
    """A bundle's post-processing, as `toEmbedding` of services/core/vectors.ts; unit length.

    features: [n, dimension]; result: [n, dimension], one more with a lift.
    """
    centred = features if mean is None else features - mean
    lifted = F.pad(centred, (0, 1), value=lift) if lift > 0 else centred
    return F.normalize(lifted, dim=1)
