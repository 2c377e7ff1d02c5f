"""How soon something is seen, what the app costs the training in it, and what it holds in memory.

Times until something is seen are processor times, as ratios to the bare app's in the same turns:
the clock tells more of what else the machine does. Without ``/proc`` there are no such rows.
"""

import re
import sys
import time
from collections.abc import Iterator
from compileall import compile_dir
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import screens
import tui_nn
from tests.benchmarks.interface.keys import BARE, SIZE
from tests.benchmarks.interface.probe import Probe
from tests.benchmarks.interface.table import Row
from tui_nn.data.sources import about, load
from tui_nn.options import AppOptions
from tui_nn.training.recipe.file import write_recipe
from tui_nn.training.recipe.keys import with_values
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.timeline import Timeline

SECONDS = 4.0  # of training, a turn
EPOCHS = 5
LONG = 1_000  # epochs: a run that is over while it is measured would only tell its own length
STEP = r"step ([\d,]+)"
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
    """Return the processor time until some texts are seen.

    It is read when something comes, before that is looked at: meanwhile the program does what it
    left for later.
    """
    costs = [0.0]

    def are_seen() -> bool:
        costs.append(time.clock_gettime(_clock_of(probe.pid)))
        return all(text in probe.text for text in texts)

    probe.wait_until(are_seen, " and ".join(texts))
    return costs[-1]


def _clock_of(pid: int) -> int:
    """Return Linux's clock of a process, which counts its threads that have ended, too."""
    return ~pid << 3 | 2


def _samples(turns: int) -> Iterator[Row]:
    screens: dict[str, tuple[str, float]] = {"4": ("Training", 0.90), "3": ("Backprop", 0.85)}
    alone: list[float] = []
    watched: dict[str, list[float]] = {key: [] for key in screens}
    with TemporaryDirectory() as folder:
        long = with_values(load_recipe(AppOptions.recipe), {("training", "epochs"): LONG})
        recipe = Path(folder) / "long.toml"
        write_recipe(long, recipe)
        for _ in range(turns):
            alone.append(_pace_alone(recipe))
            for key in screens:
                watched[key].append(_pace_on(key, recipe))
    for key, (name, wanted) in screens.items():
        ratio = median(watched[key]) / median(alone)
        note = f"{median(watched[key]):,.0f}/s"
        yield Row("steps/s at full speed, of `train`'s", name, ratio, "×", wanted, note, more=True)


def _pace_alone(recipe: Path) -> float:
    """Return the steps a second of `tui-nn train`."""
    program = (sys.executable, "-m", "tui_nn", "train", str(recipe))
    with closing(Probe(program=program, **SIZE)) as probe:
        probe.wait_for("step/s")
        return _pace(probe, r"(\d+)/\d+ \[")


def _pace_on(key: str, recipe: Path) -> float:
    """Return the steps a second at full speed with a screen looking on."""
    with closing(Probe("--color", "truecolor", "--recipe", str(recipe), **SIZE)) as probe:
        _run_on(probe, key)
        return _pace(probe, STEP)


def _pace(probe: Probe, step: str) -> float:
    """Return the steps a second of a training that goes on.

    Not counted is, where ``/proc`` tells it, how long the thread that trains waited for a processor
    that had other things to do; how long it waited for the thread that draws is counted.
    """
    probe.bytes_in(1.0)
    first, began, used = _next_step(probe, step)
    probe.bytes_in(SECONDS)
    last, ended, used_since = _next_step(probe, step)
    spent = [
        [now - before for now, before in zip(each, used.get(thread, (0, 0)), strict=True)]
        for thread, each in used_since.items()
    ]
    _, waited = max(spent, default=(0, 0))
    return (last - first) / (ended - began - waited / 1e9)


def _next_step(probe: Probe, step: str) -> tuple[int, float, dict[str, tuple[int, int]]]:
    """Wait until another step is shown; return it, when that was, and the time of the threads."""
    before = _step(probe, step)
    probe.wait_until(lambda: _step(probe, step) != before, "another step")
    return _step(probe, step), time.perf_counter(), _threads(probe.pid)


def _threads(pid: int) -> dict[str, tuple[int, int]]:
    """Return of each thread the nanoseconds that it ran, and those that it waited to run."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    times = {file.parent.name: file.read_text().split() for file in files}
    return {thread: (int(ran), int(waited)) for thread, (ran, waited, _) in times.items()}


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


def _step(probe: Probe, step: str = STEP) -> int:
    return int(re.findall(step, probe.text)[0].replace(",", ""))
