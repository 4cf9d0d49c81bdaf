"""`polyface`: from folders of people to the weights of a PolyFace."""

import argparse
import sys

import numpy as np
import torch

from .devices import Place, join, leave
from .export import export_weights, import_weights
from .face_input import prepared
from .faces import Person, read_face, read_people
from .measure import area_under_curve
from .options import polyface_settings
from .polyface_net import PolyFace
from .polyface_training import PolyFaceRun, PolyFaceTraining, Settings

WEIGHTS = "polyface.safetensors"
# Faces that class weights are estimated from, and that held-out people are measured on.
FACES_EACH = 40
BATCH = 16


def train_polyface(flags: argparse.Namespace) -> None:
    place = join()
    try:
        train(flags, place, say if place.rank == 0 else lambda text: None)
    finally:
        leave(place)


def train(flags: argparse.Namespace, place: Place, progress) -> None:
    people = read_people(flags.faces, flags.faces_each)
    held_out = {name for name in flags.hold_out.split(",") if name}
    settings = polyface_settings(flags)
    training = PolyFaceTraining([one for one in people if one.name not in held_out], settings, place)
    if flags.fine_tune:
        import_weights(training.net, flags.fine_tune)
        training.set_anchors(FACES_EACH)
    run = PolyFaceRun(training, flags.out)
    run.to(settings.steps, every=flags.every, workers=flags.workers, progress=progress)
    if place.rank != 0:
        return
    export_weights(training.net, flags.out / WEIGHTS, about(settings, len(training.people)))
    if held_out:
        report(training.net, [one for one in people if one.name in held_out], place)


def about(settings: Settings, people: int) -> dict[str, str]:
    depth = "-".join(str(count) for count in settings.blocks)
    trained = f"clipid_trainer polyface, {people} people, {settings.steps} steps, seed {settings.seed}"
    return {"network": f"PolyFace {depth} at {settings.input_px} px", "trained": trained}


def report(net: PolyFace, people: list[Person], place: Place) -> None:
    faces = [np.stack([read_face(file) for file in person.files[:FACES_EACH]]) for person in people]
    labels = np.repeat(np.arange(len(people)), [len(one) for one in faces])
    area = area_under_curve(features(net, np.concatenate(faces), place), labels)
    print(f"held-out people, {len(labels)} faces: area under the curve {area:.3f} (chance is 0.5)")


@torch.no_grad()
def features(net: PolyFace, faces: np.ndarray, place: Place) -> np.ndarray:
    """faces: [n, 112, 112, 3] uint8 RGB; result: [n, dimension] of unit length."""
    net.eval()
    parts = torch.from_numpy(faces).split(BATCH)
    rows = torch.cat([net(prepared(part.to(place.device), net.input_px)) for part in parts])
    return torch.nn.functional.normalize(rows).cpu().numpy()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
