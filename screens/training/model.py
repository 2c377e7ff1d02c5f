"""What the Training screen shows: curves reduced to what can be drawn, progress, and health."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from screens.inspect.export import Drawing
from screens.inspect.places import furthest, is_past
from screens.shapes.bar import Bar
from screens.shapes.curve_reduction import bucket_size, extremes, smoothed
from screens.shapes.curves import Curves, Floats, Series
from screens.training.pace import Pace, clock_time
from tui_nn.training.analysis.health import Finding, Verdict, stopped_early
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.history import Curves as StepCurves

PLOTS = ("loss", "accuracy", "rate", "gradient")
PAGES = (("loss", "accuracy"), ("rate", "gradient"), ("health",))
"""What is seen at once where there is little room."""

_PAGE_NAMES = ("loss and accuracy", "learning rate and gradients", "health")
_EXPORTED = {
    "loss": "loss",
    "accuracy": "accuracy",
    "rate": "learning rate",
    "gradient": "gradient norms",
}
_NOTHING_YET = "nothing yet: press space to train"
_SEVERITY = {verdict: number for number, verdict in enumerate(Verdict)}
_BRANCHES = 6  # the newest ones are drawn: more could not be told apart


def page_name(page: int) -> str:
    """Return what a page shows, for people."""
    return _PAGE_NAMES[page]


def loss_curves(snapshot: Snapshot, columns: int, log: bool) -> Curves:
    """Return the loss of every batch, its mean, and validation at the epochs' ends."""
    ends, measured = _epoch_ends(snapshot, "validation_loss")
    series = _noisy(snapshot.curves.loss, columns, ends, measured)
    overtaken = _overtaken(snapshot, columns, lambda curves: curves.loss)
    return _over_steps((*series, *overtaken), snapshot, "loss", log, _dots(snapshot, columns))


def accuracy_curves(snapshot: Snapshot, columns: int) -> Curves:
    """Return the accuracy of every batch, its mean, and validation at the epochs' ends."""
    ends, measured = _epoch_ends(snapshot, "validation_accuracy")
    series = _noisy(100 * snapshot.curves.accuracy, columns, ends, 100 * measured)
    overtaken = _overtaken(snapshot, columns, lambda curves: 100 * curves.accuracy)
    curves = _over_steps(
        (*series, *overtaken), snapshot, "accuracy %", False, _dots(snapshot, columns)
    )
    return replace(curves, y_limits=(0.0, 100.0))


def rate_curves(snapshot: Snapshot, columns: int, log: bool) -> Curves:
    """Return the learning rate of every update, and of the next one."""
    steps, values = extremes(snapshot.curves.learning_rate, columns)
    steps = np.append(steps, len(snapshot.curves.learning_rate) + 1)
    values = np.append(values, snapshot.learning_rate)
    title = f"learning rate, now {snapshot.learning_rate:.4g}"
    overtaken = _overtaken(snapshot, columns, lambda curves: curves.learning_rate, extremes)
    return _over_steps((Series("η", steps, values), *overtaken), snapshot, title, log)


def gradient_curves(snapshot: Snapshot, columns: int, log: bool) -> Curves:
    """Return the mean norm of each layer's gradient over the last few steps."""
    norms = snapshot.curves.gradient_norm
    series = []
    for layer in range(norms.shape[1]):
        steps, means = smoothed(norms[:, layer], columns)
        series.append(Series(f"layer {layer + 1}", steps, means))
    overtaken = [
        each
        for layer in range(norms.shape[1])
        for each in _overtaken(snapshot, columns, lambda curves: curves.gradient_norm[:, layer])  # noqa: B023
    ]
    return _over_steps((*series, *overtaken), snapshot, "‖∇‖", log)


def curves_of(plot: str, snapshot: Snapshot, columns: int, log: bool) -> Curves:
    """Return the curves of one of ``PLOTS``."""
    if plot == "accuracy":  # between 0 and 100 there is nothing for a log scale to show
        return accuracy_curves(snapshot, columns)
    make = {"loss": loss_curves, "rate": rate_curves, "gradient": gradient_curves}[plot]
    return make(snapshot, columns, log)


def drawing(plot: str, snapshot: Snapshot, log: bool) -> Drawing:
    """Return one of ``PLOTS`` to be exported, with a point for every step."""
    steps = len(snapshot.curves.loss)
    curves = curves_of(plot, snapshot, max(steps, 100), log)
    what = f"{_EXPORTED[plot]} of {snapshot.recipe.name} at step {snapshot.position.step}"
    name = f"{_EXPORTED[plot]}-step{snapshot.position.step}".replace(" ", "-")
    return Drawing(name, what, curves)


def _noisy(values: Floats, columns: int, ends: Floats, measured: Floats) -> tuple[Series, ...]:
    steps, means = smoothed(values, columns)
    return (
        Series("validation", ends, measured, tone=1),
        Series("train", steps, means, tone=0),
        Series("every batch", *extremes(values, columns), faint=True),
    )


