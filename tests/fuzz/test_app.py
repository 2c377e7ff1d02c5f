"""Anything that can be done, in the app in process: what fails is made as short as it can be."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from textual.events import MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.fuzz.actions import KEYS, SIZES, TEXTS
from tests.screens.bench import WatchedApp
from tests.screens.conftest import (  # noqa: F401 - fixtures, without which a key takes a second
    markdown_is_parsed_at_once,
    nothing_is_drawn_unseen,
    pilots_wait_for_the_app,
    styles_are_parsed_once,
)
from tests.screens.rest import at_rest, settled
from tests.training.runs import METHODS, session

parts = st.floats(0, 1, exclude_max=True)
places = st.tuples(parts, parts)


class FuzzedApp(WatchedApp):
    async def action_quit(self) -> None:
        """Stay."""


class AnybodyAtTheKeyboard(RuleBasedStateMachine):
    """Opens the app on some run, and does what it is told; an internal error fails it."""

    @initialize(size=st.sampled_from(SIZES), method=st.sampled_from(sorted(METHODS)))
    def open(self, size: tuple[int, int], method: str) -> None:
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        run = session(METHODS[method], history_memory=2**24)
        self.app = FuzzedApp(run, Look(ascii=size[0] < 70))
        self.pilot: Pilot[Any] = self.runner.run(
            self.stack.enter_async_context(self.app.run_test(size=size, notifications=True))
        )

    @rule(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=6))
    def press(self, keys: list[str]) -> None:
        self._do(self.app._press_keys(keys))

    @rule(text=st.sampled_from(TEXTS))
    def type(self, text: str) -> None:
        self._do(self.app._press_keys(list(text)))

    @rule(place=places, button=st.sampled_from([1, 3]), times=st.sampled_from([1, 2]))
    def click(self, place: tuple[float, float], button: int, times: int) -> None:
        async def click() -> None:
            for _ in range(times):
                await self._mouse(MouseDown, place, button)
                await self._mouse(MouseUp, place, button)

        self._do(click())

    @rule(start=places, end=places)
    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        async def drag() -> None:
            await self._mouse(MouseDown, start)
            await self._mouse(MouseMove, end)
            await self._mouse(MouseUp, end)

        self._do(drag())

    @rule(place=places, up=st.booleans())
    def turn_the_wheel(self, place: tuple[float, float], up: bool) -> None:
        self._do(self._mouse(MouseScrollUp if up else MouseScrollDown, place))

    @rule(size=st.tuples(st.integers(1, 220), st.integers(1, 70)) | st.sampled_from(SIZES))
    def resize(self, size: tuple[int, int]) -> None:
        self._do(self.pilot.resize_terminal(*size))

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.trainer.cancel_travel()
            self.runner.run(self.stack.aclose())
            self.runner.close()

    def _do(self, action: Any) -> None:
        async def do() -> None:
            await action
            await settled()
            if self.app._exception is None:
                await at_rest(self.app)

        self.runner.run(do())
        if self.app._exception is not None:
            raise self.app._exception

    async def _mouse(self, kind: Any, place: tuple[float, float], button: int = 1) -> None:
        (x, y), (width, height) = place, self.app.size
        cell = int(x * width), int(y * height)
        self.app.post_message(
            kind(None, *cell, 0, 0, button, False, False, False, *cell)  # as the driver does
        )
        await settled()


@pytest.mark.slow
class TestAnybody(AnybodyAtTheKeyboard.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(
        max_examples=25,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,  # `make fuzz` is for what has not been tried yet
        suppress_health_check=list(HealthCheck),
    )
