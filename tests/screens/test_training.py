"""Training: the plots, the progress, and the health in words."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from screens.shapes.curve_reduction import Derived, extremes, since, smoothed
from screens.training.charts import chart
from screens.training.health_lines import health_lines, health_summary
from screens.training.pace import Pace, clock_time
from screens.training.progress import bar, epoch_lines, progress_line
from screens.training.screen import TrainingScreen
from screens.widgets.plot import Plot
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import BATCHES, finish, recipe, session
from tui_nn.training.analysis.health import Finding, Verdict
from tui_nn.training.session.snapshot import Activity, Snapshot


def snapshot(steps: int = 0) -> Snapshot:
    run = session(history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    return run.snapshot(Activity.PAUSED)


async def open_training(person: Person) -> None:
    await person.press("4")
    await person.until(lambda: isinstance(person.app.screen, TrainingScreen), "the screen")
    await person.sees("y axis: log")


# What is worked out without a terminal


def test_a_long_curve_keeps_its_spikes() -> None:
    values = np.ones(5000)
    values[1234], values[4000] = 9.0, -3.0
    steps, reduced = extremes(values, 60)
    assert len(steps) == len(reduced) <= 120
    assert (reduced.max(), reduced.min()) == (9.0, -3.0)
    assert abs(steps[reduced.argmax()] - 1235) < 128


def test_a_short_curve_is_left_as_it_is() -> None:
    steps, reduced = extremes(np.array([3.0, 2.0, 1.0]), 60)
    assert steps.tolist() == [1, 2, 3]
    assert reduced.tolist() == [3, 2, 1]


def test_what_is_not_finite_leaves_a_gap_in_its_column_only() -> None:
    values = np.ones(1000)
    values[500] = np.nan
    _, reduced = extremes(values, 50)
    assert np.isnan(reduced).sum() == 1


def test_columns_stay_as_the_curve_grows() -> None:
    random = np.random.default_rng(1)
    values = random.random(1000)
    short, long = extremes(values[:700], 64), extremes(values, 64)
    assert np.array_equal(short[1][:-2], long[1][: len(short[1]) - 2])


@pytest.mark.parametrize("steps", [1, 5, 40, 1000])
def test_the_mean_follows_the_curve(steps: int) -> None:
    places, means = smoothed(np.full(steps, 2.5), 60)
    assert means == pytest.approx(2.5)
    assert places[-1] == steps


@pytest.mark.parametrize("columns", [1, 7, 60, 20_000])
@pytest.mark.parametrize("steps", [0, 1, 100, 70_000])
def test_values_that_are_worked_out_piece_by_piece_give_the_same_curve(
    steps: int, columns: int
) -> None:
    values = np.random.default_rng(steps).random((steps, 2))
    asked: list[int] = []

    def between(begin: int, end: int) -> np.ndarray:
        asked.append(end - begin)
        return values[begin:end, 0]

    derived = Derived(steps, between)
    alone = smoothed(values[:, 0], columns)
    for whole, pieced in (
        (extremes(values[:, 0], columns), extremes(derived, columns)),
        (alone, smoothed(derived, columns)),
        (smoothed(values[40:, 0], columns), smoothed(since(derived, 40), columns)),
    ):
        assert np.array_equal(whole, pieced)
    assert np.array_equal(smoothed(values, columns)[1][:, 0], alone[1])
    assert max(asked, default=0) <= 1 << 17, "a piece, or what shares a column"


def test_a_change_of_the_learning_rate_is_on_its_chart_at_once() -> None:
    run = session(history_memory=2**26)
    run.step_batch()
    run.set_learning_rate(0.5)
    series = chart("learning rate", run.snapshot(Activity.PAUSED), 60).series
    rates = next(each for each in series if each.name == "η")
    assert rates.x.tolist() == [1, 2]
    assert rates.y.tolist() == [0.1, 0.5]


def test_validation_stands_at_the_ends_of_epochs() -> None:
    run = finish(session(history_memory=2**26)).snapshot(Activity.FINISHED)
    validation = next(each for each in chart("loss", run, 60).series if each.name == "validation")
    assert validation.x.tolist() == [5, 10]
    assert validation.y.tolist() == [record.validation_loss for record in run.epochs]


def test_the_table_of_epochs_marks_the_best_and_keeps_the_newest() -> None:
    run = finish(session(history_memory=2**26)).snapshot(Activity.FINISHED)
    assert len(epoch_lines(run, 10)) == 3
    assert epoch_lines(run, 2)[1].startswith("    2 ")
    assert sum("lowest validation loss" in line for line in epoch_lines(run, 10)) == 1
    assert epoch_lines(run, 0) == []


def test_progress_counts_what_is_done_on_a_track() -> None:
    assert bar(0.5, 8) == "████░░░░"
    assert (bar(-1, 3), bar(7, 3)) == ("░░░", "███")
    words = progress_line(snapshot(7), Pace(Clock()), 78)
    assert words.startswith("█" * 28 + "░" * 12)
    assert "epoch 2/2 · batch 2/5 done" in words
    assert len(progress_line(snapshot(7), Pace(Clock()), 40)) <= 40


def test_health_lines_are_broken_under_their_words() -> None:
    findings = [
        Finding("loss", Verdict.OK, "falling."),
        Finding("units", Verdict.BAD, "most of them are dead, and do not learn.", "Restart (r)."),
    ]
    lines = health_lines(findings, 40)
    assert [line.sign for line in lines] == ["ok", "!!", "  "]
    assert lines[1].name == "units"
    assert lines[1].words + " " + lines[2].words == f"{findings[1].says} {findings[1].advice}"
    assert all(len(line.words) + len(line.name) + 4 <= 40 for line in lines)
    worst = "!! units: most of them are dead, and do not learn."
    assert health_summary(findings[::-1]) == worst, "the worst stands first"
    assert health_summary(findings[:1]) == "health: 1 of 1 ok · loss: falling."


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_pace_is_known_after_a_while_and_forgets_pauses() -> None:
    clock = Clock()
    pace = Pace(clock)
    for step in range(4):
        pace.see(step * 10, running=True)
        assert pace.steps_per_second is None
        clock.now += 0.25
    pace.see(40, running=True)
    assert pace.steps_per_second == pytest.approx(40)
    assert pace.seconds_for(80) == pytest.approx(2)
    pace.see(40, running=False)
    assert pace.steps_per_second is None
    clock.now += 60
    pace.see(50, running=True)
    clock.now += 1
    pace.see(70, running=True)
    assert pace.steps_per_second == pytest.approx(20)


def test_the_pace_forgets_another_run_and_what_nobody_saw() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.see(500, running=True)
    clock.now += 1.5
    pace.see(3, running=True)
    assert pace.steps_per_second is None
    clock.now += 30
    pace.see(9000, running=True)
    assert pace.steps_per_second is None


def test_the_pace_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    step = 0
    for per_second in (100, 10):
        for _ in range(10):
            pace.see(step, running=True)
            step += per_second
            clock.now += 1
    pace.see(step, running=True)
    assert pace.steps_per_second == pytest.approx(10)


def test_durations_are_written_as_people_read_them() -> None:
    written = [clock_time(each) for each in (None, 0, 65.4, 7200)]
    assert written == ["---", "0:00", "1:05", "2:00:00"]


# What a person sees


@pytest.mark.slow
def test_before_the_first_step_it_says_what_to_press() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.sees("nothing yet: press space to train", "first gradients none of them is 0")
        await person.sees("no step yet: press space to train", "epoch 1/2 · batch 0/5 done")

    at_the_keyboard(script, screen="training")


def test_what_the_run_begins_with_is_checked_and_ten_samples_learnt_on_request() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.sees("first loss", "before the first step", "first gradients")
        await person.press("t")
        await person.sees("10 by heart", "learnt after")
        await person.press("b")
        await person.sees("step 1 ", "10 by heart")
        await person.sees_no("first loss")

    at_the_keyboard(script, size=(200, 60), screen="training")


def test_the_chart_the_others_progress_and_health_after_an_epoch() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.press("e")
        await person.sees("step 5 ", "epoch 2/2", "gradient flow", "step size", "layer 2 units")
        await person.sees("loss  ", "validation 2", "error ", "learning rate 0.1", "gradient norm")
        record = person.app.snapshot.epochs[0]
        await person.sees(f"{record.validation_loss:.4g}", f"{record.validation_accuracy:.1%}")
        await person.press("v")
        await person.sees("chart: error", "loss 2")

    at_the_keyboard(script, screen="training")


@pytest.mark.slow
def test_where_there_is_little_room_v_goes_through_the_pages() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.press("b")
        await person.sees("page: loss", "this batch ", "batch 1/5")
        await person.press("v")
        await person.sees("page: error", "this batch ")
        await person.press("v", "v")
        await person.sees("page: learning rate", "learning rate, now 0.1")
        await person.press("v")
        await person.sees("page: epochs", "the first line comes at an epoch's end")
        await person.press("v")
        await person.sees("page: health", "layer 1 units", "batch 1/5")
        await person.press("v", "V")
        await person.sees("layer 1 units")

    at_the_keyboard(script, size=(80, 24), screen="training")


def test_z_changes_the_y_axes() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.press("b", "b")
        await person.sees("y axis: log", "(log)")
        await person.press("z")
        await person.sees("y axis: linear")
        assert not person.app.screen.query_one("#main", Plot).curves.log_y

    at_the_keyboard(script, screen="training")


@pytest.mark.slow
def test_a_click_on_the_chart_goes_there() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        await person.press("e", "b", "b")
        await person.sees("step 7 ")
        plot = person.app.screen.query_one("#main", Plot)
        left, right = plot.columns
        place = left + round((right - left) * 3 / 10)  # of two epochs of 5 steps, step 3
        await person.pilot.click(plot, offset=(place, 6))
        await person.sees("step 3 ", "in the past: step 3 of 7")

    at_the_keyboard(script, screen="training")


def test_charts_are_live_while_it_runs_and_exact_when_it_pauses() -> None:
    async def script(person: Person) -> None:
        await open_training(person)
        plot = person.app.screen.query_one("#main", Plot)
        await person.starts_a_run()
        for _ in range(4):
            await person.lets_it_step(BATCHES)
        await person.until(lambda: _curve(plot, "validation").size > 2, "epochs on the chart")
        assert person.app.snapshot.activity is Activity.RUNNING
        await person.press("space")
        await person.sees("paused")
        steps = person.app.snapshot.position.step
        await person.until(lambda: _curve(plot, "train")[-1] == steps, "every step on the chart")
        await person.press("r")
        await person.sees("step 0 ", "nothing yet: press space to train")

    at_the_keyboard(script, recipe=recipe(epochs=100_000), screen="training")


def _curve(plot: Plot, name: str) -> NDArray[Any]:
    """The steps of a curve."""
    return next(each.x for each in plot.curves.series if each.name == name)
