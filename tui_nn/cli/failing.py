"""How a command that fails says so: one line, and an exit code."""

import sys

USAGE = 2  # what was typed does not fit, or where it was typed
INTERRUPTED = 130  # what a shell reports for a program that Ctrl+C ended


def fail(message: str, code: int = 1) -> int:
    """Say on stderr what was wrong, and return the exit code."""
    print(f"tui-nn: {' '.join(message.split())}", file=sys.stderr)
    return code
