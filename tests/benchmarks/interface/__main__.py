"""How long a key takes and how much travels: a bare app, tui-nn, and it on plain Textual.

Run it as ``python -m tests.benchmarks.interface [--presses N] [-- OPTIONS OF TUI-NN]``.
"""

import argparse
import sys
from contextlib import closing
from dataclasses import dataclass

from tests.benchmarks.interface.probe import Probe, percentiles

SIZE = {"columns": 120, "rows": 40}
SCREENS = {"2": "Forward", "3": "Backprop", "4": "Training"}
BARE = (sys.executable, "-m", "tests.benchmarks.interface.bare")
SLOW_LINE = 16_000  # bytes a second

# What is to be reached: ratios to the bare app's median, bytes, bytes a second, seconds.
WANTED = {
    "p50": {"Forward": 4.0, "Backprop": 8.0, "Training": 4.0},
    "p99": dict.fromkeys(SCREENS.values(), 12.0),
    "bytes": {"Backprop": 6_000},
    "rate": {"Forward": 80_000, "Backprop": 120_000, "Training": 15_000},
    "slow": dict.fromkeys(SCREENS.values(), 0.7),
}


@dataclass
class Figures:
    """What was measured on one screen.

    Attributes:
        p50: Milliseconds from key to last byte, the median.
        p99: Likewise, the 99th percentile.
        bytes: Of the answer to one key.
        rate: Bytes a second while it runs at 100 steps a second.
        slow: Seconds until `space` was answered on a slow line.
    """

    p50: float
    p99: float
    bytes: int
    rate: float
    slow: float


def bare(presses: int) -> float:
    """Return how long a key of the bare app takes."""
    with closing(Probe(program=BARE, **SIZE)) as probe:
        probe.wait_for("paused 0")
        return percentiles(probe.latencies("n", presses))[0]


def measured(switch: str, presses: int, options: list[str]) -> dict[str, Figures]:
    """Measure tui-nn on each screen."""
    figures = {}
    env = {"TUI_NN_TERMINAL": switch} if switch else {}
    with closing(Probe("--color", "truecolor", *options, env=env, **SIZE)) as probe:
        probe.wait_for("paused")
        probe.press(">")
        for key, name in SCREENS.items():
            probe.press(key)
            probe.quieten(1.0)
            p50, p99 = percentiles(probe.latencies("n", presses))
            size = probe.bytes_of("n")
            probe.press(" ")
            probe.wait_for("running")
            rate = probe.bytes_in(5.0) / 5.0
            slow = probe.answer_on_slow_line(" ", "paused", SLOW_LINE, 3.0)
            figures[name] = Figures(p50, p99, size, rate, slow)
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=20)
    parser.add_argument("options", nargs="*", help="of tui-nn, such as --recipe default")
    asked = parser.parse_args()
    least = bare(asked.presses)
    print(f"bare app: a key takes {least:.1f} ms; × is in units of that, at 120×40, truecolor")
    rows = {"plain": "plain", "tui-nn": ""}
    print(f"{'':8} {'screen':9} {'p50':>14} {'p99':>14} {'bytes':>7} {'kB/s':>6} {'slow s':>7}")
    for title, switch in rows.items():
        for screen, found in measured(switch, asked.presses, asked.options).items():
            print(line(title, screen, found, least))
    print("! is short of what is wanted:")
    for screen in SCREENS.values():
        wanted = [f"{what} {at[screen]:g}" for what, at in WANTED.items() if screen in at]
        print(f"  {screen}: {', '.join(wanted)}")


def line(title: str, screen: str, found: Figures, least: float) -> str:
    """One row of the table; what falls short of what is wanted has a mark."""
    shown = {
        "p50": (found.p50 / least, f"{found.p50:.0f} ms {found.p50 / least:4.1f}×", 13),
        "p99": (found.p99 / least, f"{found.p99:.0f} ms {found.p99 / least:4.1f}×", 13),
        "bytes": (found.bytes, f"{found.bytes}", 6),
        "rate": (found.rate, f"{found.rate / 1e3:.0f}", 5),
        "slow": (found.slow, f"{found.slow:.2f}", 6),
    }
    cells = [
        f"{text:>{width}}{'!' if value > WANTED[what].get(screen, value) else ' '}"
        for what, (value, text, width) in shown.items()
    ]
    return f"{title:8} {screen:9} " + " ".join(cells)


if __name__ == "__main__":
    main()
