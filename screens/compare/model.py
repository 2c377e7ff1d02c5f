"""What the Compare screen shows: which runs there are, their table, and their curves."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.curve_reduction import bucket_size, smoothed
from screens.shapes.curves import Curves, Series
from screens.shapes.format import fixed
from screens.shapes.table import Column, Contents, Row
from tui_nn.training.recipe.hyperparameters import Path
from tui_nn.training.recipe.keys import differing, value_of
from tui_nn.training.recipe.values import format_value
from tui_nn.training.runs.run import Run
from tui_nn.training.runs.sweep import Progress
from tui_nn.training.runs.sweeper import Sweeper

Floats = NDArray[np.float64]
Measure = Literal["loss", "accuracy"]
Split = Literal["train", "validation"]
Axis = Literal["step", "epoch", "seconds"]

MEASURES: tuple[Measure, ...] = ("loss", "accuracy")
SPLITS: tuple[Split, ...] = ("train", "validation")
AXES: tuple[Axis, ...] = ("step", "epoch", "seconds")
SELECTED_TONE = 0
OTHER_TONES = range(1, 8)
"""Those of curves that can be told apart beside the selected one; of more runs they are faint."""

_FEW = 4
_SHORT: Mapping[Path, str] = {
    ("training", "learning_rate"): "rate η",
    ("training", "batch_size"): "batch",
    ("data", "validation"): "held out",
    ("data", "name"): "data",
}
_EPOCHS = ("training", "epochs")
_AXIS_WORDS = {"step": "step", "epoch": "epoch", "seconds": "seconds of training"}
_EMPTY = {
    "train": "nothing yet: press space to train",
    "validation": "nothing yet: validation is measured at the end of an epoch (e)",
}

ALONE = (
    "The only run so far. Each run that you leave stays here, to compare:",
    "  r       begins again from the same weights, with η as + and - have set it",
    "  p       offers all hyperparameters, to change or to begin again with",
    "  ctrl+o  opens a saved run, or a network trained for you",
    "  s       sweeps: trains several in the background, with other values each",
)
LESSON = "Choose by validation, not by test: the best of many test figures is partly luck."


class Choices(Struct, frozen=True):
    """What is drawn of the runs.

    Attributes:
        measure: Which figure.
        split: Of which samples.
        axis: Against what.
        log: Whether equal ratios of a loss have equal heights.
    """

    measure: Measure = "loss"
    split: Split = "train"
    axis: Axis = "step"
    log: bool = False


class Order(Struct, frozen=True):
    """How the runs are ordered.

    Attributes:
        by: The name of a column.
        descending: Whether its largest value comes first.
    """

    by: str = "run"
    descending: bool = False


class Figure(NamedTuple):
    """A column of the table.

    Attributes:
        name: What stands over it.
        value: What a run has in it, to order by; None where it has nothing.
        text: The same to read.
        best_is_high: Whether one wants to see the largest first.
        align: To which side it goes.
    """

    name: str
    value: Callable[[Run], Any]
    text: Callable[[Run], str]
    best_is_high: bool = False
    align: Literal["<", ">"] = ">"


def figures_of(runs: Collection[Run]) -> tuple[Figure, ...]:
    """Return the columns that some runs need: what they differ in, and what they came to."""
    recipes = [recipe for run in runs for recipe in (run.recipe, run.began)]
    names = {recipe.name for recipe in recipes}
    changed = [path for path in differing(recipes) if path != _EPOCHS]
    edits = Figure("edits", lambda run: run.edits, lambda run: str(run.edits or "–"))
    name = Figure("name", lambda run: run.recipe.name, lambda run: run.recipe.name, align="<")
    return (
        Figure("run", lambda run: run.number, lambda run: str(run.number)),
        *([name] if len(names) > 1 else []),
        *map(_setting, changed),
        Figure("validation", lambda run: run.validation_accuracy, _validation, best_is_high=True),
        Figure("test", lambda run: run.test_accuracy, _test, best_is_high=True),
        Figure("train loss", lambda run: run.train_loss, _loss),
        Figure("epochs", lambda run: run.passes, _epochs),
        *([edits] if any(run.edits for run in runs) else []),
        Figure("seconds", lambda run: run.seconds, lambda run: f"{run.seconds:.1f}"),
        Figure("state", lambda run: run.status, lambda run: run.status, align="<"),
    )


def ordered(
    runs: Collection[Run], figures: Sequence[Figure], order: Order, current: int
) -> list[Run]:
    """Return runs in an order: the current one first, those without the figure last."""
    figure = next((each for each in figures if each.name == order.by), figures[0])

    def is_known(run: Run) -> bool:
        value = figure.value(run)
        return value is not None and not (isinstance(value, float) and math.isnan(value))

    by_number = sorted(runs, key=lambda run: run.number)
    known = [run for run in by_number if is_known(run)]
    known.sort(key=lambda run: _comparable(figure.value(run)), reverse=order.descending)
    every = known + [run for run in by_number if not is_known(run)]
    return sorted(every, key=lambda run: run.number != current)


def tones_of(
    runs: Collection[Run], off: Collection[int], current: int, selected: int
) -> dict[int, int | None]:
    """Return the tone of each run's curve, by number; None for a faint one.

    The selected run has the solid line; the current one and the newest others have tones that
    stay theirs whichever is selected.

    Args:
        runs: Those there are.
        off: The numbers of those whose curve is not wanted.
        current: The number of the current one.
        selected: The number of the one that is selected.
    """
    drawn = [run.number for run in runs if run.number not in off and run.steps]
    newest = sorted(drawn, key=lambda number: (number != current, -number))[: len(OTHER_TONES)]
    tones: dict[int, int | None] = dict.fromkeys(drawn)
    tones |= dict(zip(sorted(newest), OTHER_TONES, strict=False))
    return tones | ({selected: SELECTED_TONE} if selected in tones else {})


def table_of(
    runs: Collection[Run], order: Order, tones: Mapping[int, int | None], current: int
) -> Contents:
    """Return the table of some runs."""
    figures = figures_of(runs)
    names = [figure.name for figure in figures]
    rows = tuple(
        Row(
            key=run.number,
            cells=tuple(figure.text(run) for figure in figures),
            mark="▶" if run.number == current else " ",
            tone=tones.get(run.number),
            is_drawn=run.number in tones,
        )
        for run in ordered(runs, figures, order, current)
    )
    columns = tuple(Column(figure.name, figure.align) for figure in figures)
    by = names.index(order.by) if order.by in names else 0
    return Contents(columns, rows, by, order.descending)


def next_order(order: Order, column: int, runs: Collection[Run]) -> Order:
    """Return the order by a column: its best first, or if it is that already, the other way."""
    figure = figures_of(runs)[column]
    if figure.name == order.by:
        return Order(figure.name, not order.descending)
    return Order(figure.name, figure.best_is_high)


def curves_of(
    runs: Collection[Run],
    tones: Mapping[int, int | None],
    selected: int,
    choices: Choices,
    columns: int,
) -> Curves:
    """Return the runs' curves, the selected one's on top of the others.

    Args:
        runs: Those there are.
        tones: Which are drawn, as ``tones_of`` says.
        selected: The number of one.
        choices: What is drawn of them.
        columns: The columns there are.
    """
    drawn = [run for run in runs if run.number in tones]
    drawn.sort(key=lambda run: (run.number != selected, run.number))
    longest = max((run.steps for run in drawn), default=0)
    # plotext takes some 20 µs a point: of many curves each has fewer, and lines between them.
    points = columns if len(drawn) <= _FEW else columns // 2
    size = bucket_size(longest, points)  # as many steps a point for all of them
    series = []
    for run in drawn:
        x, y = _points(run, choices, size, points)
        tone, is_selected = tones[run.number], run.number == selected
        name = f"▸{run.number}" if is_selected else str(run.number)
        series.append(Series(name, x, y, tone=tone, faint=tone is None))
    is_loss = choices.measure == "loss"
    return Curves(
        tuple(series),
        title=f"{choices.split} {'loss' if is_loss else 'accuracy %'}",
        x_label=_AXIS_WORDS[choices.axis],
        y_label="log scale" if is_loss and choices.log else "",
        log_y=is_loss and choices.log,
        x_limits=(0.0, None),
        empty=_EMPTY[choices.split],
    )


def progress_along(run: Run, steps: Floats, axis: Axis) -> Floats:
    """Return where on an axis a run was after some steps, which may be fractions.

    Between the ends of epochs, where the clock was read, it went evenly.
    """
    if axis == "step":
        return steps
    ends = run.epochs
    known = np.array([0.0, *ends.column("step"), run.steps])
    name, now = ("epoch", run.passes) if axis == "epoch" else ("seconds", run.seconds)
    there = np.array([0.0, *ends.column(name), now])
    found: Floats = np.interp(steps, known, there)
    return found


def summary(runs: Collection[Run], dataset: str) -> str:
    """Return how many runs of what there are."""
    names = sorted({run.recipe.name for run in runs})
    what = names[0] if len(names) == 1 else f"{len(names)} recipes"
    data = dataset.rstrip("/").rpartition("/")[2] or dataset
    return f"{len(runs)} run{'' if len(runs) == 1 else 's'} of {what} on {data}"


def _points(run: Run, choices: Choices, size: int, most: int) -> tuple[Floats, Floats]:
    """Return a run's curve.

    Args:
        run: The run.
        choices: What is drawn of it.
        size: How many steps a point is the mean of.
        most: About how many epochs are drawn at most.
    """
    scale = 1.0 if choices.measure == "loss" else 100.0
    if choices.split == "validation":
        every = max(1, -(-len(run.epochs) // max(most, 1)))
        epochs = run.epochs[::-every][::-1]  # the last one always
        steps, values = epochs.column("step"), epochs.column(f"validation_{choices.measure}")
    else:
        values = run.curves.loss if choices.measure == "loss" else run.curves.accuracy
        steps, values = smoothed(values, max(-(-run.steps // size), 1))
    return progress_along(run, steps, choices.axis), scale * values.astype(np.float64)


def _setting(path: Path) -> Figure:
    def value(run: Run) -> Any:
        return value_of(run.recipe, path)

    def text(run: Run) -> str:
        began, ended = format_value(value_of(run.began, path)), format_value(value(run))
        return ended if began == ended else f"{began}→{ended}"

    return Figure(_SHORT.get(path, path[-1]), value, text)


def _comparable(value: Any) -> tuple[bool, float, str]:
    """Return what orders numbers by size, and everything else behind them by its words."""
    if isinstance(value, int | float):
        return False, float(value), ""
    return True, 0.0, format_value(value)


def _validation(run: Run) -> str:
    return _share(run.validation_accuracy)


def _test(run: Run) -> str:
    """Return its share, and when it was measured if that is over."""
    share = _share(run.test_accuracy)
    return share if run.tested_at is None else f"{share} at step {run.tested_at:,}"


def _epochs(run: Run) -> str:
    """Return how many it has made, of how many."""
    return f"{run.passes:.3g}/{run.recipe.training.epochs}"


def _loss(run: Run) -> str:
    return "–" if run.train_loss is None else fixed(run.train_loss, 4)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def progress_text(progress: Progress) -> str:
    """Return how far a sweep is."""
    return f"run {progress.run} of {progress.runs}, epoch {progress.epoch} of {progress.epochs}"


def ended_words(sweeper: Sweeper) -> str:
    """Return how a sweep ended."""
    runs = sweeper.progress.runs
    if sweeper.failure is not None:
        return f"The sweep failed: {sweeper.failure}"
    if sweeper.done < runs:
        return f"The sweep was cancelled: {sweeper.done} of {runs} runs are here"
    return f"The sweep is done: {runs} runs"