def _overtaken(
    snapshot: Snapshot,
    columns: int,
    values_of: Callable[[StepCurves], Floats],
    reduce: Callable[[Floats, int], tuple[Floats, Floats]] = smoothed,
) -> list[Series]:
    """Return what changes in the past overtook, each from where the run left it."""
    name = "overtaken" if columns > 45 else "old"
    size = bucket_size(furthest(snapshot), columns)  # as in the curve that goes on
    series = []
    for branch in snapshot.branches[-_BRANCHES:]:
        left = values_of(branch.curves)[branch.step :]
        steps, values = reduce(left, -(-len(left) // size))
        series.append(Series(name, branch.step + steps, values, tone=0, faint=True))
    return series


def _epoch_ends(snapshot: Snapshot, name: str) -> tuple[Floats, Floats]:
    ends = [float(record.step) for record in snapshot.epochs]
    return np.array(ends), np.array([float(getattr(each, name)) for each in snapshot.epochs])


def _dots(snapshot: Snapshot, columns: int) -> str:
    return "dots: single batches" if columns > 65 and not snapshot.branches else ""


def _over_steps(
    series: tuple[Series, ...], snapshot: Snapshot, title: str, log: bool, note: str = ""
) -> Curves:
    return Curves(
        series,
        title=title,
        x_label=_step_label(snapshot),
        y_label=", ".join(filter(None, ["log scale" if log else "", note])),
        log_y=log,
        x_limits=(0.0, None),
        y_limits=(None, None) if log else (0.0, None),
        cursor=snapshot.position.step if is_past(snapshot) else None,
        span=(0, furthest(snapshot)),
        empty=_NOTHING_YET,
    )


def _step_label(snapshot: Snapshot) -> str:
    """Return what the x axis is, and how many steps make an epoch, which an edit may change."""
    epoch, batches = snapshot.position.epoch, snapshot.position.batches
    if batches == 1:
        return "step: all of train at once"
    always = snapshot.schedule.first_step(epoch) == (epoch - 1) * batches
    return f"step ({'an epoch' if always else f'epoch {epoch}'} has {batches})"


def last_step(snapshot: Snapshot) -> int:
    """Return how many steps make the whole run."""
    return snapshot.schedule.first_step(snapshot.recipe.training.epochs + 1)


def progress_bars(snapshot: Snapshot) -> list[Bar]:
    """Return how far the epoch and the run are."""
    position, epochs = snapshot.position, snapshot.recipe.training.epochs
    epoch, done = position.epoch, position.batch - 1
    if snapshot.activity is Activity.FINISHED:
        epoch -= 1
    batch = Bar("epoch", done / position.batches, f"batch {done}/{position.batches}")
    if position.batches == 1:
        share = position.operation / len(snapshot.program.operations)
        batch = Bar("epoch", share, "all of train in one step")
    over = min(position.step / last_step(snapshot), 1.0)
    return [batch, Bar("run", over, f"epoch {epoch}/{epochs}")]


def progress_words(snapshot: Snapshot, pace: Pace) -> str:
    """Return how fast it goes and how long it will take."""
    if best := stopped_early(snapshot):
        return f"stopped early; the best was epoch {best.epoch}: g {best.step} goes there"
    speed, epochs = pace.steps_per_second, snapshot.recipe.training.epochs
    words = "---" if speed is None else f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
    left = last_step(snapshot) - snapshot.position.step
    if left <= 0:
        return f"{words} steps/s · past the recipe's {epochs} epochs"
    return f"{words} steps/s · {clock_time(pace.seconds_for(left))} left of {epochs} epochs"


def epoch_lines(snapshot: Snapshot, room: int) -> list[str]:
    """Return a table of the newest epochs, its header first.

    Args:
        snapshot: Whose epochs.
        room: Lines there are.
    """
    header = (
        f"{'epoch':>5} {'train loss':>10} {'validation':>10} {'train acc':>10} {'validation':>10}"
    )
    if not snapshot.epochs:
        return [header, "the first line comes at an epoch's end: press e"][:room]
    rows = [
        f"{each.epoch:>5} {each.train_loss:>10.4f} {each.validation_loss:>10.4f} "
        f"{each.train_accuracy:>10.1%} {each.validation_accuracy:>10.1%}"
        for each in snapshot.epochs[-max(room - 1, 1) :]
    ]
    return [header, *rows][: max(room, 0)]


class HealthLine(NamedTuple):
    """A line of the health panel.

    Attributes:
        sign: ``ok``, ``!`` or ``!!``; empty on lines that go on.
        name: What was looked at; empty on lines that go on.
        words: What was found.
    """

    sign: str
    name: str
    words: str


def health_lines(findings: Sequence[Finding], width: int) -> list[HealthLine]:
    """Return findings as lines, broken where they are longer than the width."""
    if not findings:
        words = "nothing to go by yet: press space to train, n for one operation"
        return [HealthLine("", "", line) for line in textwrap.wrap(words, max(width, 20))]
    names = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        words = f"{finding.says} {finding.advice}".strip()
        wrapped = textwrap.wrap(words, max(width - names - 4, 20))
        lines.append(HealthLine(f"{finding.verdict:2}", finding.name.ljust(names), wrapped[0]))
        lines += [HealthLine("  ", " " * names, line) for line in wrapped[1:]]
    return lines


def health_summary(findings: Sequence[Finding]) -> str:
    """Return how many findings are good, and the first of the worst in words."""
    if not findings:
        return "health: nothing to go by yet"
    well = sum(finding.verdict is Verdict.OK for finding in findings)
    words = f"health: {well} of {len(findings)} ok"
    worst = max(findings, key=lambda finding: _SEVERITY[finding.verdict])
    if worst.verdict is Verdict.OK:
        return words
    return f"{words} · {worst.verdict} {worst.name}: {worst.says}"
