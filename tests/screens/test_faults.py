"""An internal error closes what failed, is logged, and leaves the run as it was."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual._compositor import Compositor
from textual.events import Resize
from textual.geometry import Offset, Size
from textual.messages import InvokeLater
from textual.screen import ModalScreen
from textual.widgets import Label

from screens.app import TuiNNApp
from screens.backprop.screen import BackpropScreen
from screens.base.closing import Palette
from screens.base.failed_screen import FailedScreen
from screens.base.frame import StatusLine
from screens.base.lessons.desk import AppDesk
from screens.dialogs.breakpoints.dialog import BreakpointsDialog
from screens.forward.screen import ForwardScreen
from screens.inspect.subject import Source, Target
from screens.shapes.look import Look
from screens.widgets.bars import Bars
from screens.widgets.listing import Listing
from tests.screens.bench import PATIENCE, POLL, Person, WatchedApp, at_the_keyboard, slowly
from tests.screens.lesson_desk import is_through
from tests.screens.terminal.playground import DisplayDriver, display_of, settled
from tests.training.runs import session
from tui_nn.lessons.desk import Looked
from tui_nn.training.session.session import Session


class ToughApp(WatchedApp):
    MOST_FAULTS: ClassVar[int] = 20


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_NN_STATE", str(tmp_path))
    return tmp_path / "tui-nn.log"


def failing(self: object = None, *_: Any, **__: Any) -> Any:  # noqa: ARG001
    raise IndexError("planted")


async def is_as_it_was(person: Person, screen: str) -> None:
    """The run goes on, and other screens can be seen."""
    step = person.app.snapshot.position.step
    await person.press("b")
    assert person.app.snapshot.position.step == step + 1
    await person.press(screen)
    assert not isinstance(person.app.screen, FailedScreen)


@pytest.mark.parametrize("what", ["draw", *slowly("on_mount", "compose_body")])
def test_a_screen_that_fails_says_so_and_the_run_goes_on(
    what: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(person: Person) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(BackpropScreen, what, failing)
            await person.press("3")
            await person.sees("This screen failed", "IndexError: planted", str(log.name))
        await is_as_it_was(person, "2")
        await person.press("3")
        await person.sees("This screen failed")
        await person.press("enter")
        await person.sees("∇W1")

    at_the_keyboard(script, app_class=ToughApp)
    assert log.read_text().count("IndexError: planted") >= 1


@pytest.mark.parametrize("method", ["on_resize", *slowly("_size_updated")])
def test_a_widget_that_fails_gives_its_screen_up(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(person: Person) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Bars, method, failing, raising=False)
            await person.press("3")
            await person.sees("This screen failed")
        await is_as_it_was(person, "2")

    at_the_keyboard(script, app_class=ToughApp)


def test_a_picture_that_cannot_be_drawn_gives_its_screen_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = TuiNNApp(session(history_memory=2**26), Look())
    app.driver_class = DisplayDriver

    async def perform() -> None:
        async with app.run_test(headless=False, size=(100, 30)) as pilot:
            monkeypatch.setattr(Listing, "render_lines", failing)
            app.simulate_key("3")
            end = time.monotonic() + PATIENCE
            while not isinstance(app.screen, FailedScreen):
                assert time.monotonic() < end
                await asyncio.sleep(POLL)  # else the test would draw it, and fail itself
            assert not await settled(app, pilot)
            assert "This screen failed" in display_of(app).text

    asyncio.run(perform())
    assert app.faults
    assert app._exception is None


@pytest.mark.parametrize("method", ["action_close", *slowly("compose_body", "on_mount")])
def test_a_dialog_that_fails_is_closed(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(person: Person) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(BreakpointsDialog, method, failing, raising=False)
            await person.press("x", "escape")
            await person.is_told("That window failed and was closed", "the run is safe")
        assert not isinstance(person.app.screen, ModalScreen)
        await is_as_it_was(person, "3")

    at_the_keyboard(script, app_class=ToughApp)


@pytest.mark.slow
def test_a_screen_that_fails_while_it_is_not_seen_is_made_again() -> None:
    async def script(person: Person) -> None:
        app = person.app
        hidden = app.screen
        assert isinstance(hidden, ForwardScreen)
        await person.press("3")
        hidden.call_later(failing)
        await person.is_told("The screen forward failed")
        await person.press("2")
        assert isinstance(app.screen, ForwardScreen)
        assert app.screen is not hidden

    at_the_keyboard(script, app_class=ToughApp)


def test_an_error_of_the_app_itself_is_told() -> None:
    plants: dict[str, Callable[[Any, Callable[[], object]], object]] = {
        "a message": lambda app, fail: app.call_later(fail),
        "a timer": lambda app, fail: app.set_timer(0.001, fail),
        "the event loop": lambda app, fail: app._loop.call_soon(fail),
    }

    def fail_in(where: str) -> None:
        raise IndexError(f"planted in {where}")

    async def script(person: Person) -> None:
        for where, plant in plants.items():
            plant(person.app, partial(fail_in, where))
            await person.is_told(f"IndexError: planted in {where}", "the run is safe")
            await is_as_it_was(person, "3")

    at_the_keyboard(script, app_class=ToughApp)


def test_a_question_to_the_run_that_fails_leaves_it_as_it_was(log: Path) -> None:
    async def script(person: Person) -> None:
        person.app.trainer.ask(failing, failing)
        await person.is_told("Something failed", "the run is safe")
        await is_as_it_was(person, "3")

    at_the_keyboard(script, app_class=ToughApp)
    assert "planted" in log.read_text()


def test_lessons_go_on_after_a_question_of_theirs_that_fails(log: Path) -> None:
    def fails(_: Session) -> Looked:
        raise TypeError("planted")

    async def script(person: Person) -> None:
        desk, done = AppDesk(person.app), list[str]()
        desk.look_at(fails)
        desk.then(lambda: done.append("the next thing"))
        await person.is_told("Something failed", "the run is safe")
        await is_through(person, desk)
        assert done
        await is_as_it_was(person, "3")

    at_the_keyboard(script, app_class=ToughApp)
    assert "planted" in log.read_text()


def test_what_no_screen_is_free_of_ends_the_app(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(person: Person) -> None:
        monkeypatch.setattr(StatusLine, "show_snapshot", failing)
        await person.press("b")
        await person.until(lambda: person.app._exception, "the end")

    with pytest.raises(IndexError, match="planted"):
        at_the_keyboard(script, app_class=ToughApp)
    assert "ended the app" in log.read_text()


@pytest.mark.slow
def test_sizes_that_overtake_each_other_come_to_an_end() -> None:
    async def script(person: Person) -> None:
        screen, size = person.app.screen, person.app.size
        for other in (Size(70, 22), size, Size(150, 44), Size(61, 19), size, Size(90, 30)):
            screen.post_message(Resize(other, other))
            screen.call_later(lambda: None)  # else the next one would replace it
        await person.press("3")
        await person.sees("the step")
        assert screen.size == size

    at_the_keyboard(script)


def test_a_click_on_what_was_just_removed_is_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual knows where widgets were until it lays the screen out again."""
    removed = Label("gone")
    monkeypatch.setattr(Compositor, "get_widget_and_offset_at", lambda *_: (removed, Offset(1, 0)))

    async def script(person: Person) -> None:
        await person.pilot.click(offset=(40, 12))
        await person.press("n")
        await person.sees("op 1/")

    at_the_keyboard(script)


