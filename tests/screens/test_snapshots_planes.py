"""The plane, compared with a picture that was looked at and found good.

The weights are given and the neurons saturate, so that no processor rounds across two colours.
"""

from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tests.screens.test_planes import solved
from tests.screens.test_snapshots import SnapCompare


@IN_LOOKS
def test_exclusive_or_as_it_is_solved(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("2", "right", "tab", "right")
        await person.sees("p over the plane", "layer 1: a1")
        await pilot.pause()

    app = WatchedApp(solved(), look)
    assert snap_compare(app, run_before=open_it, terminal_size=(80, 24))
