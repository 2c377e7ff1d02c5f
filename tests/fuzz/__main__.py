"""Press anything in the real program, at four sizes and on several recipes.

Run it as ``make fuzz ARGS="--keys 50000 --seed 1"``; it ends with the first fault.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.actions import SIZES
from tests.fuzz.files import GRADIENTS, POINTS
from tests.fuzz.typist import Typist

OPTIONS = (
    (),
    ("--recipe", "3b1b"),
    ("--recipe", "dropout-512", "--data", "embedded"),
    ("--recipe", "fours-weighted", "--data", "embedded"),
    ("--resume", "trained"),
    ("--recipe", "nielsen-30", "--data", "embedded", "--color", "16"),
    ("--ascii", "--color", "none"),
    ("--recipe", "spirals"),
    ("--recipe", "mazur", "--theme", "light"),
    ("--recipe", "tiny-cnn", "--data", "embedded", "--present"),
    ("--recipe", "xor"),
    ("--recipe", "circles", "--theme", "high-contrast"),
    ("--recipe", "digits8"),
    ("--recipe", "cnn-normalized", "--data", "embedded", "--ascii"),
    ("--recipe", "spirals", "--data", POINTS),
    ("check", GRADIENTS, "--open"),
    ("--at", "recipe=xor step=40 screen=backprop select=dW2[0,0]"),
    *(("--lesson", str(number)) for number in (2, 7, 13, 14)),
)
"""An odd number of them, so that each comes to be seen in every size."""


def main() -> None:
    """Press keys until there are enough, or something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=10_000, help="how many actions in all")
    parser.add_argument("--seed", type=int, default=1, help="of the first sitting")
    parser.add_argument("--sitting", type=int, default=1000, help="actions until another recipe")
    asked = parser.parse_args()
    pressed, seed = 0, asked.seed
    while pressed < asked.keys:
        size, options = SIZES[seed % len(SIZES)], OPTIONS[seed % len(OPTIONS)]
        pressed += sitting(seed, size, options, min(asked.sitting, asked.keys - pressed))
        where = f"{size[0]}×{size[1]} {' '.join(options)}"
        print(f"seed {seed}: {where}: {pressed:,} so far", flush=True)
        seed += 1
    print(f"{pressed:,} actions without a fault")


def sitting(seed: int, size: tuple[int, int], options: tuple[str, ...], keys: int) -> int:
    """Press keys in one program; return how many, or end this one where something is wrong."""
    with tempfile.TemporaryDirectory(prefix="tui-nn-fuzz-") as folder:
        typist = Typist(seed, size, Path(folder), *options)
        try:
            fault = next(found for found in typist if found or typist.keys >= keys)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        if fault := fault or typist.close():
            sys.exit(f"seed {seed} at {size}, {options}: {fault}\n{typist.story()}")
        return typist.keys


if __name__ == "__main__":
    main()
