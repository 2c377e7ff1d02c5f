"""Pictures of Break it, of the quiz, and of gradients that were handed in."""

from collections.abc import Callable

from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tests.screens.test_checking import Watched
from tests.training.runs import session
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SnapCompare = Callable[..., bool]


@IN_LOOKS
def test_the_list_of_mistakes(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("exclamation_mark", "down")
        await person.sees("softmax-twice", "one sees")
        await pilot.pause()

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))


@IN_LOOKS
def test_a_quiz_that_asks_for_the_operation(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("exclamation_mark", "home", "enter")
        await person.sees("3 Backprop", "mistake")
        await person.press("b", "exclamation_mark", "home", "enter")
        await person.sees("No: z1 is right")
        await pilot.pause()

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))


@IN_LOOKS
def test_yours_beside_the_right_one(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.sees("yours ∇b1" if not look.ascii else "yours db1")
        await pilot.pause()

    app = Watched(session(), look)
    assert snap_compare(app, run_before=open_it, terminal_size=(120, 40))


def _app(look: Look) -> WatchedApp:
    run = Session(load_recipe("default"), load("embedded"), threads=1, history_memory=2**26)
    return WatchedApp(run, look)
