"""How quick the interface is, with what is wanted of it.

Run it as ``python -m tests.benchmarks.interface [--presses N] [--turns N] [--plain] [-- OPTIONS]``,
the options being those of tui-nn.
"""

import argparse
from itertools import chain

from tests.benchmarks.interface import keys, start
from tests.benchmarks.interface.table import lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=30)
    parser.add_argument("--turns", type=int, default=7, help="of what is started anew for each")
    parser.add_argument("--plain", action="store_true", help="measure it on Textual as it is")
    parser.add_argument("options", nargs="*", help="of tui-nn, such as --recipe default")
    asked = parser.parse_args()
    env = {"TUI_NN_TERMINAL": "plain"} if asked.plain else {}
    print("at 120×40 in truecolor; × is in units of a bare Textual app's, measured just before")
    rows = chain(keys.rows(asked.presses, asked.options, env), start.rows(asked.turns))
    for line in lines(rows):
        print(line, flush=True)


if __name__ == "__main__":
    main()
