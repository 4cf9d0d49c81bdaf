"""Training PolyFace from folders of people."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import checkpoint
from .arcnegface import ArcNegFace, regular_face
from .batches import Batches, loader
from .devices import Place, half_precision, spread_over
from .face_input import prepared
from .faces import Person, read_face
from .polyface_net import PolyFace
from .schedule import learning_rate

MOMENTUM = 0.9


@dataclass(frozen=True)
class Settings:
    """`batch` faces a process and step; `smoothing` of the labels; `regular` weighs the separation of
    class weights."""

    blocks: tuple[int, int, int] = (20, 30, 20)
    input_px: int = 235
    dimension: int = 256
    steps: int = 200_000
    batch: int = 64
    rate: float = 0.1
    warm_up: int = 2_000
    decay: float = 5e-4
    smoothing: float = 0.1
    regular: float = 1.0
    seed: int = 1


class PolyFaceTraining(nn.Module):
    """The network and its class weights, called as one so that both are spread over the processes."""

    def __init__(self, people: list[Person], settings: Settings, place: Place):
        super().__init__()
        torch.manual_seed(settings.seed)
        self.people, self.settings, self.place = people, settings, place
        self.net = PolyFace(settings.blocks, settings.input_px, settings.dimension)
        self.head = ArcNegFace(len(people), settings.dimension)
        self.to(place.device)

    def forward(self, faces: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        own = self.settings
        features = self.net(prepared(faces, own.input_px))
        # Angles lose too much in 16 bits.
        with torch.autocast(faces.device.type, enabled=False):
            logits = self.head(features.float(), labels)
            loss = F.cross_entropy(logits, labels, label_smoothing=own.smoothing)
            return loss + own.regular * regular_face(self.head.weight)

    @torch.no_grad()
    def set_anchors(self, faces_each: int) -> None:
        """Anchor fine-tuning: class weights from the mean feature of each person's first faces."""
        self.eval()
        means = [self.mean_feature(person, faces_each) for person in self.people]
        self.head.set_anchors(torch.stack(means))

    def mean_feature(self, person: Person, faces_each: int) -> torch.Tensor:
        """As the loss sees features: behind the last batch norm."""
        faces = torch.from_numpy(np.stack([read_face(file) for file in person.files[:faces_each]]))
        features = self.net(prepared(faces.to(self.place.device), self.settings.input_px))
        return F.normalize(self.net.fc.bn2(features)).mean(0)


class PolyFaceRun:
    """The steps of a training, with checkpoints in `folder`; goes on where the last one was written."""

    def __init__(self, training: PolyFaceTraining, folder: Path):
        own, self.place = training.settings, training.place
        self.training, self.folder, self.step = training, folder, 0
        self.optimizer = torch.optim.SGD(training.parameters(), own.rate, MOMENTUM, weight_decay=own.decay)
        self.autocast, self.scaler = half_precision(self.place)
        self.resume()
        self.network = spread_over(training, self.place)

    def to(self, last: int, *, every: int, workers: int, progress: Callable[[str], None]) -> None:
        own, started, losses = self.training.settings, time.monotonic(), []
        batches = Batches(
            self.training.people, seed=own.seed, first=self.step, last=last, size=own.batch, rank=self.place.rank
        )
        self.network.train()
        for faces, labels in loader(batches, workers):
            losses.append(self.advance(faces.to(self.place.device), labels.to(self.place.device)))
            if self.step % every and self.step < last:
                continue
            self.keep()
            seconds = time.monotonic() - started
            progress(f"step {self.step}/{last} loss {np.mean(losses):.3f} after {seconds:.0f} s")
            losses = []

    def advance(self, faces: torch.Tensor, labels: torch.Tensor) -> float:
        own = self.training.settings
        # Of its own for each step, so that a resumed run leaves out the same blocks.
        torch.manual_seed(int(np.random.default_rng([own.seed, self.step, self.place.rank]).integers(2**62)))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, own.steps, own.rate, own.warm_up)
        with self.autocast:
            loss = self.network(faces, labels)
        self.optimizer.zero_grad()
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.step += 1
        return loss.item()

    def parts(self) -> dict:
        networks = {"net": self.training.net, "head": self.training.head}
        return networks | {"optimizer": self.optimizer, "scaler": self.scaler}

    def keep(self) -> None:
        """One process writes for all."""
        if self.place.rank != 0:
            return
        states = {name: part.state_dict() for name, part in self.parts().items()}
        checkpoint.save(self.folder, states | {"step": self.step, "settings": plain(self.training.settings)})

    def resume(self) -> None:
        state = checkpoint.load(self.folder, plain(self.training.settings))
        if state is None:
            return
        for name, part in self.parts().items():
            part.load_state_dict(state[name])
        self.step = state["step"]


def plain(settings: Settings) -> dict:
    """As a checkpoint gives them back: lists, no tuples."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(settings).items()}
