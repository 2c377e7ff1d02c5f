"""Pictures of each screen, compared with the ones that were looked at and found good.

After a change that is meant: ``pytest tests/screens/test_snapshots.py --snapshot-update``, and
look at every picture again. They are of step 0, before anything was computed whose last digits
depend on the processor.
"""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SnapCompare = Callable[..., bool]
SCREENS = {
    "data": ("1", "one-hot label"),
    "forward": ("2", "p: probabilities"),
    "backprop": ("3", "not computed yet"),
    "training": ("4", "5 of 5 ok"),
    "draw": ("6", "nothing drawn yet"),
}


@pytest.mark.parametrize("screen", SCREENS)
@IN_LOOKS
def test_every_screen_as_it_opens(snap_compare: SnapCompare, screen: str, look: Look) -> None:
    key, words = SCREENS[screen]

    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press(key)
        await person.sees(words, "step 0")
        await pilot.pause()

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))


def _app(look: Look) -> WatchedApp:
    session = Session(load_recipe("default"), load("embedded"), threads=1, history_memory=2**26)
    return WatchedApp(session, look)


def test_a_lesson_beside_the_screen_that_it_speaks_of(snap_compare: SnapCompare) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("8", "down", "down", "down", "enter")
        await person.sees("4 Backward: the chain rule · 1/6", "not computed yet")
        await pilot.pause()

    assert snap_compare(_app(Look("256")), run_before=open_it, terminal_size=(120, 40))


def test_the_list_of_lessons(snap_compare: SnapCompare) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("8")
        await person.sees("Looking at digits", "Read more")
        await pilot.pause()

    assert snap_compare(_app(Look("256")), run_before=open_it, terminal_size=(80, 24))
