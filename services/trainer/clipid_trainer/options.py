"""The command line."""

import argparse
from pathlib import Path

from .quality_training import Settings

EPILOG = "A run that was interrupted goes on when the same command is given again."


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m clipid_trainer", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    add_quality(commands.add_parser("quality", help="train a quality net for a bundle", epilog=EPILOG))
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
    command.add_argument("--no-anchors", action="store_true", help="class weights start at random")


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
        seed=flags.seed,
    )
