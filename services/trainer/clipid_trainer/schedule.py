"""The learning rate over a run."""

import math


def learning_rate(step: int, steps: int, most: float, warm_up: int) -> float:
    """Up to `most` in a line over `warm_up` steps, then down to nearly 0 along half a cosine."""
    if step < warm_up:
        return most * (step + 1) / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    return most * 0.5 * (1 + math.cos(math.pi * done))
