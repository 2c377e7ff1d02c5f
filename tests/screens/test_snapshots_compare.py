"""Pictures of Compare, as in ``test_snapshots``: alone, and the window of sweeps.

Of runs there are none: their seconds differ from one time to the next.
"""

from collections.abc import Callable

from textual.pilot import Pilot

from screens.shapes.look import Look
from screens.widgets.plot import Plot
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SnapCompare = Callable[..., bool]


@IN_LOOKS
def test_as_it_opens(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        await _open(Person(pilot))

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))


@IN_LOOKS
def test_the_window_of_sweeps(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await _open(person)
        await person.press("s")
        await person.sees("8 runs, 12 epochs each")
        await pilot.pause()

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))


async def _open(person: Person) -> None:
    await person.press("7")
    await person.sees("The only run so far", "step 0")
    plot = person.app.screen.query_one("#loss", Plot)
    await person.until(lambda: plot.size.width == 78, "the plot's width, without a scrollbar")
    await person.press("tab", "shift+tab")  # whatever is drawn last has been drawn


def _app(look: Look) -> WatchedApp:
    session = Session(load_recipe("default"), load("embedded"), threads=1, history_memory=2**26)
    return WatchedApp(session, look)
