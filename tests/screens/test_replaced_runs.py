"""Another run takes the place of one that somebody works on: what was selected there is for nobody.

Keys come faster than a run is replaced, and the screens are drawn after it was.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from screens.backprop.screen import BackpropScreen
from screens.base.changes import silence_neuron, undo
from screens.base.lessons.desk import AppDesk
from screens.base.lessons.teacher import _worked_out
from screens.dialogs.new_sweep.dialog import start_sweep
from screens.dialogs.pixels.dialog import ANOTHER_RUN
from screens.dialogs.quiz.dialog import QuizDialog
from screens.evaluate.measuring import measure
from screens.evaluate.screen import EvaluateScreen
from screens.forward.plane_panels import PlanePanels
from screens.widgets.confusion import Confusion
from screens.widgets.options import Options
from screens.widgets.plane import Plane
from screens.widgets.plane_grid import PlaneGrid
from tests.screens.bench import Person, at_the_keyboard
from tests.screens.lesson_desk import is_through
from tests.training.runs import RECIPE
from tui_nn.data.own import own_path
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError
from tui_nn.lessons.actions import find_digit, paint
from tui_nn.lessons.answers.asked import Asked
from tui_nn.lessons.desk import Looked
from tui_nn.lessons.library import read_library
from tui_nn.lessons.other_run import OTHER_RUN
from tui_nn.lessons.situation import Situation
from tui_nn.training.analysis.what_if import silence
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity


def points() -> Session:
    """A small network for points in the plane, of two classes."""
    return Session(load_recipe("xor"), load("xor"), threads=1, history_memory=2**24)


async def replace_run(person: Person) -> None:
    person.app.debug_session(points())
    await person.is_answered()
    assert person.app.snapshot.dataset.form.is_point


def test_a_filter_of_a_class_that_is_not_there_any_more_is_none() -> None:
    async def script(person: Person) -> None:
        await person.press("F")
        assert person.app.selection.digit == 9
        await replace_run(person)
        assert person.app.selection.digit is None
        await person.press("f")
        assert person.app.selection.digit == 0

    at_the_keyboard(script, screen="data")


@pytest.mark.parametrize("screen", ["forward", "backprop"])
def test_a_term_of_a_network_that_is_not_there_any_more_opens_nothing(screen: str) -> None:
    async def script(person: Person) -> None:
        app = person.app
        await person.press("b")
        app.selection = app.selection.__class__(layer=3, operation="z3")
        app.screen.query_one("#terms").focus()
        await person.press("down", "down")
        await replace_run(person)
        await person.press("enter")

    at_the_keyboard(script, screen=screen)


@pytest.mark.parametrize("key", ["w", "W", "enter", "c", "x"])
def test_what_is_not_drawn_yet_is_not_what_keys_work_on(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(person: Person) -> None:
        app = person.app
        await person.press("b")
        app.selection = app.selection.__class__(layer=3, operation="dW3")
        await person.is_answered()
        monkeypatch.setattr(BackpropScreen, "_draw_body", lambda _: None)
        await replace_run(person)
        await person.press(key)

    at_the_keyboard(script, screen="backprop")


@pytest.mark.parametrize("change", [silence_neuron, undo])
def test_a_change_is_tried_on_a_sample_that_the_run_has(change: Callable[..., None]) -> None:
    """The run is replaced before the training thread comes to the change."""

    async def script(person: Person) -> None:
        app = person.app
        await person.press("plus")
        app.selection = app.selection.__class__(layer=1, neuron=11)
        await person.is_answered()
        session = points()
        session.set_learning_rate(0.01)
        app.debug_session(session)
        change(app)
        await person.is_answered()
        assert app.trainer.failure is None
        assert app.snapshot.dataset.form.is_point

    at_the_keyboard(script)


def test_a_neuron_of_a_layer_that_is_not_there_is_not_silenced() -> None:
    with pytest.raises(TuiNNError, match="no neuron 0 in layer 5"):
        silence(points(), 5, 0)


def test_the_pixels_of_another_data_set_are_left_as_they_are() -> None:
    async def script(person: Person) -> None:
        await person.press("X")
        await person.sees("Other pixels")
        person.app.debug_session(points())
        await person.press("enter")
        await person.is_told(ANOTHER_RUN)

    at_the_keyboard(script)


def test_a_cell_of_a_matrix_of_more_classes_is_the_nearest_that_there_is() -> None:
    async def script(person: Person) -> None:
        screen = person.app.screen
        assert isinstance(screen, EvaluateScreen)
        await person.sees("right, ")
        screen.query_one(Confusion).cursor = (10, 10)
        screen._draw_words(points().evaluate("test"))
        screen._measuring.measured = measure(points(), "test", lambda: 0.0)
        screen.open_cell(Confusion.Chosen(screen.query_one(Confusion), (9, 9)))
        assert screen.cell is None

    at_the_keyboard(script, screen="evaluate")


def test_the_mouse_on_a_plane_that_is_not_there_any_more_is_for_nobody() -> None:
    async def script(person: Person) -> None:
        panels = person.app.screen.query_one(PlanePanels)
        grid, plane = panels.query_one(PlaneGrid), panels.query_one(Plane)
        panels.post_message(PlaneGrid.Selected(grid, 7, 0))
        person.app.debug_session(Session(RECIPE, load("embedded"), threads=1))
        await person.is_answered()
        panels.post_message(Plane.Selected(plane, (1, 1)))
        await person.press("down")

    at_the_keyboard(script, run=points())


def test_an_answer_to_what_a_quiz_does_not_ask_any_more_is_none() -> None:
    async def script(person: Person) -> None:
        await person.press("exclamation_mark", "home", "enter")
        await person.until(lambda: person.app.current_mode == "backprop", "a quiz")
        await person.press("b", "exclamation_mark")
        dialog = person.app.screen
        assert isinstance(dialog, QuizDialog)
        dialog._asked.answer(is_right=True)
        dialog._ask()
        person.app.sitting.forget(dialog._quiz)
        dialog.query_one(Options).action_select()
        await person.is_answered()
        assert person.app.trainer.failure is None

    at_the_keyboard(script)


def test_a_lesson_goes_on_after_what_the_run_refuses_it() -> None:
    """The person has changed the run meanwhile, so that there is no such digit any more."""

    def refuse(_: Session) -> Looked:
        raise TuiNNError("the network reads no 4 rightly")

    async def script(person: Person) -> None:
        desk, done = AppDesk(person.app), list[str]()
        desk.look_at(refuse)
        desk.then(lambda: done.append("the next thing"))
        await is_through(person, desk)
        await person.is_told("reads no 4 rightly")
        assert done

    at_the_keyboard(script)


def change_its_third_layer(desk: AppDesk) -> None:
    desk.change(lambda session: session.state.tensors["W3"].fill(0))


@pytest.mark.parametrize(
    "act",
    [partial(find_digit, label=7), partial(paint, goal=3, steps=1), change_its_third_layer],
    ids=["looks", "paints", "changes"],
)
def test_a_solution_is_not_played_on_another_run(act: Callable[[AppDesk], None]) -> None:
    async def script(person: Person) -> None:
        desk = AppDesk(person.app)
        act(desk)
        await is_through(person, desk)
        await person.is_told(OTHER_RUN)
        assert person.app.trainer.failure is None

    at_the_keyboard(script, run=points())


def test_an_answer_is_not_worked_out_of_another_run() -> None:
    page = next(each for each in read_library(None).lesson(13).pages if "plus" in each.title)
    asked = Asked(points(), Situation(points().snapshot(Activity.PAUSED)))
    assert _worked_out(page.questions[1], asked).why_not == OTHER_RUN


def test_a_sweep_that_began_on_another_screen_is_followed() -> None:
    async def script(person: Person) -> None:
        app = person.app
        start_sweep(app, [app.snapshot.recipe_now])
        await person.until(lambda: app.sweeper is not None, "a sweep")
        await person.press("7")
        await person.until(lambda: app.sweeper is None, "its end")

    at_the_keyboard(script)


def test_of_two_sweeps_that_are_asked_for_at_once_one_begins() -> None:
    async def script(person: Person) -> None:
        for _ in range(2):
            start_sweep(person.app, [person.app.snapshot.recipe_now])
        await person.is_told("One sweep at a time")

    at_the_keyboard(script, screen="compare")


def test_own_digits_in_a_damaged_file_are_said_to_be() -> None:
    async def script(person: Person) -> None:
        own_path().parent.mkdir(parents=True, exist_ok=True)
        own_path().write_bytes(b"no digits")
        await person.press("escape", "escape", "t")
        await person.is_told(own_path().name)

    at_the_keyboard(script, screen="draw")


@pytest.mark.parametrize("keys", [("o",), ("p", "ctrl+s")], ids=["data", "recipe"])
def test_a_path_of_somebody_unknown_is_refused(keys: tuple[str, ...]) -> None:
    async def script(person: Person) -> None:
        await person.press(*keys)
        field = person.app.screen.query_one(Input)
        field.focus()
        field.value = "~nobody-of-this-name/x"
        await person.press("enter")
        await person.sees("there is no such user here")

    at_the_keyboard(script, screen="data")


def test_a_name_that_is_too_long_for_a_recipe_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(person: Person) -> None:
        await person.press("p", "ctrl+s")
        person.app.screen.query_one(Input).value = "x" * 300
        await person.press("enter")
        await person.sees("! ", "too long")

    at_the_keyboard(script, screen="data")
