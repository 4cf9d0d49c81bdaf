"""python -m clipid_trainer <command>"""

import sys

import torch

from .options import parser
from .polyface_command import train_polyface
from .quality_command import train_quality


def main() -> int:
    flags = parser().parse_args()
    torch.set_num_threads(flags.threads)
    try:
        {"quality": train_quality, "polyface": train_polyface}[flags.command](flags)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