def test_a_number_of_a_run_that_was_replaced_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a screen shows may be of another network for as long as it is not drawn anew."""
    gone = Target(Source.BATCH, "dW1", (0, 9999))
    monkeypatch.setattr(BackpropScreen, "target_in", lambda *_: gone)

    async def script(person: Person) -> None:
        await person.press("b", "enter")
        await person.is_told("No number is selected here")
        screen = person.app.screen
        assert isinstance(screen, BackpropScreen)
        screen.explain_widget(None)
        assert screen.selected_neuron() is None
        await person.press("c")
        await person.sees("W1[")

    at_the_keyboard(script, screen="backprop")


@pytest.mark.parametrize("opens", [(), ("x",)], ids=["there", "under a dialog"])
def test_what_a_removed_widget_was_to_do_when_all_is_drawn_is_not_done(
    opens: tuple[str, ...],
) -> None:
    """Whichever screen is seen by then calls it: a page of a lesson that was folded, say."""

    class Page(Label):
        def look(self) -> None:
            done.append("here")
            self.query_one("#nowhere")

    done: list[str] = []

    async def script(person: Person) -> None:
        page = Page("a page")
        await person.app.screen.mount(page)
        await person.press(*opens)
        page.post_message(InvokeLater(page.look))
        page.remove()
        await person.press("escape")
        assert not done

    at_the_keyboard(script)


def test_what_is_looked_for_in_a_palette_that_was_closed_is_no_fault() -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+p")
        palette = person.app.screen
        assert isinstance(palette, Palette)
        await palette.dismiss()
        worker = palette._gather_commands("run")
        await worker.wait()
        assert worker.result is None
        await is_as_it_was(person, "2")

    at_the_keyboard(script)


def test_work_that_fails_for_want_of_a_widget_is_a_fault_while_the_screen_is_there(
    log: Path,
) -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+p")

        async def look_for_it() -> None:
            person.app.screen.query_one("#nowhere")

        person.app.screen.run_worker(look_for_it)
        await person.is_told("Something failed; the run is safe", "#nowhere")

    at_the_keyboard(script, app_class=ToughApp)
    assert "#nowhere" in log.read_text()
