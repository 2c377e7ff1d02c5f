"""The charts of Training: what a person can tell from the picture of a run alone."""

import tracemalloc

import numpy as np
import pytest
from msgspec.structs import replace

from screens.shapes.axes import fit_limits
from screens.shapes.curves import Curves
from screens.shapes.look import Look
from screens.training.charts import EDIT, LOWEST, MEASURES, axis_end, chart, reading, small_chart
from screens.widgets.plotext_rendering import plain_text, render_curves
from tests.training.runs import session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord, Epochs
from tui_nn.training.stepping.history import Curves as StepCurves
from tui_nn.training.stepping.place import Place

EPOCHS, BATCHES = 12, 5
AGES = np.arange(1.0, EPOCHS + 1)
FALLING = 2.3 * np.exp(-AGES / 4) + 0.02
RUNS = {
    "still learning": (2.3 * 0.85**AGES, 2.4 * 0.86**AGES),
    "converged": (np.full(EPOCHS, 0.03), np.full(EPOCHS, 0.08)),
    "overfitting since epoch 4": (FALLING, 0.5 + 0.08 * np.abs(AGES - 4)),
    "diverging": (2.3 * 6.0**AGES, 2.3 * 6.0**AGES),
    "too slow": (np.linspace(2.35, 2.30, EPOCHS), np.linspace(2.34, 2.29, EPOCHS)),
}


def run_of(train: np.ndarray, validation: np.ndarray) -> Snapshot:
    """A snapshot of a run whose losses are made up."""
    noise = np.random.default_rng(5).uniform(0.8, 1.25, EPOCHS * BATCHES)
    loss = np.repeat(train, BATCHES) * noise
    loss[:3] = 2.35
    wrong = np.clip(loss / 3, 0, 0.9)
    curves = StepCurves.of(loss, 1 - wrong, np.full(len(loss), 0.1), np.ones((len(loss), 3)))
    records = Epochs.of(
        EpochRecord(n, n * BATCHES, float(t), 0.9, float(v), 0.88)
        for n, (t, v) in enumerate(zip(train, validation, strict=True), start=1)
    )
    seen = session().snapshot(Activity.PAUSED)
    return replace(
        seen,
        curves=curves,
        epochs=records,
        position=replace(seen.position, place=Place(len(loss)), epoch=EPOCHS + 1),
    )


def picture(curves: Curves, width: int = 60, height: int = 16) -> list[str]:
    """What is drawn, as text."""
    x, y = fit_limits((None, None), curves)
    return [plain_text(row) for row in render_curves(curves, width, height, x, y, Look())]


def rows_of(mark: str, lines: list[str]) -> list[int]:
    """The lines that a mark stands on, by column."""
    found = [
        (column, row)
        for row, line in enumerate(lines)
        for column, cell in enumerate(line)
        if cell == mark
    ]
    return [row for _, row in sorted(found)]


@pytest.fixture
def pictures() -> dict[str, list[str]]:
    """Every run as it is drawn."""
    return {name: picture(chart("loss", run_of(*losses), 60)) for name, losses in RUNS.items()}


def test_validation_goes_where_its_loss_goes(pictures: dict[str, list[str]]) -> None:
    marks = {name: rows_of("◆", lines) for name, lines in pictures.items()}
    assert marks["still learning"] == sorted(marks["still learning"])
    assert marks["still learning"][-1] - marks["still learning"][0] > 5
    assert len(set(marks["converged"])) == 1
    assert marks["diverging"] == sorted(marks["diverging"], reverse=True)
    assert marks["diverging"][0] - marks["diverging"][-1] > 8
    assert max(marks["too slow"]) - min(marks["too slow"]) <= 1


def test_overfitting_turns_up_behind_its_lowest_point(pictures: dict[str, list[str]]) -> None:
    lines = pictures["overfitting since epoch 4"]
    (lowest,) = rows_of(LOWEST, lines)
    assert rows_of("◆", lines)[-1] < lowest, "higher on the screen"
    curves = chart("loss", run_of(*RUNS["overfitting since epoch 4"]), 60)
    assert curves.series[0].name == "lowest: epoch 4"


def test_a_run_that_is_too_slow_stays_where_it_began() -> None:
    low, high = chart("loss", run_of(*RUNS["too slow"]), 60).y_limits
    assert low is not None
    assert high is not None
    assert low > 1.5
    assert high < 4


def test_one_spike_is_marked_at_the_edge_and_does_not_stretch_the_axis() -> None:
    train, validation = FALLING.copy(), FALLING + 0.05
    validation[6] = 600.0
    curves = chart("loss", run_of(train, validation), 60)
    assert curves.y_limits[1] is not None
    assert curves.y_limits[1] < 10
    assert "▲" in "".join(picture(curves))


