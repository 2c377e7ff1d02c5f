"""Where the time of a key goes, in processor time of the thread that draws."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from textual._compositor import Compositor

from screens.base.screen import DebuggerScreen
from screens.base.terminal.seen import SeenCompositor
from screens.base.terminal.shadow import Shadow
from screens.shapes.look import Look
from tests.screens.bench import Person, WatchedApp
from tests.screens.terminal.playground import DisplayDriver
from tui_nn.data.sources import load
from tui_nn.options import AppOptions
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

STEPS = 3  # whole ones, an operation a key, after one that is not counted

# What is timed; one may be within another: then it counts for itself alone.
PARTS = {
    "the screen's own": (DebuggerScreen, "_draw_body"),
    "lines around": (DebuggerScreen, "_draw_around"),
    "widgets into strips": (SeenCompositor, "_chops"),
    "finding what changed": (Shadow, "encode"),
    "layouts": (Compositor, "reflow"),
}


class Nowhere(DisplayDriver):
    """A terminal that shows nothing, so that its own work is not counted."""

    def write(self, data: str) -> None:
        pass


class Stopwatch:
    """Adds up the processor time of methods."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._within: list[float] = []

    def timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that is timed."""

        def timed_method(*arguments: Any, **options: Any) -> Any:
            started = time.thread_time()
            self._within.append(0.0)
            try:
                return method(*arguments, **options)
            finally:
                taken = time.thread_time() - started
                self.spent[part] += taken - self._within.pop()
                if self._within:
                    self._within[-1] += taken

        return timed_method


def lines(size: tuple[int, int], screens: dict[str, str]) -> Iterator[str]:
    """Yield a line a screen.

    Args:
        size: Of the terminal.
        screens: Their titles, by key.
    """
    yield "processor time of one n, in ms, median of each operation of a step (in one process)"
    for key, title in screens.items():
        watch = Stopwatch()
        kept = {part: (owner, getattr(owner, name)) for part, (owner, name) in PARTS.items()}
        for part, (owner, method) in kept.items():
            setattr(owner, PARTS[part][1], watch.timed(part, method))
        try:
            taken = asyncio.run(_pressing(key, size, watch))
        finally:
            for part, (owner, method) in kept.items():
                setattr(owner, PARTS[part][1], method)
        each = {part: 1e3 * spent / len(taken) for part, spent in watch.spent.items()}
        each["Textual and the rest"] = 1e3 * sum(taken) / len(taken) - sum(each.values())
        words = ", ".join(f"{part} {ms:.1f}" for part, ms in sorted(each.items(), key=_by_size))
        yield f"  {title:9} {1e3 * median(taken):5.1f}, most {1e3 * max(taken):.1f}: {words}"


def _by_size(part: tuple[str, float]) -> float:
    return -part[1]


async def _pressing(key: str, size: tuple[int, int], watch: Stopwatch) -> list[float]:
    """Return the processor time of each key."""
    recipe = load_recipe(AppOptions.recipe)
    session = Session(recipe, load("embedded"), history_memory=AppOptions.history_memory << 20)
    app = WatchedApp(session, Look("truecolor"))
    app.driver_class = Nowhere
    taken = []
    async with app.run_test(headless=False, size=size) as pilot:
        person = Person(pilot)
        await person.press(key)
        operations = len(session.program.operations)
        for _ in range(operations):
            await person.press("n")
        watch.spent.clear()
        for _ in range(STEPS * operations):
            started = time.thread_time()
            await person.press("n")
            taken.append(time.thread_time() - started)
    return taken
