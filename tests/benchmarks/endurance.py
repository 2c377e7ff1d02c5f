"""Whether the app's memory stays flat: it trains at full speed for an hour, the screens changing.

``python -m tests.benchmarks.endurance --minutes 60`` prints a line a minute, and exits with 1 where
memory was not flat: within 5 % of its median after the first tenth, in which the copies to go back
with fill their budget. The record of every step, of which nothing is ever dropped, has to grow: it
has a column of its own, and is not counted.
"""

import argparse
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

from tests.terminal.terminal import Terminal, terminal
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.recipe.recipe import load_recipe

FLAT = 0.05  # of the median
FIRST = 0.1  # of the time is not counted
SCREENS = ("1", "2", "3", "4", "5", "7", "?\x1b", "2\r\x1b")
EVERY = 2.0  # seconds, another screen
BESIDE_NORMS = 4  # columns of the record: loss, accuracy, learning rate, samples
COLUMNS, ROWS = 120, 40


@dataclass(frozen=True)
class Reading:
    """Memory at one moment.

    Attributes:
        minute: Since the start.
        step: Of the run.
        resident: MiB that the program has in memory.
        record: MiB of them that the record of the steps takes.
    """

    minute: float
    step: int
    resident: float
    record: float

    @property
    def rest(self) -> float:
        """MiB of all else, which is to be flat."""
        return self.resident - self.record


def endless(recipe: str, folder: Path) -> Path:
    """Write a recipe as it is, but for its end."""
    path = folder / "endless.toml"
    text = format_toml(load_recipe(recipe))
    path.write_text(re.sub(r"(?m)^epochs = .*", "epochs = 1000000", text))
    return path


def steps(app: Terminal) -> int:
    """Return the step that the status line tells, and not some other line."""
    found = re.search(r"\bstep (\d+) · epoch", app.text)
    return int(found[1]) if found else 0


def resident(process: int) -> float:
    """Return the MiB that a process has in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def recorded(count: int, layers: int) -> float:
    """Return the MiB of an array of float64 with a row a step; room for more is not in memory."""
    return count * (BESIDE_NORMS + layers) * 8 / 2**20


def measure(app: Terminal, minutes: float, layers: int) -> list[Reading]:
    """Train, change screens, and read the memory once a minute."""
    app.wait_for("step 0 ", "paused")
    app.press(" >>>>>")
    at = 0
    screens, began, readings = cycle(SCREENS), time.monotonic(), list[Reading]()
    due = began
    while len(readings) < minutes:
        now = time.monotonic()
        if now >= due:
            for key in next(screens):
                app.press(key)
                app.take(0.5)
            due = now + EVERY
        app.take(max(due - time.monotonic(), 0))
        if (now - began) / 60 >= len(readings) + 1:
            at = steps(app) or at  # a window may cover the line
            taken = resident(app.process)
            readings.append(Reading((now - began) / 60, at, taken, recorded(at, layers)))
            print(line(readings[-1]), flush=True)
    return readings


def line(reading: Reading) -> str:
    """Return a line of the table."""
    sizes = (
        f"{reading.resident:7.1f} MiB, {reading.record:6.1f} of record, {reading.rest:6.1f} rest"
    )
    return f"{reading.minute:5.0f} min  {reading.step:>12,} steps  {sizes}"


def spread(readings: Sequence[Reading]) -> float:
    """Return how far memory was from its median after the first tenth, as a share of it."""
    counted = [each.rest for each in readings[int(len(readings) * FIRST) :]]
    middle = median(counted)
    return max(abs(each - middle) for each in counted) / middle


def main() -> int:
    """Measure and judge."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--recipe", default="default")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TUI_NN_STATE"] = folder
        recipe = str(endless(chosen.recipe, Path(folder)))
        options = ("--recipe", recipe, "--history-memory", "8")
        with terminal(*options, columns=COLUMNS, rows=ROWS) as app:
            layers = len(load_recipe(chosen.recipe).network.layers) - 1
            readings = measure(app, chosen.minutes, layers)
            app.send_signal(signal.SIGKILL)  # what it would save is of no use
    found = spread(readings)
    print(f"within {found:.1%} of the median after the first {FIRST:.0%} of the time")
    return 0 if found <= FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
