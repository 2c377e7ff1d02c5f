"""Pictures of the windows that save and open a run; how to renew them: see test_snapshots.py."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from screens.dialogs.save_run import dialog
from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person
from tests.screens.test_snapshots import SnapCompare, _app
from tui_nn.training.runs import library as saved

WINDOWS = {
    "save": ("ctrl+s", "default-step0.safetensors"),
    "open": ("ctrl+o", "included in tui-nn"),
}


@pytest.mark.parametrize("window", WINDOWS)
@IN_LOOKS
def test_windows_as_they_open(
    snap_compare: SnapCompare,
    window: str,
    look: Look,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(saved, "caution", lambda *_: "")  # of whichever machine this is
    monkeypatch.setattr(dialog, "writing_words", lambda path: f"enter writes /home/you/{path}")
    key, words = WINDOWS[window]

    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press(key)
        await person.sees(words)
        pilot.app.screen.query_one(Input).cursor_blink = False
        await pilot.pause()

    assert snap_compare(_app(look), run_before=open_it, terminal_size=(80, 24))
