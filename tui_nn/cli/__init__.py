"""The command line: the one place where errors become a line.

The app's first frame waits for this package. Where nothing was typed after ``tui-nn`` there is
nothing to parse: neither click nor the commands are imported.
"""

import io
import sys
import warnings
from collections.abc import Sequence

from tui_nn.cli.failing import INTERRUPTED, fail
from tui_nn.cli.opening import open_app
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        arguments: What was typed after ``tui-nn``; None for the process's own.
    """
    _settle_streams()
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except TuiNNError as error:
        return fail(str(error))
    except MemoryError as error:
        return fail(f"not enough memory: {error}")
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        from tui_nn.fault_log import log_fault, log_path

        log_fault("ended the program", error)
        return fail(f"internal error: {type(error).__name__}: {error} (details in {log_path()})")


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        return open_app(AppOptions())
    from tui_nn.cli.commands import run

    return run(arguments)


def _settle_streams() -> None:
    """Keep warnings off the screen, and replace characters that the terminal cannot show."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
