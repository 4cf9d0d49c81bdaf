"""Training the quality net through the aggregated feature: nobody labels the quality of a frame."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from . import checkpoint
from .aggregation import embeddings, qan_weights, templates, unevenness
from .arcnegface import ArcNegFace, regular_face
from .cache import Frames
from .face_input import prepared
from .quality_net import INPUT_PX, QualityNet
from .schedule import learning_rate
from .sets import Sets, draw_sets

WARM_UP_STEPS = 30
# Of the penalty for qualities outside of 0..1: the rule leaves their offset free, and people read them.
RANGE_WEIGHT = 50.0


@dataclass(frozen=True)
class Settings:
    """`frames` a step; `smoothing` of the labels; `regular` weighs the separation of class weights;
    `anchors` says whether class weights start from the people's mean embeddings; `least_span` is the
    rule's (aggregation.py); `evenness` weighs the penalty for uneven weights."""

    steps: int = 200
    frames: int = 64
    most_in_set: int = 8
    rate: float = 2e-3
    decay: float = 1e-4
    smoothing: float = 0.0
    regular: float = 0.0
    anchors: bool = True
    least_span: float = 1.0
    evenness: float = 10.0
    seed: int = 1


class QualityTraining:
    """mean: [dimension] or None and lift: the bundle's post-processing."""

    def __init__(self, people: list[Frames], mean: np.ndarray | None, lift: float, settings: Settings):
        torch.manual_seed(settings.seed)
        self.people, self.lift, self.settings = people, lift, settings
        self.mean = None if mean is None else torch.from_numpy(mean)
        self.net = QualityNet()
        dimension = people[0].features.shape[2] + (1 if lift > 0 else 0)
        self.head = ArcNegFace(len(people), dimension)
        if settings.anchors:
            self.head.set_anchors(torch.stack([self.mean_embedding(person) for person in people]))
        parameters = [*self.net.parameters(), *self.head.parameters()]
        self.optimizer = torch.optim.AdamW(parameters, settings.rate, weight_decay=settings.decay)
        self.step = 0

    def mean_embedding(self, person: Frames) -> torch.Tensor:
        """Of the faces as they were."""
        undegraded = torch.from_numpy(person.features[:, 0])
        return embeddings(undegraded, self.mean, self.lift).mean(0)

    def loss(self, sets: Sets) -> torch.Tensor:
        own = self.settings
        qualities = self.qualities(sets.faces.flatten(0, 1)).view(sets.features.shape[:2])
        weights = qan_weights(qualities, own.least_span)
        logits = self.head(embeddings(templates(sets.features, weights), self.mean, self.lift), sets.labels)
        loss = F.cross_entropy(logits, sets.labels, label_smoothing=own.smoothing)
        loss = loss + own.evenness * unevenness(weights) + own.regular * regular_face(self.head.weight)
        return loss + RANGE_WEIGHT * (F.relu(-qualities) ** 2 + F.relu(qualities - 1) ** 2).mean()

    def qualities(self, faces: torch.Tensor) -> torch.Tensor:
        """In bfloat16 where that is safe, as PyTorch sees it: on processors that have it, half the time."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.net(prepared(faces, INPUT_PX)).float()

    def advance(self) -> float:
        """One step; what it draws depends on the seed and its number alone, so that runs can go on."""
        own = self.settings
        rng = np.random.default_rng([own.seed, self.step])
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, own.steps, own.rate, WARM_UP_STEPS)
        self.net.train()
        loss = self.loss(draw_sets(self.people, rng, frames=own.frames, most=own.most_in_set))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1
        return loss.item()

    def run(self, folder: Path, *, every: int, progress: Callable[[str], None], until: int | None = None) -> None:
        """To the last step or to `until`, from the checkpoint in `folder` if there is one."""
        self.resume(folder)
        started, losses = time.monotonic(), []
        last = self.settings.steps if until is None else min(until, self.settings.steps)
        while self.step < last:
            losses.append(self.advance())
            if self.step % every and self.step < last:
                continue
            checkpoint.save(folder, self.state())
            seconds = time.monotonic() - started
            progress(f"step {self.step}/{last} loss {np.mean(losses):.3f} after {seconds:.0f} s")
            losses = []

    def state(self) -> dict:
        parts = {"net": self.net, "head": self.head, "optimizer": self.optimizer}
        return {name: part.state_dict() for name, part in parts.items()} | {
            "step": self.step,
            "settings": asdict(self.settings),
        }

    def resume(self, folder: Path) -> None:
        state = checkpoint.load(folder, asdict(self.settings))
        if state is None:
            return
        for name, part in {"net": self.net, "head": self.head, "optimizer": self.optimizer}.items():
            part.load_state_dict(state[name])
        self.step = state["step"]
