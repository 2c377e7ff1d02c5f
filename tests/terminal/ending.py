"""Ways to end the program other than by a key."""

import re
import signal
from pathlib import Path

from tests.terminal.terminal import Terminal


def end(app: Terminal, how: str, then: str | None = None) -> None:
    """End the program other than by a key.

    Args:
        app: The terminal.
        how: The signal, or that the terminal goes.
        then: A signal that follows at once.
    """
    if how == "a dropped line":
        app.hang_up()
        assert app.wait_for_exit() != 0
        return
    for name in filter(None, (how, then)):
        app.send_signal(signal.Signals[name])
    assert app.wait_for_exit() == 128 + signal.Signals[how]
    app.assert_restored()
    assert "Traceback" not in app.text


def step(app: Terminal) -> int:
    """The step that the status line tells."""
    found = re.search(r"\bstep (\d+) · epoch", app.text)
    return int(found[1]) if found else -1


def kept(state_folder: Path) -> list[str]:
    """The runs that the program has kept by itself."""
    return sorted(path.name for path in state_folder.rglob("*.safetensors*"))
