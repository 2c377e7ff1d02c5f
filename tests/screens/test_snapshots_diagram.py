"""Pictures of small networks, compared with the ones that were looked at and found good.

After a change that is meant: ``pytest tests/screens/test_snapshots_diagram.py --snapshot-update``,
and look at them again. They are of step 0, before anything was computed whose last digits depend on
the processor.
"""

from collections.abc import Callable

from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SnapCompare = Callable[..., bool]


@IN_LOOKS
def test_a_small_network_is_drawn(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("3")
        await person.sees("layer 1: sigmoid", "w 0.15")
        await pilot.pause()

    run = Session(load_recipe("mazur"), load("mazur"), threads=1, history_memory=2**24)
    assert snap_compare(WatchedApp(run, look), run_before=open_it, terminal_size=(80, 24))
