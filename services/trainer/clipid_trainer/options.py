"""The command line."""

import argparse
from pathlib import Path

from .polyface_training import Settings as PolyFaceSettings
from .quality_training import Settings

EPILOG = "A run that was interrupted goes on when the same command is given again."


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m clipid_trainer", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    add_quality(commands.add_parser("quality", help="train a quality net for a bundle", epilog=EPILOG))
    add_polyface(commands.add_parser("polyface", help="train PolyFace itself", epilog=EPILOG))
    return whole


def add_quality(command: argparse.ArgumentParser) -> None:
    own = Settings()
    add_data(command)
    command.add_argument("--bundle", type=Path, required=True, help="whose embedder is taken, frozen")
    command.add_argument("--cache", type=Path, help="of frames and features; default: OUT/cache")
    command.add_argument("--faces-each", type=int, default=240, help="most faces of one person (%(default)s)")
    command.add_argument("--degraded", type=int, default=5, help="degraded copies of a face (%(default)s)")
    command.add_argument("--hold-out", default="", help="people to measure on, not to learn from: id00,id01")
    command.add_argument("--steps", type=int, default=own.steps, help="(%(default)s)")
    command.add_argument("--frames", type=int, default=own.frames, help="of one step (%(default)s)")
    command.add_argument("--rate", type=float, default=own.rate, help="most learning rate (%(default)s)")
    command.add_argument("--smoothing", type=float, default=own.smoothing, help="of labels (%(default)s)")
    command.add_argument("--regular", type=float, default=own.regular, help="keeps class weights apart (%(default)s)")
    command.add_argument("--least-span", type=float, default=own.least_span, help="in training (%(default)s)")
    command.add_argument("--evenness", type=float, default=own.evenness, help="keeps weights even (%(default)s)")
    command.add_argument("--applied-span", type=float, default=0.5, help="least span of the result (%(default)s)")
    command.add_argument("--no-anchors", action="store_true", help="class weights start at random")


def add_polyface(command: argparse.ArgumentParser) -> None:
    own = PolyFaceSettings()
    add_data(command)
    command.add_argument("--blocks", type=blocks, default=own.blocks, help="a-b-c; the paper's: 20-30-20, 23-38-23")
    command.add_argument("--input-px", type=int, default=own.input_px, help="side: 75, 107, ... (%(default)s)")
    command.add_argument("--faces-each", type=int, default=10_000, help="most faces of one person (%(default)s)")
    command.add_argument("--hold-out", default="", help="people to measure on, not to learn from: id00,id01")
    command.add_argument("--steps", type=int, default=own.steps, help="(%(default)s)")
    command.add_argument("--batch", type=int, default=own.batch, help="faces a process and step (%(default)s)")
    command.add_argument("--rate", type=float, default=own.rate, help="most learning rate (%(default)s)")
    command.add_argument("--warm-up", type=int, default=own.warm_up, help="steps to get there (%(default)s)")
    command.add_argument("--smoothing", type=float, default=own.smoothing, help="of labels (%(default)s)")
    command.add_argument("--regular", type=float, default=own.regular, help="keeps class weights apart (%(default)s)")
    command.add_argument("--workers", type=int, default=0, help="processes that read pictures (%(default)s)")
    command.add_argument("--every", type=int, default=500, help="steps between checkpoints (%(default)s)")
    command.add_argument("--fine-tune", type=Path, help="weights to go on from, with class weights from their means")


def blocks(text: str) -> tuple[int, int, int]:
    a, b, c = (int(part) for part in text.split("-"))
    return a, b, c


def add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--faces", type=Path, required=True, help="folder of people with aligned faces, 112 x 112")
    command.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    command.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    command.add_argument("--threads", type=int, default=1, help="of the processor (%(default)s)")


def quality_settings(flags: argparse.Namespace) -> Settings:
    return Settings(
        steps=flags.steps,
        frames=flags.frames,
        rate=flags.rate,
        smoothing=flags.smoothing,
        regular=flags.regular,
        anchors=not flags.no_anchors,
        least_span=flags.least_span,
        evenness=flags.evenness,
        seed=flags.seed,
    )


def polyface_settings(flags: argparse.Namespace) -> PolyFaceSettings:
    return PolyFaceSettings(
        blocks=flags.blocks,
        input_px=flags.input_px,
        steps=flags.steps,
        batch=flags.batch,
        rate=flags.rate,
        warm_up=flags.warm_up,
        smoothing=flags.smoothing,
        regular=flags.regular,
        seed=flags.seed,
    )
