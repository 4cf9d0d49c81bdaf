"""The compiled product beside the trainer: what it computes is what the trainer has to compute."""

import json
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
BUNDLE = REPOSITORY / "var" / "models" / "default"


def node(script: str, *arguments: str | Path) -> str:
    """Standard output of a compiled program of services/; `make test-trainer` compiles them."""
    command = ["node", REPOSITORY / "dist" / "services" / script, *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"{script} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def features_of(faces: bytes, folder: Path) -> list[dict]:
    """Chip and feature of every face, [112, 112, 3] uint8 each, by the default bundle."""
    file = folder / "faces.rgb"
    file.write_bytes(faces)
    return json.loads(node("evaluate/print-features.js", BUNDLE, file))["faces"]
