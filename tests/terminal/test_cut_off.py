"""A signal or a dropped line at a bad moment: the run is saved before patience ends."""

from pathlib import Path

import pytest

from tests.terminal.ending import end, kept
from tests.terminal.terminal import Terminal, terminal
from tui_nn.training.storage.checkpoint import load_checkpoint

WAYS = ["SIGHUP", "SIGTERM", "a dropped line"]


def each_way(here: str) -> list[object]:
    """All ways, of which one is not slow."""
    return [pytest.param(way, marks=() if way == here else pytest.mark.slow) for way in WAYS]


@pytest.mark.parametrize("how", each_way("SIGTERM"))
def test_before_there_is_a_run(how: str, state_folder: Path) -> None:
    with terminal() as app:
        app.wait_until(lambda: app.is_on("1049"), "the screen")
        end(app, how)
    assert not kept(state_folder)


@pytest.mark.parametrize("how", each_way("a dropped line"))
def test_in_a_dialog(how: str, state_folder: Path) -> None:
    opens = {"SIGHUP": "\x13", "SIGTERM": "\x0f", "a dropped line": "p"}[how]
    with terminal() as app:
        app.wait_for("step 0 ", "paused")
        app.press("bbb")
        app.wait_for("step 3 ", "paused")
        app.press(opens)
        app.wait_for("escape")
        end(app, how)
    assert load_checkpoint(state_folder / "interrupted.safetensors").step == 3


@pytest.mark.slow
@pytest.mark.parametrize("how", each_way("SIGHUP"))
def test_behind_a_queue_of_long_ways_back(how: str, state_folder: Path) -> None:
    # Two copies of the parameters: a batch back takes the whole epoch again, half a second.
    with terminal("--history-memory", "1") as app:
        app.wait_for("step 0 ", "paused")
        app.press("e")
        app.wait_for("epoch 2", "paused")
        app.press("B" * 25)
        wait_for_travel(app)
        end(app, how)
    kept = load_checkpoint(state_folder / "interrupted.safetensors")
    assert 938 - 25 < kept.step <= 938


def wait_for_travel(app: Terminal) -> None:
    """Wait until it is on its way."""
    app.wait_for("going back")
