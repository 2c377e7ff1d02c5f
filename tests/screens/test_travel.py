"""Time travel at the keyboard: back, to anywhere, through the plots, and giving it up."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from textual.widgets import Input

from screens.base.navigation import Navigator
from screens.base.status import next_line
from screens.inspect.places import destination, past_words, possible
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene
from screens.shapes.curves import Curves, Series, move_cursor
from screens.shapes.look import Look
from screens.training.charts import MEASURES, chart
from screens.widgets.scrubber import Scrubber
from tests.screens.bench import Person, at_the_keyboard, in_sizes, slowly
from tests.training.runs import recipe, session
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import AtStep

ENDLESS = recipe(epochs=1000)


def travelled(steps: int, back_to: int | None = None, rate: float | None = None) -> Session:
    """A run of some steps that stands in its past, and perhaps went on there with another rate."""
    run = session(ENDLESS, history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    if back_to is not None:
        run.go_to(Place(back_to))
    if rate is not None:
        run.set_learning_rate(rate)
        run.step_batch()
    return run


def seen(run: Session) -> Snapshot:
    return run.snapshot(Activity.PAUSED)


# What is worked out without a terminal


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("12", 12),
        (" step 12 ", 12),
        ("Step12", 12),
        ("s 0", 0),
        ("epoch 1", 0),
        ("epoch 3", 10),
        ("e3", 10),
    ],
)
def test_a_step_or_an_epoch_is_understood(typed: str, step: int) -> None:
    found = destination(typed, Scene(seen(travelled(12)), Selection()))
    assert found.step == step
    assert found.says.startswith(f"step {step}: epoch {step // 5 + 1}, batch {step % 5 + 1}/5")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "step 0 to 12, or epoch 1 to 3"),
        ("13", "has not reached it: step 0 to 12"),
        ("epoch 4", "has not reached it"),
        ("epoch 0", "count from 1"),
        ("-3", "type step 0 to 12"),
        ("1.5", "type step"),
        ("the end", "there is no tensor theend: there are x, y, W1, b1"),
        ("9" * 40, "has not reached it"),
    ],
)
def test_what_cannot_be_gone_to_is_told(typed: str, word: str) -> None:
    found = destination(typed, Scene(seen(travelled(12, back_to=2)), Selection()))
    assert not found.exists
    assert word in found.says


def test_before_the_first_step_there_is_nowhere_to_go() -> None:
    assert "no other step yet" in possible(seen(travelled(0)))


def test_in_the_past_the_lines_say_so() -> None:
    now, past = seen(travelled(12)), seen(travelled(12, back_to=3))
    assert past_words(now, 100) == ""
    assert next_line(now, 45).startswith("next: z1")
    assert "step 3 of 12; stepping replays the recording" in past_words(past, 100)
    assert len(past_words(past, 78)) <= 78
    assert next_line(past, 45) == "past: 3 of 12 · next: z1 = x·W1 + b1"
    assert next_line(past, 90).startswith("in the past: step 3 of 12 · next: z1")


def test_where_it_stopped_the_line_says_who_knows_why() -> None:
    run = session(recipe(learning_rate=1e30), history_memory=2**26)
    run.step_epoch()
    assert next_line(seen(run), 45) == "z2 is not finite: 4 says why, B goes back"


@pytest.mark.parametrize("name", MEASURES)
def test_the_cursor_marks_the_present_step_unless_it_is_the_newest(name: str) -> None:
    for back_to, cursor in ((None, None), (3, 3), (12, None)):
        curves = chart(name, seen(travelled(12, back_to)), 60)
        assert (curves.cursor, curves.span) == (cursor, (0, 12))


@pytest.mark.parametrize("columns", [60, 8])
def test_what_a_change_overtook_stays_faint_from_where_it_was_left(columns: int) -> None:
    before = seen(travelled(12)).curves
    branched = seen(travelled(12, back_to=4, rate=0.5))
    for name, values in (
        ("loss", before.loss),
        ("error", 100 * (1 - before.accuracy)),
        ("learning rate", before.learning_rate),
        ("gradient norm", before.gradient_norm[:, 0]),
    ):
        curves = chart(name, branched, columns)
        faint = next(each for each in curves.series if each.name == "earlier branch")
        assert (4 < faint.x[0] <= 7, faint.x[-1]) == (True, 12)
        assert values[4:].min() - 1e-9 <= faint.y.min() <= faint.y.max() <= values.max() + 1e-9
    assert len(branched.curves.loss) == 5


def test_the_overtaken_loss_is_the_mean_of_what_was_recorded() -> None:
    loss = seen(travelled(12)).curves.loss
    branched = seen(travelled(12, back_to=4, rate=0.5))
    series = chart("loss", branched, 60).series
    faint = next(each for each in series if each.name == "earlier branch")
    means = [loss[4 : end + 1].mean() for end in range(4, 12)]
    assert faint.y == pytest.approx(means)


@pytest.mark.parametrize(
    ("cursor", "columns", "to"),
    [(None, -1, 90), (None, 1, 100), (50, -1, 40), (50, 2, 70), (5, -1, 0), (95, 1, 100)],
)
def test_the_cursor_moves_by_columns_within_its_span(
    cursor: int | None, columns: int, to: int
) -> None:
    curves = Curves((Series("loss", np.arange(3), np.ones(3)),), cursor=cursor, span=(0, 100))
    assert move_cursor(curves, columns, (0.0, 600.0), 60) == to
    assert move_cursor(replace(curves, span=None), columns, (0.0, 600.0), 60) is None


def test_a_column_is_a_step_at_least() -> None:
    curves = Curves(cursor=5, span=(0, 10))
    assert move_cursor(curves, 1, (0.0, 10.0), 60) == 6


def test_a_journey_is_talked_about_once_it_takes_long() -> None:
    trainer = TrainingWorker(travelled(3), lambda: None)
    now = 100.0
    navigator = Navigator(trainer, lambda: now)
    navigator.go_to_step(1)
    assert (navigator.target_step, navigator.status) == (1, "")
    trainer.travelling_since, trainer.passing = now, 2
    now += 0.29
    assert navigator.status == ""
    now += 0.02
    assert navigator.status == "going to step 1 … passing 2 (escape stops)"
    navigator.check_arrival()
    assert navigator.target_step == 1


def test_of_many_stops_only_the_last_is_gone_to() -> None:
    trainer = TrainingWorker(travelled(9), lambda: None)
    navigator = Navigator(trainer, time.monotonic)
    for step in (8, 7, 2):
        navigator.go_to_step(step)
    gone: list[int] = []

    class Recording(Session):
        def go_to(self, place: Place, is_cancelled: Callable[[], bool] = bool) -> bool:
            gone.append(place.step)
            return super().go_to(place, is_cancelled)

    trainer._session.__class__ = Recording
    trainer.start()
    trainer.close()
    navigator.check_arrival()
    assert (gone, navigator.target_step, trainer._session.position.step) == ([2], None, 2)


# What a person sees


def test_upper_case_goes_back_where_lower_case_goes_forward() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "n", "n", "n")
        await person.sees("step 2 ", "op 3/24")
        await person.press("N")
        await person.sees("step 2 ", "op 2/24", "paused")
        await person.press("B")
        await person.sees("step 2 ", "op 0/24")
        await person.press("B")
        await person.sees("step 1 ", "op 0/24", "past: step 1 of 2")
        await person.press("N")
        await person.sees("step 0 ", "op 23/24")
        await person.press("e", "e")
        await person.sees("step 10 ", "epoch 3 · batch 1/5")
        await person.press("E")
        await person.sees("step 5 ", "epoch 2 · batch 1/5", "paused")
        await person.press("E", "E", "E")
        await person.sees("step 0 ", "epoch 1 · batch 1/5")

    at_the_keyboard(script, recipe=ENDLESS)


def test_going_back_restores_every_bit() -> None:
    async def script(person: Person) -> None:
        bits = {}
        for step in range(4):
            await person.sees(f"step {step} ", "op 0/24")
            tensors = person.app.snapshot.computed.tensors
            bits[step] = [tensors[name].tobytes() for name in ("W1", "b1", "W3", "b3")]
            await person.press("b")
        for step in (3, 2, 1, 0):
            await person.press("B")
            await person.sees(f"step {step} ", "op 0/24")
            tensors = person.app.snapshot.computed.tensors
            assert bits[step] == [tensors[name].tobytes() for name in ("W1", "b1", "W3", "b3")]

    at_the_keyboard(script)


def test_g_goes_to_a_step_or_an_epoch() -> None:
    async def script(person: Person) -> None:
        await person.press("e", "b", "b", "g")
        await person.sees("Go to", "step 0 to 7, or epoch 1 to 2")
        await person.press(*"step 3")
        await person.sees("step 3: epoch 1, batch 4/5")
        await person.press("enter")
        await person.sees("step 3 ", "past: step 3 of 7")
        await person.press("g", *"e2", "enter")
        await person.sees("step 5 ", "epoch 2 · batch 1/5")
        await person.press("g", *"7", "enter")
        await person.sees("step 7 ", "paused")
        await person.sees_no("past:")

    at_the_keyboard(script)


@pytest.mark.slow
def test_g_says_what_is_wrong_and_leaves_all_as_it_was() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "n", "g", *"9")
        await person.sees("! the run has not reached it: step 0 to 2")
        await person.press("enter", "backspace", *"x", "enter")
        await person.sees("! x has many elements")
        await person.press("backspace")
        await person.sees("step 0 to 2, or epoch 1")
        await person.press("enter")
        assert person.app.screen.query_one(Input).has_focus
        await person.press("escape")
        await person.sees_no("Go to")
        await person.sees("step 2 ", "op 1/24")

    at_the_keyboard(script)


def test_a_jump_that_takes_long_shows_progress_and_escape_stays() -> None:
    class Far(Session):
        """Its jumps never arrive."""

        def go_to(self, place: Place, is_cancelled: Callable[[], bool] = bool) -> bool:
            del place
            while not is_cancelled():
                time.sleep(0.001)
            return False

    run = travelled(8)
    run.__class__ = Far

    async def script(person: Person) -> None:
        for keys, going in (
            ((*"g2", "enter"), "going to step 2"),
            (("E", "E", "B"), "going back a batch"),
            (("4", "home"), "going to step 0"),
        ):
            await person.type_ahead(*keys)
            await person.sees(f"{going} … passing 8 (escape stops)", "step 8 ")
            await person.press("escape")
            assert not person.app.trainer.is_travelling
            await person.sees_no("going")
            await person.sees("step 8 ", "paused", "Forward")

    at_the_keyboard(script, run=run, size=(80, 24))


def test_backspace_runs_back_to_the_last_stop_and_says_why() -> None:
    run = travelled(12)
    run.breakpoints.add(AtStep(5))

    async def script(person: Person) -> None:
        await person.press("backspace")
        await person.sees("step 5 ", "paused: step 5")
        await person.press("backspace")
        await person.sees("none of the breakpoints stops the run", "step 5 ")

    at_the_keyboard(script, run=run, size=(120, 40))


def test_left_and_right_move_through_time_on_a_plot() -> None:
    async def script(person: Person) -> None:
        plot = await the_loss(person)
        assert plot.curves.cursor is None
        await person.press("left")
        await person.sees("step 39 ", "in the past: step 39 of 40; stepping replays")
        assert plot.curves.cursor == 39
        await person.press("left", "left", "right")
        await person.sees("step 38 ")
        await person.press("home")
        await person.sees("step 0 ", "of 40")
        await person.press("right", "l", "h")
        await person.sees("step 1 ")
        await person.press("end")
        await person.sees("step 40 ")
        await person.sees_no("in the past")
        assert plot.curves.cursor is None

    at_the_keyboard(script, run=travelled(40))


@pytest.mark.slow
def test_many_quick_presses_end_where_they_lead() -> None:
    async def script(person: Person) -> None:
        plot = await the_loss(person)
        await person.type_ahead(*["left"] * 25)
        assert plot.curves.cursor == 15
        await person.sees("step 15 ")
        await person.until(lambda: not person.app.trainer.is_travelling, "the end of it")
        assert plot.curves.cursor == 15

    at_the_keyboard(script, run=travelled(40))


@pytest.mark.parametrize("look", [Look(), *slowly(Look("none", ascii=True))])
def test_a_change_in_the_past_leaves_the_overtaken_curve_on_the_plots(look: Look) -> None:
    async def script(person: Person) -> None:
        plot = await the_loss(person)
        await person.press(*["left"] * 20, "+", "b", "b")
        await person.sees("step 22 ", "earlier branch")
        await person.sees_no("past:")
        faint = next(each for each in plot.curves.series if each.name == "earlier branch")
        assert (faint.faint, faint.x[0], faint.x[-1]) == (True, 21, 40)

    at_the_keyboard(script, run=travelled(40), look=look)


@pytest.mark.slow
def test_the_focus_follows_the_pages() -> None:
    async def script(person: Person) -> None:
        await the_loss(person)
        for name, presses in (("main", 1), ("health", 4), ("main", 1)):
            await person.press(*"v" * presses)
            await person.until(
                lambda name=name: (
                    person.app.focused is not None
                    and name in str(person.app.focused.id or person.app.focused.parent.id)
                ),
                f"the focus on {name}",
            )

    at_the_keyboard(script, run=travelled(40), size=(80, 24))


async def the_loss(person: Person) -> Scrubber:
    """Open Training, whose first plot has the focus."""
    await person.press("4")
    await person.until(lambda: person.app.focused and person.app.focused.id == "main", "the chart")
    plot = person.app.screen.query_one("#main", Scrubber)
    await person.until(lambda: person.screen and plot._limits[0], "its axes")
    return plot


@pytest.mark.slow
def test_the_stop_is_explained_and_b_leads_back_to_before_it() -> None:
    async def script(person: Person) -> None:
        await person.sees("step 0 ")
        first = person.app.snapshot.computed.tensors["W1"].tobytes()
        await person.press("b", "b")
        await person.sees("paused: non-finite: z2, step 1", "z2 is not finite: 4 says why")
        spoilt = person.app.snapshot.computed.tensors["W1"].tobytes()
        await person.press("4")
        await person.sees("!! not finite", "z2 = a1·W2 + b2", "B goes back")
        await person.press("B")
        await person.sees("step 1 ", "op 0/24")
        assert person.app.snapshot.computed.tensors["W1"].tobytes() == spoilt
        await person.press("B")
        await person.sees("step 0 ", "op 0/24")
        assert person.app.snapshot.computed.tensors["W1"].tobytes() == first
        await person.press("-", "b")
        await person.sees("η 5e+29", "step 1 ")

    at_the_keyboard(script, recipe=recipe(learning_rate=1e30))


@in_sizes((80, 24), (120, 40), (200, 60))
def test_with_a_rate_of_50_health_says_that_a_layer_is_dead(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("4", *"eeeeeeee")
        await person.sees("step 40 ", "the layer is dead")

    at_the_keyboard(
        script, recipe=recipe(learning_rate=50.0, epochs=1000), size=size, screen="training"
    )
