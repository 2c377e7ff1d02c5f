"""A screen and a dialog added from outside: each is one class and one row."""

import asyncio
from collections.abc import Iterable

import pytest
from textual.widget import Widget
from textual.widgets import Static

from screens import tables
from screens.base.app import ScreenEntry
from screens.base.dialog import Dialog
from screens.base.screen import DebuggerScreen
from screens.inspect.selection import Selection
from screens.shapes.look import Look
from tests.screens.bench import Person, WatchedApp
from tests.training.runs import session
from tui_nn.training.session.snapshot import Snapshot


class ToyScreen(DebuggerScreen):
    """The toy screen counts the steps that were taken."""

    MODE = "toy"

    def compose_body(self) -> Iterable[Widget]:
        yield Static(id="count")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002
        self.query_one("#count", Static).update(f"{snapshot.position.step} steps so far")


class ToyApp(WatchedApp):
    """The program with a screen more."""

    SCREEN_TABLE = (
        *WatchedApp.SCREEN_TABLE,
        ScreenEntry("toy", "9", "Toy", "Steps, counted", lambda: ToyScreen),
    )


class ToyDialog(Dialog[None]):
    HEADING = "A toy dialog"

    def compose_body(self) -> Iterable[Widget]:
        yield Static("its body")


def test_a_row_gives_a_screen_its_tab_its_key_its_help_and_its_entry_in_the_palette() -> None:
    async def perform() -> None:
        app = ToyApp(session(history_memory=2**26), Look())
        async with app.run_test(size=(120, 70)) as pilot:
            person = Person(pilot)
            await person.sees("9 Toy", "press n")
            await person.press("b", "9")
            await person.sees("1 steps so far")
            await person.press("question_mark")
            await person.sees("The toy screen counts the steps", "9  Steps, counted")
            await person.press("escape", "2")
            await person.sees_no("steps so far")
            await person.press("ctrl+p", *"toy (9")
            await person.sees("Toy (9)", "Steps, counted")
            await person.press("enter")
            await person.sees("1 steps so far")

    asyncio.run(perform())


def test_a_row_gives_a_dialog_its_action_and_its_base_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(tables.DIALOGS, "toy", lambda: ToyDialog)

    async def perform() -> None:
        app = WatchedApp(session(history_memory=2**26), Look())
        async with app.run_test(size=(80, 24)) as pilot:
            person = Person(pilot)
            app.action_open_dialog("toy")
            await person.sees("A toy dialog", "its body", "escape closes")
            app.action_open_dialog("help")  # one at a time
            await pilot.resize_terminal(40, 10)
            await person.sees("too small")
            await person.press("escape")
            await pilot.resize_terminal(80, 24)
            await person.sees_no("A toy dialog")
            assert app.screen is app.screen_stack[0]

    asyncio.run(perform())
