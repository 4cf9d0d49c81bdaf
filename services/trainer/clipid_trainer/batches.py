"""Batches of augmented faces for PolyFace."""

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from .augment import augmented
from .faces import Person, read_face

Batch = tuple[torch.Tensor, torch.Tensor]


class Batches(Dataset[Batch]):
    """Item i is the batch of step `first` + i; it depends on seed, step and rank alone, so runs can go on."""

    def __init__(self, people: list[Person], *, seed: int, first: int, last: int, size: int, rank: int):
        self.faces: list[tuple[Path, int]] = [(file, i) for i, one in enumerate(people) for file in one.files]
        self.seed, self.first, self.last, self.size, self.rank = seed, first, last, size, rank

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, index: int) -> Batch:
        """([size, 112, 112, 3] uint8 RGB, [size] labels)."""
        rng = np.random.default_rng([self.seed, self.first + index, self.rank])
        picked = [self.faces[i] for i in rng.integers(len(self.faces), size=self.size)]
        faces = np.stack([augmented(read_face(file), rng) for file, _ in picked])
        return torch.from_numpy(faces), torch.tensor([label for _, label in picked])


def loader(batches: Batches, workers: int) -> DataLoader[Batch]:
    return DataLoader(batches, batch_size=None, num_workers=workers, pin_memory=torch.cuda.is_available())