def test_all_charts_share_the_x_axis_and_its_epochs() -> None:
    seen = run_of(*RUNS["still learning"])
    ends = {chart(name, seen, 60).x_limits for name in MEASURES}
    assert ends == {small_chart(name, seen, 30).x_limits for name in MEASURES}
    assert len(ends) == 1
    ticks = chart("loss", seen, 60).x_ticks
    assert ticks[:3] == ((0.0, "0"), (5.0, "1"), (10.0, "2"))


def long_run(epochs: int, batches: int) -> Snapshot:
    """A snapshot of a run that has gone on for long, whose gradients were read now and then."""
    steps = epochs * batches
    loss = 2 + np.sin(np.arange(steps) / 1000)
    norms = np.full((steps, 3), np.nan)
    norms[::8] = 1.5
    seen = session().snapshot(Activity.PAUSED)
    ends = [EpochRecord(n, n * batches, 1.0, 0.9, 1.1, 0.88) for n in range(1, epochs + 1)]
    return replace(
        seen,
        curves=StepCurves.of(loss, 1 - loss / 4, np.full(steps, 0.1), norms),
        epochs=Epochs.of(ends),
        position=replace(seen.position, place=Place(steps), epoch=epochs + 1),
    )


@pytest.mark.parametrize("name", MEASURES)
def test_of_a_long_run_no_chart_makes_an_array_of_all_steps(name: str) -> None:
    seen = long_run(1 << 10, 1 << 10)
    chart(name, seen, 60)  # what is imported on the way
    tracemalloc.start()
    try:
        chart(name, seen, 60)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < seen.curves.loss.size * 8 / 2, "less than half of one column of the record"


def test_of_many_epochs_no_more_are_marked_than_there_could_be_room_for() -> None:
    ticks = chart("loss", long_run(3210, BATCHES), 60).x_ticks
    assert ticks[:3] == ((0.0, "0"), (250.0, "50"), (500.0, "100"))
    assert len(ticks) <= 101


def test_another_run_begins_on_axes_of_its_own() -> None:
    assert axis_end(run_of(*RUNS["converged"])) == EPOCHS * BATCHES
    fresh = session()
    fresh.step_batch()
    assert axis_end(fresh.snapshot(Activity.PAUSED)) <= BATCHES


def test_an_error_of_nothing_is_below_a_log_axis() -> None:
    seen = run_of(*RUNS["converged"])
    curves = seen.curves
    right = np.ones(len(curves))
    perfect = StepCurves.of(curves.loss, right, curves.learning_rate, curves.gradient_norm)
    assert "▼" in "".join(picture(chart("error", replace(seen, curves=perfect), 60)))


def test_the_values_are_told_in_numbers() -> None:
    words = reading("loss", run_of(*RUNS["overfitting since epoch 4"]))
    assert words.startswith("step 60: this batch ")
    assert words.endswith("validation 1.14 (lowest 0.5 after epoch 4)")


def test_an_epoch_has_its_number_where_other_samples_made_the_epochs_shorter() -> None:
    """A run that goes on with fewer samples is in a later epoch than it has records of."""
    seen = run_of(*RUNS["overfitting since epoch 4"])
    later = Epochs.of(
        EpochRecord(n + 8, n * BATCHES, 0.5, 0.9, loss, 0.88) for n, loss in ((1, 0.25), (2, 0.75))
    )
    words = reading("loss", replace(seen, epochs=later))
    assert words.endswith("validation 0.75 (lowest 0.25 after epoch 9)")


@pytest.mark.parametrize("name", MEASURES)
def test_edits_are_marked_where_they_were_made(name: str) -> None:
    run = session(history_memory=2**24)
    for step in range(10):
        if step in (3, 7):
            run.set_learning_rate(0.2)
        run.step_batch()
    curves = chart(name, run.snapshot(Activity.PAUSED), 60)
    marks = [each for each in curves.series if each.mark == EDIT]
    if name == "gradient norm":  # which has several lines
        assert not marks
    else:
        assert [each.x.tolist() for each in marks] == [[3, 7]]
        assert EDIT in "".join(picture(curves))


def test_before_the_first_step_it_says_what_to_press() -> None:
    seen = session().snapshot(Activity.PAUSED)
    for name in ("loss", "error", "gradient norm"):
        assert "press space" in chart(name, seen, 60).empty
        assert "press space" in reading(name, seen)


def test_where_there_is_no_room_yet_a_chart_is_still_made() -> None:
    assert chart("loss", run_of(*RUNS["converged"]), 0).series
