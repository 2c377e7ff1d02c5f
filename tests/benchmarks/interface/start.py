"""How soon something is seen, what the app costs the training in it, and what it holds in memory.

Times until something is seen are processor times, as ratios to the bare app's in the same turns:
the clock tells more of what else the machine does. Without ``/proc`` there are no such rows.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from compileall import compile_dir
from contextlib import closing
from pathlib import Path
from statistics import median

import screens
import tui_nn
from tests.benchmarks.interface.keys import BARE, SIZE
from tests.benchmarks.interface.probe import Probe
from tests.benchmarks.interface.table import Row
from tui_nn.data.sources import about, load
from tui_nn.options import AppOptions
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.timeline import Timeline

SECONDS = 4.0  # of training, a turn
EPOCHS = 5
MIB = 1 << 20


def rows(turns: int) -> Iterator[Row]:
    """Measure each row, the things that are compared in turns."""
    # As `make` and pip leave it; Python itself may have been told to write no bytecode.
    for package in (tui_nn, screens):
        compile_dir(*package.__path__, quiet=1)
    if Path("/proc/self/schedstat").exists():
        yield from _first_paint(turns)
    yield from _samples(turns)
    if about("mnist").here and Path("/proc/self/status").exists():
        yield _memory()


def _first_paint(turns: int) -> Iterator[Row]:
    bare, outlines, real = [], [], []
    for _ in range(turns):
        with closing(Probe(program=BARE, **SIZE)) as probe:
            bare.append(_cost_until(probe, "paused 0"))
        with closing(Probe(**SIZE)) as probe:
            outlines.append(_cost_until(probe, "Backprop", "opening"))
            real.append(_cost_until(probe, "press n", "guesses"))
    for what, costs, wanted in (
        ("first paint: tabs and outlines", outlines, 1.2),
        ("first paint: digit and prediction", real, 2.0),
    ):
        cost = median(costs)
        yield Row(what, "", cost / median(bare), "×", wanted, f"{cost * 1e3:.0f} ms")


def _cost_until(probe: Probe, *texts: str) -> float:
    """Return the processor time until some texts are seen."""
    probe.wait_for(*texts)
    threads = Path(f"/proc/{probe.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _samples(turns: int) -> Iterator[Row]:
    screens: dict[str, tuple[str, float]] = {"4": ("Training", 0.90), "3": ("Backprop", 0.85)}
    alone: list[float] = []
    watched: dict[str, list[float]] = {key: [] for key in screens}
    for _ in range(turns):
        alone.append(_pace_alone())
        for key in screens:
            watched[key].append(_pace_on(key))
    for key, (name, wanted) in screens.items():
        ratio = median(watched[key]) / median(alone)
        note = f"{median(watched[key]):,.0f}/s"
        yield Row("steps/s at full speed, of `train`'s", name, ratio, "×", wanted, note, more=True)


def _pace_alone() -> float:
    """Return the steps a second of `tui-nn train`."""
    command = [sys.executable, "-m", "tui_nn", "train", "default", "--epochs", "8", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return float(found["steps"] / found["seconds"])


def _pace_on(key: str) -> float:
    """Return the steps a second at full speed with a screen looking on."""
    with closing(Probe("--color", "truecolor", **SIZE)) as probe:
        _run_on(probe, key)
        probe.bytes_in(1.0)
        first, started = _step(probe), time.perf_counter()
        probe.bytes_in(SECONDS)
        return (_step(probe) - first) / (time.perf_counter() - started)


def _memory() -> Row:
    """Return what is resident after some epochs, beyond the copies that time travel keeps."""
    with closing(Probe("--data", "mnist", **SIZE)) as probe:
        _run_on(probe, "4")
        probe.wait_until(lambda: f"epoch {EPOCHS + 1} " in probe.text, "the last epoch")
        probe.press(" ")
        probe.wait_for("paused")
        status = Path(f"/proc/{probe.pid}/status").read_text()
        resident = int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024
        copies = _copies(_step(probe)) / MIB
    what = f"resident, MNIST, {EPOCHS} epochs, without copies"
    return Row(what, "", resident - copies, "MiB", 200.0, f"+ {copies:.0f}")


def _copies(steps: int) -> int:
    """Return how many bytes of copies there are after some steps of the default recipe."""
    state = Session(load_recipe(AppOptions.recipe), load("embedded")).state
    timeline = Timeline(state, AppOptions.history_memory * MIB)
    for step in range(steps):
        timeline.keep(step, state)
    return timeline.nbytes


def _run_on(probe: Probe, key: str) -> None:
    """Train at full speed on a screen."""
    probe.wait_for("press n")
    probe.press(key)
    probe.quieten(1.0)
    probe.press(">>>>")
    probe.wait_for("full speed")
    probe.press(" ")
    probe.wait_for("running")


def _step(probe: Probe) -> int:
    return int(re.findall(r"step ([\d,]+)", probe.text)[0].replace(",", ""))
