"""`quality`: from folders of people to the weights of a quality net, and how it does on held-out people."""

import argparse
import sys

from .bundle import Bundle, load_bundle
from .cache import Frames, cached_frames
from .embedder import Embedder
from .export import export_weights
from .faces import read_people
from .measure import qualities, rates
from .options import quality_settings
from .quality_training import QualityTraining, Settings

EVERY = 20
SHARP = (1, 2, 3, 8)
SETS_EACH = 120
FPRS = (1e-3, 1e-4)
WEIGHTS = "quality.safetensors"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def train_quality(flags: argparse.Namespace) -> None:
    bundle = load_bundle(flags.bundle)
    people = all_frames(flags, bundle)
    held_out = {name for name in flags.hold_out.split(",") if name}
    if missing := held_out - {person.name for person in people}:
        raise ValueError(f"--hold-out: there is no {', '.join(sorted(missing))} in {flags.faces}")
    settings = quality_settings(flags)
    learned_from = [person for person in people if person.name not in held_out]
    training = QualityTraining(learned_from, bundle.mean, bundle.lift, settings)
    training.run(flags.out, every=EVERY, progress=say)
    export_weights(training.net, flags.out / WEIGHTS, about(flags, bundle, settings, len(learned_from)))
    if held_out:
        report(training, [person for person in people if person.name in held_out], bundle, flags.applied_span)


def all_frames(flags: argparse.Namespace, bundle: Bundle) -> list[Frames]:
    people = read_people(flags.faces, flags.faces_each)
    cache = flags.cache or flags.out / "cache"
    embedder = Embedder(bundle, flags.threads)
    return cached_frames(people, embedder, cache, degraded=flags.degraded, seed=flags.seed, progress=say)


def about(flags: argparse.Namespace, bundle: Bundle, settings: Settings, people: int) -> dict[str, str]:
    return {
        "network": "QAN++ quality net",
        "trained": f"clipid_trainer quality, {people} people, {settings.steps} steps, seed {settings.seed}",
        # clipid puts it into the manifest.
        "leastSpan": str(flags.applied_span),
        "bundle": f"embedder of {bundle.name}, sha256 {bundle.sha256[:12]}",
    }


def report(training: QualityTraining, people: list[Frames], bundle: Bundle, least_span: float) -> None:
    scores = [qualities(training.net, person.faces) for person in people]
    post = bundle.mean, bundle.lift
    drawn = {"least_span": least_span, "sets": SETS_EACH, "seed": training.settings.seed, "fprs": FPRS}
    print("undegraded of 8   rule    " + "   ".join(f"FPR {fpr:.0e}" for fpr in FPRS))
    for sharp in SHARP:
        found = rates(people, scores, post, sharp=sharp, **drawn)
        for rule, values in found.items():
            print(f"{sharp:<17} {rule:<7} " + "       ".join(f"{value:.3f}" for value in values))
