"""QAN++'s aggregation, as services/aggregate/weights.ts has it, with gradients."""

import torch
from torch.nn import functional as F


def qan_weights(qualities: torch.Tensor) -> torch.Tensor:
    """[sets, n] qualities to [sets, n] weights, never negative, each set summing to 1.

    With n > 2, q' = (q - min q) / (max q - min q), else q' = q; w = q' / sum q' (arXiv 1909.00632).
    Ours: equal qualities weigh the same, and a negative q' counts as zero.
    """
    shares = spread(qualities) if qualities.shape[1] > 2 else qualities.clamp(min=0)
    total = shares.sum(1, keepdim=True)
    # The divisor is made harmless first: the gradient of a branch not taken must not be NaN.
    weights = shares / torch.where(total > 0, total, 1)
    return torch.where(total > 0, weights, 1 / qualities.shape[1])


def spread(qualities: torch.Tensor) -> torch.Tensor:
    """Each set's worst to 0, its best to 1; all 0 where they are equal."""
    least = qualities.amin(1, keepdim=True)
    span = qualities.amax(1, keepdim=True) - least
    return (qualities - least) / torch.where(span > 0, span, 1)


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
