"""How quick the interface is, with what is wanted of it.

Run it as ``python -m tests.benchmarks.interface [--presses N] [--turns N] [--plain]
[--over "ssh -tt HOST"]``; what follows ``--`` are options of tui-nn.
"""

import argparse
import shlex
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from tests.benchmarks.interface import keys, start, whereabouts
from tests.benchmarks.interface.table import line


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=30)
    parser.add_argument("--turns", type=int, default=5, help="of what is started anew for each")
    parser.add_argument("--plain", action="store_true", help="measure it on Textual as it is")
    parser.add_argument("options", nargs="*", help="of tui-nn, such as --recipe default")
    parser.add_argument("--over", default="", help='how to get there, such as "ssh -tt host"')
    asked = parser.parse_args()
    env = {"TUI_NN_TERMINAL": "plain"} if asked.plain else {}
    print("at 120×40 in truecolor; × is in units of a bare Textual app's, measured just before")
    programs = [keys.BARE, keys.PROGRAM]
    if asked.over:
        programs = [_there(asked.over, program, env) for program in programs]
    rows = keys.rows(asked.presses, asked.options, env, *programs)
    for row in rows if asked.over else chain(rows, start.rows(asked.turns)):
        print(line(row), flush=True)
    if not asked.over:
        for each in whereabouts.lines((keys.SIZE["columns"], keys.SIZE["rows"]), keys.SCREENS):
            print(each, flush=True)


def _there(over: str, program: Sequence[str], env: Mapping[str, str]) -> tuple[str, ...]:
    """Return how to run a program where a shell is, which has neither our folder nor our locale."""
    settings = [f"{name}={value}" for name, value in {"LC_ALL": "C.UTF-8", **env}.items()]
    there = f"cd {shlex.quote(str(Path.cwd()))} && {shlex.join(['env', *settings, *program])}"
    return *shlex.split(over), there


if __name__ == "__main__":
    main()
