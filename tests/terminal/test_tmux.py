"""Inside tmux: left and found again, and seen in a smaller terminal beside a larger one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.terminal.display import Glyph, seen_on
from tests.terminal.terminal import Terminal, terminal

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="needs tmux: apt-get install tmux"
)

DETACH = "\x02d"
LARGE, SMALL = {"columns": 120, "rows": 40}, {"columns": 80, "rows": 24}
OWN_LINE = 1  # the lowest one is tmux's


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """How tmux is called, with a server of its own."""
    call = ("tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null")
    yield call
    subprocess.run([*call, "kill-server"], check=False, capture_output=True)


def inside(app: Terminal) -> list[list[Glyph]]:
    """What the app shows in tmux."""
    return seen_on(app.screen)[:-OWN_LINE]


def outside(columns: int, rows: int) -> list[list[Glyph]]:
    """What the app shows in a terminal of its own after one operation."""
    with terminal("--color", "256", columns=columns, rows=rows - OWN_LINE) as app:
        app.wait_for("step 0 ", "paused")
        app.press("n")
        app.wait_for("op 1/24")
        return seen_on(app.screen)


def test_left_and_found_again_in_a_smaller_terminal(tmux: tuple[str, ...]) -> None:
    start = (*tmux, "new-session", f"{sys.executable} -m tui_nn --color 256")
    with terminal(program=start, **LARGE) as app:
        app.wait_for("step 0 ", "paused")
        app.press("n")
        app.wait_for("op 1/24 next a1")
        app.press(DETACH)
        assert app.wait_for_exit() == 0
    with terminal(program=(*tmux, "attach"), **LARGE) as app:
        app.wait_for("op 1/24 next a1")
        large = outside(**LARGE)
        app.wait_until(lambda: inside(app) == large, "the same as outside")
        with terminal(program=(*tmux, "attach"), **SMALL) as smaller:
            small = outside(**SMALL)
            smaller.wait_until(lambda: inside(smaller) == small, "the same as outside")
            smaller.press(DETACH)
            assert smaller.wait_for_exit() == 0
        app.wait_until(lambda: inside(app) == large, "the same as before")
        app.press("n")
        app.wait_for("op 2/24")
        app.press("q")
        assert app.wait_for_exit() == 0
        assert "[exited]" in app.text
