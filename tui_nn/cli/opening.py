"""Opens the app, in a terminal that can show it."""

import os
import sys
from dataclasses import replace

from tui_nn.cli.failing import USAGE, fail
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions

DRIVER = "TEXTUAL_DRIVER"  # what Textual draws with; textual-serve names its own
SERVED = "web_driver"
OWN_DRIVER = "screens.base.terminal.served:ServedDriver"


def open_app(options: AppOptions) -> int:
    """Open the app, and return its exit code.

    Raises:
        TuiNNError: There is no terminal for it, or something that it was given cannot be read.
    """
    if SERVED in os.environ.get(DRIVER, ""):
        options = _served(options)
    else:
        _make_sure_of_terminal()
        if os.environ.get("TERM") == "dumb":
            return fail("the app needs a terminal that can draw, and TERM is dumb", USAGE)
        for name in ("COLUMNS", "LINES"):  # once exported, they would outlive every resize
            os.environ.pop(name, None)

    from screens.launch import run_app

    return run_app(options)


def _served(options: AppOptions) -> AppOptions:
    """Have a browser show it, which knows all colours; the server's terminal says nothing of it."""
    os.environ[DRIVER] = OWN_DRIVER
    color = "truecolor" if options.color == AppOptions.color else options.color
    return replace(options, color=color, is_served=True)


def _make_sure_of_terminal() -> None:
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout), ("stderr", sys.stderr)):
        if stream is None or not stream.isatty():
            raise TuiNNError(
                f"the app needs a terminal, and {name} is not one; "
                "`tui-nn train` trains without one"
            )
