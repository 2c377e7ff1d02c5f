"""Runs the program: ``python -m tui_nn``."""

import sys

from tui_nn.cli import main

if __name__ == "__main__":
    sys.exit(main())
