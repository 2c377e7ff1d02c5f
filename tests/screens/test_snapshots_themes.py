"""Pictures in the light theme and for a projector, as in ``test_snapshots``."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from screens.shapes.look import Look, ThemeName
from tests.screens.bench import Person, WatchedApp
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SnapCompare = Callable[..., bool]


@pytest.mark.parametrize(("key", "words"), [("2", "p: probabilities"), ("4", "5 of 5 ok")])
def test_in_the_light_theme(snap_compare: SnapCompare, key: str, words: str) -> None:
    app = _app("light")
    assert snap_compare(app, run_before=_pressing(key, words), terminal_size=(80, 24))


def test_data_for_a_projector(snap_compare: SnapCompare) -> None:
    app = _app("dark")
    app.presenting = True

    async def open_it(pilot: Pilot[int]) -> None:
        await _pressing("1", "train #0")(pilot)
        person = Person(pilot)
        await person.press("v", "down", "down", "right")
        await person.sees("=", " → ")

    assert snap_compare(app, run_before=open_it, terminal_size=(80, 24))


def _pressing(key: str, words: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def press(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press(key)
        await person.sees(words, "step 0")
        await pilot.pause()

    return press


def _app(theme: ThemeName) -> WatchedApp:
    session = Session(load_recipe("default"), load("embedded"), threads=1, history_memory=2**26)
    return WatchedApp(session, Look("256", theme=theme))
