"""The app on a small run, and what a person sees of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import pytest
from _pytest.mark import ParameterSet
from rich.console import RenderableType
from textual._context import visible_screen_stack
from textual.pilot import Pilot
from textual.screen import Screen

from screens.app import TuiNNApp
from screens.shapes.look import Look
from tests.screens.rest import at_rest, settled
from tests.training.runs import session
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.worker import Speed
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

PATIENCE = 20.0  # seconds until what never comes fails a test, however busy the machine is
POLL = 0.002
ONCE_AN_HOUR = Speed("once an hour", 3600)

Script = Callable[["Person"], Awaitable[None]]


def in_sizes(first: tuple[int, int], *others: tuple[int, int]) -> pytest.MarkDecorator:
    """Run a test in a terminal of one size, and with the slow tests in terminals of others."""
    return pytest.mark.parametrize("size", [first, *slowly(*others)], ids=str)


def slowly(*values: object) -> list[ParameterSet]:
    """Return values of a parameter that are left to the slow tests."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]


IN_LOOKS = pytest.mark.parametrize(
    "look",
    [
        pytest.param(Look("256"), id="256"),
        pytest.param(Look("none", ascii=True), id="ascii", marks=pytest.mark.slow),
    ],
)
"""A picture in colours, and with the slow tests in ASCII."""


class WatchedApp(TuiNNApp):
    """The app, whose messages stay, and which counts what it draws.

    Attributes:
        drawn: How often something was drawn.
    """

    READING_PACE: ClassVar[float] = 1e-3
    MOST_FAULTS: ClassVar[int] = 0  # an internal error fails the test
    drawn = 0

    def settle(self) -> None:
        """Leave the app to the garbage collector: the next test has another."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.drawn += 1


class Person:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        self._seen: tuple[int, Screen[object], str] | None = None

    @property
    def app(self) -> WatchedApp:
        assert isinstance(self.pilot.app, WatchedApp)
        return self.pilot.app

    @property
    def screen(self) -> str:
        """All that is on the screen, as text."""
        app = self.app
        if self._seen is None or self._seen[:2] != (app.drawn, app.screen):
            visible_screen_stack.set(app._background_screens)  # a dialog shows what is under it
            strips = app.screen._compositor.render_strips()
            text = "\n".join(strip.text.rstrip() for strip in strips)
            self._seen = (app.drawn, app.screen, text)
        return self._seen[2]

    async def press(self, *keys: str) -> None:
        """Press keys, each after all that came of the one before; then have it drawn."""
        for key in keys:
            await self.app._press_keys([key])
            await self.is_answered()
        await at_rest(self.app)

    async def type_ahead(self, *keys: str) -> None:
        """Press keys without waiting for what the training thread makes of them."""
        await self.app._press_keys(keys)
        await at_rest(self.app)

    async def is_answered(self) -> None:
        """Wait until the training thread has done what it was told, and the app knows of it."""
        await settled()
        end = time.monotonic() + PATIENCE
        while not self._is_up_to_date:
            assert time.monotonic() < end, "the training thread does not answer"
            await asyncio.sleep(POLL)
            await settled()

    @property
    def _is_up_to_date(self) -> bool:
        trainer = self.app.trainer
        if not trainer._thread.is_alive():
            return True
        if not trainer.is_up_to_date:
            return False
        # Only now: what is compared before may be older than what the thread has done meanwhile.
        latest = trainer.latest
        return self.app.snapshot is latest or latest.activity is Activity.RUNNING

    async def starts_a_run(self) -> None:
        """Start a run that makes its first step, and goes on only when it is told to."""
        self.app.trainer.set_speed(ONCE_AN_HOUR)
        self.app.action_toggle_run()
        await self.until(lambda: self.app.snapshot.activity is Activity.RUNNING, "a run")

    async def lets_it_step(self, steps: int = 1) -> None:
        """Have a run make steps, and go on running."""
        for _ in range(steps):
            self.app.trainer.adjust(Session.step_batch)
        await self.is_answered()

    async def sees(self, *texts: str) -> None:
        """Wait until all of some texts are on the screen at once."""
        await self.until(lambda: all(text in self.screen for text in texts), " and ".join(texts))

    async def sees_no(self, text: str) -> None:
        """Wait until a text has gone from the screen."""
        await self.until(lambda: text not in self.screen, f"no {text}")

    async def is_told(self, *texts: str) -> None:
        """Wait for a message with some texts, wherever its lines are broken."""

        def is_said() -> bool:
            said = [message.words for message in self.app.message_log.messages]
            return any(all(text in words for text in texts) for words in said)

        await self.until(is_said, "a message of " + " and ".join(texts))

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something to become true, of the app at rest."""
        await at_rest(self.app)
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what!r} did not come; the screen:\n{self.screen}"
            await asyncio.sleep(POLL)
            await at_rest(self.app)


@cache
def beginning_at(app_class: type[WatchedApp], screen: str) -> type[WatchedApp]:
    """Return an app that begins with another screen."""
    return type(app_class.__name__, (app_class,), {"DEFAULT_MODE": screen})


def at_the_keyboard(
    script: Script,
    *,
    size: tuple[int, int] = (120, 40),
    look: Look | None = None,
    run: Session | None = None,
    recipe: Recipe | None = None,
    app_class: type[WatchedApp] = WatchedApp,
    screen: str = "",
) -> None:
    """Open the app on a small run, and do what the script says.

    Args:
        script: What the person does, and sees.
        size: Columns and lines.
        look: How it is drawn.
        run: What is debugged; else a small run by ``recipe``.
        recipe: How it is trained.
        app_class: Which app.
        screen: The mode of the one that is shown first, where no other need be made.
    """
    if run is None:
        run = session(recipe, history_memory=2**26) if recipe else session(history_memory=2**26)
    app = (beginning_at(app_class, screen) if screen else app_class)(run, look or Look())

    async def perform() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            try:
                await script(Person(pilot))
            finally:
                app.trainer.cancel_travel()  # else a failure would wait for one without end

    asyncio.run(perform())


@dataclass
class Reflows:
    """How often Textual has laid a screen out, since somebody set it to 0."""

    count: int = 0
