"""The charts of the Training screen: loss, error, gradient norms and learning rate over the epochs.

All of them share one x axis. A range is worked out from the values alone, so that another run
begins on axes of its own and a single spike does not flatten the rest.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from screens.inspect.export import Drawing
from screens.inspect.places import furthest, is_past
from screens.shapes.axes import nice_step, round_up
from screens.shapes.curve_reduction import (
    Derived,
    Values,
    bucket_size,
    extremes,
    since,
    smoothed,
)
from screens.shapes.curves import Curves, Floats, Series
from screens.shapes.format import figure
from screens.shapes.robust_range import robust_limits
from tui_nn.training.analysis.typical_error import typical_error
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.history import Curves as StepCurves

_NOTHING_YET = "nothing yet: press space to train"
_BRANCHES = 6  # the newest ones are drawn: more could not be told apart
_START = 20  # batches that say where a run began
LOWEST, EDIT = "▽", "◇"
_TICKS = 100  # more than there is ever room to write
_EPOCHS_ON_AXIS = 10  # up to so many the axis ends with the current epoch


class Measure(Struct, frozen=True):
    """A number that is known of every step.

    Attributes:
        name: What it is called.
        of_steps: [N], or [N, layers] where ``by_layer``: one row a step.
        validation: The same of validation, in an epoch's record; "" where there is none.
        unit: What stands behind a value.
        of_validation: How the record of validation becomes a value.
        by_layer: Whether each layer has a value of its own.
    """

    name: str
    of_steps: Callable[[StepCurves], Values]
    validation: str = ""
    unit: str = ""
    of_validation: Callable[[Floats], Floats] = lambda values: values
    by_layer: bool = False

    def of_epochs(self, snapshot: Snapshot) -> Floats:
        """Return [epochs], what was measured on validation."""
        if not self.validation:
            return np.zeros(0)
        return self.of_validation(snapshot.epochs.column(self.validation))

    def text(self, value: float) -> str:
        """Return a value as people read it."""
        return f"{figure(value)}{self.unit}"


def _each(values: Floats, change: Callable[[Floats], Floats]) -> Values:
    """Return what becomes of each value, which is worked out where it is drawn."""
    return Derived(len(values), lambda begin, end: change(values[begin:end]))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure("loss", lambda curves: curves.loss, "validation_loss"),
            Measure(
                "error",
                lambda curves: _each(curves.accuracy, lambda shares: 100 * (1 - shares)),
                "validation_accuracy",
                " %",
                lambda shares: 100 * (1 - shares),
            ),
            Measure(
                "gradient norm",
                lambda curves: Derived(len(curves), curves.norms_between),
                by_layer=True,
            ),
            Measure("learning rate", lambda curves: curves.learning_rate),
        )
    }
)


def _measure(name: str, snapshot: Snapshot) -> Measure:
    """Return a measure; where numbers are wanted, how far off the outputs are is the error."""
    recipe = snapshot.recipe
    if name != "error" or not recipe.task.is_numeric:
        return MEASURES[name]
    return Measure(
        "typical |p − y|",
        lambda curves: _each(curves.loss, lambda losses: typical_error(recipe, losses)),
        "validation_loss",
        of_validation=lambda losses: typical_error(recipe, losses),
    )


def made_of(snapshot: Snapshot) -> tuple[object, ...]:
    """Return all of a snapshot that charts depend on."""
    return (
        snapshot.curves,
        snapshot.epochs,
        snapshot.branches,
        snapshot.edit_steps,
        snapshot.schedule,
        snapshot.learning_rate,
        snapshot.position.step,
    )


def chart(name: str, snapshot: Snapshot, columns: int, log: bool = True) -> Curves:
    """Return one of ``MEASURES`` over the steps so far.

    Args:
        name: Which.
        snapshot: Whose.
        columns: The columns there are to draw in.
        log: Whether equal ratios have equal heights.
    """
    measure = _measure(name, snapshot)
    series = _series(measure, snapshot, columns)
    ranged = [np.asarray(each.y) for each in series if not each.faint]
    limits = robust_limits(ranged, log, _start(measure, snapshot))
    if limits is not None and not log:
        limits = (min(0.0, limits[0]), limits[1])
    end = axis_end(snapshot)
    return Curves(
        series,
        title=measure.name if measure.validation else f"{name}, now {_newest(measure, snapshot)}",
        x_label=x_words(snapshot),
        y_label="log" if log else "",
        log_y=log,
        x_limits=(0.0, end),
        y_limits=limits or (None, None),
        x_ticks=epoch_ticks(snapshot, end),
        cursor=snapshot.position.step if is_past(snapshot) else None,
        span=(0, furthest(snapshot)),
        empty=_NOTHING_YET,
    )


def small_chart(name: str, snapshot: Snapshot, columns: int, log: bool = True) -> Curves:
    """Return a chart for little room: its newest value in the title instead of a legend."""
    curves = chart(name, snapshot, columns, log)
    bare = tuple(replace(series, name="", label="") for series in curves.series)
    measure = _measure(name, snapshot)
    title = f"{measure.name} {_newest(measure, snapshot)}"
    return Curves(
        bare,
        title=title,
        log_y=log,
        x_limits=curves.x_limits,
        y_limits=curves.y_limits,
        x_ticks=curves.x_ticks,
        cursor=curves.cursor,
        empty="nothing yet",
    )


def _series(measure: Measure, snapshot: Snapshot, columns: int) -> tuple[Series, ...]:
    values = measure.of_steps(snapshot.curves)
    branches = _branches(measure, snapshot, columns)
    if measure.name == "learning rate":
        steps, rates = extremes(values, columns)
        steps = np.append(steps, len(values) + 1)
        rates = np.append(rates, snapshot.learning_rate)
        line = Series("η", steps, rates, label=measure.text(float(rates[-1])))
        return (*_edits(snapshot, steps, rates), line, *branches)
    if measure.by_layer:
        return (*_by_layer(measure, values, columns), *branches)
    ends = snapshot.epochs.column("step")
    measured, (steps, means) = measure.of_epochs(snapshot), smoothed(values, columns)
    return (
        *_lowest(snapshot, ends, measured),
        *_edits(snapshot, steps, means),
        Series("validation", ends, measured, tone=1, label=_label("validation", measure, measured)),
        Series("train", steps, means, tone=0, label=_label("train", measure, means)),
        *branches,
        Series("each batch", *extremes(values, columns), faint=True, dots=True),
    )


def _lowest(snapshot: Snapshot, ends: Floats, measured: Floats) -> list[Series]:
    """Mark where validation was lowest, if it has risen since."""
    if not np.isfinite(measured).any():
        return []
    best = int(np.nanargmin(measured))
    if best == len(measured) - 1:
        return []
    name, here = f"lowest: epoch {snapshot.epochs[best].epoch}", slice(best, best + 1)
    return [Series(name, ends[here], measured[here], tone=4, dots=True, mark=LOWEST)]


def _edits(snapshot: Snapshot, steps: Floats, values: Floats) -> list[Series]:
    """Mark on a curve where the run was edited."""
    x = np.array([float(step) for step in snapshot.edit_steps if step <= furthest(snapshot)])
    if not len(x) or not len(steps):
        return []
    return [Series("edit", x, np.interp(x, steps, values), tone=3, dots=True, mark=EDIT)]


def _by_layer(measure: Measure, values: Values, columns: int) -> list[Series]:
    steps, means = smoothed(values, columns)
    return [
        Series(name, steps, of_layer, label=_label(name, measure, of_layer))
        for name, of_layer in ((f"layer {n}", each) for n, each in enumerate(means.T, start=1))
    ]


def _branches(measure: Measure, snapshot: Snapshot, columns: int) -> list[Series]:
    """Return the earlier branches, each from where the run left it."""
    size = bucket_size(furthest(snapshot), columns)  # as in the curve that goes on
    series = []
    for branch in snapshot.branches[-_BRANCHES:]:
        left = since(measure.of_steps(branch.curves), branch.step)
        steps, means = smoothed(left, -(-len(left) // size))
        series += [
            Series("earlier branch", branch.step + steps, each, tone=0, faint=True)
            for each in (means.T if measure.by_layer else (means,))
        ]
    return series


def _label(name: str, measure: Measure, values: Floats) -> str:
    return f"{name} {measure.text(float(values[-1]))}" if len(values) else ""


def _newest(measure: Measure, snapshot: Snapshot) -> str:
    if measure.name == "learning rate":
        return measure.text(snapshot.learning_rate)
    values = measure.of_steps(snapshot.curves)[-_START:]
    return measure.text(float(values.mean())) if len(values) else "–"


def _start(measure: Measure, snapshot: Snapshot) -> list[float]:
    """Return where the run began, which has to be on the axis."""
    first = measure.of_steps(snapshot.curves)[:_START]
    if not len(first) or measure.name == "learning rate":
        return []
    with np.errstate(invalid="ignore"):
        return list(map(float, np.atleast_1d(np.median(first, axis=0))))


def axis_end(snapshot: Snapshot) -> float:
    """Return where the x axis ends: a round number of epochs, or of steps in the first one."""
    step, schedule = furthest(snapshot), snapshot.schedule
    epoch, batch = schedule.place(step)
    if epoch == 1:
        return min(float(schedule.batches(1)), max(round_up(step), 1.0))
    over = epoch if batch else epoch - 1
    if over > _EPOCHS_ON_AXIS:
        over = round(round_up(over))
    return float(schedule.first_step(over + 1))


def epoch_ticks(snapshot: Snapshot, end: float) -> tuple[tuple[float, str], ...]:
    """Return the ends of epochs up to a step, counted; none where the first one is not over.

    Of many epochs, only every so many end is returned: there is room to write a few.
    """
    schedule = snapshot.schedule
    if furthest(snapshot) < schedule.batches(1):
        return ()
    over = schedule.place(int(end))[0] - 1
    every = int(nice_step(over / _TICKS)) if over > _TICKS else 1
    return tuple(
        (float(schedule.first_step(epoch + 1)), str(epoch)) for epoch in range(0, over + 1, every)
    )


def x_words(snapshot: Snapshot) -> str:
    """Return what the x axis counts, and how many steps make an epoch, which an edit may change."""
    epoch, batches = snapshot.position.epoch, snapshot.position.batches
    if batches == 1:
        return "epoch (one step: all of train at once)"
    always = snapshot.schedule.first_step(epoch) == (epoch - 1) * batches
    whose = "each" if always else f"epoch {epoch}:"
    if furthest(snapshot) < snapshot.schedule.batches(1):
        return f"step (an epoch has {batches:,})"
    return f"epoch ({whose} {batches:,} steps)"


def reading(name: str, snapshot: Snapshot) -> str:
    """Return the values of a chart where the run stands, in numbers."""
    measure, step = _measure(name, snapshot), snapshot.position.step
    if not step:
        return "no step yet: press space to train, n for one operation"
    row = measure.of_steps(snapshot.curves)[step - 1 : step][0]
    if measure.by_layer:
        layers = (f"layer {n} {measure.text(float(norm))}" for n, norm in enumerate(row, 1))
        return f"step {step:,}: {' · '.join(layers)}"
    words = f"step {step:,}: this batch {measure.text(float(row))}"
    if not measure.validation:
        return f"step {step:,}: {measure.text(float(row))}"
    epochs = snapshot.epochs.until(step)
    measured = measure.of_epochs(snapshot)[: len(epochs)]
    if len(measured):
        last, best = len(measured) - 1, int(np.argmin(np.nan_to_num(measured, nan=np.inf)))
        words += f" · validation {measure.text(float(measured[last]))}"
        lowest = f"lowest {measure.text(float(measured[best]))} after epoch {epochs[best].epoch}"
        words += " (its lowest)" if best == last else f" ({lowest})"
    return words


def drawing(name: str, snapshot: Snapshot, log: bool) -> Drawing:
    """Return a chart to be exported, with a point for every step."""
    curves = chart(name, snapshot, max(len(snapshot.curves.loss), 100), log)
    curves = replace(curves, x_label="step", x_ticks=())
    what = f"{name} of {snapshot.recipe.name} at step {snapshot.position.step}"
    return Drawing(f"{name}-step{snapshot.position.step}".replace(" ", "-"), what, curves)
