"""Pictures of the form of hyperparameters, compared with the ones that were found good.

After a change that is meant: ``pytest tests/screens/test_snapshots_settings.py
--snapshot-update``, and look at every picture again.
"""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from screens.dialogs.settings.entry import Entry
from screens.shapes.look import Look
from tests.screens.bench import Person, WatchedApp
from tests.training.runs import session

SnapCompare = Callable[..., bool]


@pytest.mark.parametrize(
    ("look", "size"),
    [
        (Look("256"), (80, 24)),
        (Look("256"), (120, 40)),
        (Look("none", ascii=True), (80, 24)),
    ],
    ids=["256-small", "256-medium", "ascii"],
)
def test_changes_and_a_mistake(
    snap_compare: SnapCompare, look: Look, size: tuple[int, int]
) -> None:
    async def fill_in(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("p")
        await person.sees("Hyperparameters of small")
        for entry in pilot.app.screen.query(Entry):
            entry.cursor_blink = False
            if entry.field.name == "optimizer":
                entry.value = "adam"
        await person.press("x")
        await person.sees("was sgd", "! learning_rate: expected a number")
        await pilot.pause()

    app = WatchedApp(session(history_memory=2**26), look)
    assert snap_compare(app, run_before=fill_in, terminal_size=size)
