"""The app on a small run, and what a person sees of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from screens.app import Lab
from screens.shapes.look import Look
from tests.training.runs import session
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session

PATIENCE = 20.0

Script = Callable[["Person"], Awaitable[None]]


class Person:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot

    @property
    def app(self) -> Lab:
        assert isinstance(self.pilot.app, Lab)
        return self.pilot.app

    @property
    def screen(self) -> str:
        """All that is on the screen, as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def sees(self, *texts: str) -> None:
        """Wait until all of some texts are on the screen at once."""
        await self.until(lambda: all(text in self.screen for text in texts), " and ".join(texts))

    async def sees_no(self, text: str) -> None:
        """Wait until a text has gone from the screen."""
        await self.until(lambda: text not in self.screen, f"no {text}")

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what!r} did not come; the screen:\n{self.screen}"
            await self.pilot.pause(0.01)


def at_the_keyboard(
    script: Script,
    *,
    size: tuple[int, int] = (120, 40),
    look: Look | None = None,
    run: Session | None = None,
    recipe: Recipe | None = None,
) -> None:
    """Open the app on a small run, and do what the script says."""
    if run is None:
        run = session(recipe, history_memory=2**26) if recipe else session(history_memory=2**26)
    app = Lab(run, look or Look())

    async def perform() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await script(Person(pilot))

    asyncio.run(perform())
