"""The plane, compared with a picture that was looked at and found good.

The weights are given and the neurons saturate, so that no processor rounds across two colours.
"""

import pytest
from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import Person, WatchedApp
from tests.screens.test_planes import solved
from tests.screens.test_snapshots import SnapCompare

LOOKS = {"256": Look("256"), "ascii": Look("none", ascii=True)}


@pytest.mark.parametrize("look", LOOKS)
def test_exclusive_or_as_it_is_solved(snap_compare: SnapCompare, look: str) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("2", "right", "tab", "right")
        await person.sees("p over the plane", "layer 1: a1")
        await pilot.pause()

    app = WatchedApp(solved(), LOOKS[look])
    assert snap_compare(app, run_before=open_it, terminal_size=(80, 24))
