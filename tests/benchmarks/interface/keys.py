"""How long a key takes, paused, at full speed and on a slow line, and how much travels."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median, quantiles

from tests.benchmarks.interface.probe import Answer, Probe
from tests.benchmarks.interface.table import Row

SIZE = {"columns": 120, "rows": 40}
SCREENS = {"2": "Forward", "3": "Backprop", "4": "Training"}
BARE = (sys.executable, "-m", "tests.benchmarks.interface.bare")
PROGRAM = (sys.executable, "-m", "tui_nn")
SLOW_LINE = 16_000  # bytes a second

P50 = {"Forward": 4.0, "Backprop": 8.0, "Training": 4.0}
P99, AT_FULL_SPEED, SLOW = 12.0, 10.0, 0.7
BYTES = {"Backprop": 6_000.0}
RATE = {"Forward": 80.0, "Backprop": 120.0, "Training": 15.0}


@dataclass
class Figures:
    """What was measured on one screen.

    Attributes:
        paused: The answers to `n`, paused.
        training: Those to `n` while it trains at full speed.
        size: Bytes of one answer.
        rate: Bytes a second while it runs at 100 steps a second.
        slow: Seconds until `space` was answered on a slow line.
    """

    paused: list[Answer]
    training: list[Answer]
    size: int
    rate: float
    slow: float


def bare(presses: int, program: Sequence[str] = BARE) -> float:
    """Return how many seconds a key of the bare app takes."""
    with closing(Probe(program=program, **SIZE)) as probe:
        probe.wait_for("paused 0")
        return median(each.last for each in probe.answers("n", presses, probe.quieten))


def measured(
    presses: int, options: Sequence[str], env: Mapping[str, str], program: Sequence[str]
) -> Iterator[tuple[str, Figures]]:
    """Measure tui-nn on each screen."""
    arguments = ("--color", "truecolor", *options)
    with closing(Probe(*arguments, env=env, program=program, **SIZE)) as probe:
        probe.wait_for("paused")
        for key, name in SCREENS.items():
            probe.press(key)
            probe.quieten(1.0)
            yield name, _on_screen(probe, presses)


def _on_screen(probe: Probe, presses: int) -> Figures:
    """Measure the screen that is seen; its speed is 10 steps a second before and after."""

    def trains() -> None:
        probe.press(" ")
        probe.wait_for("running")
        probe.bytes_in(0.5)

    paused = probe.answers("n", presses, probe.quieten)
    size = probe.bytes_of("n")
    probe.press(">>")
    training = probe.answers("n", -(-presses // 2), trains)  # a median needs fewer
    probe.press("<")
    probe.quieten()
    trains()
    rate = probe.bytes_in(5.0) / 5.0
    slow = probe.answer_on_slow_line(" ", "paused", SLOW_LINE, 3.0)
    probe.press("<")
    probe.quieten()
    return Figures(paused, training, size, rate, slow)


def rows(
    presses: int,
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    simple: Sequence[str] = BARE,
    program: Sequence[str] = PROGRAM,
) -> Iterator[Row]:
    """Measure a bare app and tui-nn, and yield what was found.

    Args:
        presses: Of each key.
        options: Of tui-nn.
        env: What tui-nn finds in its environment beside the usual.
        simple: How the bare app is spelt.
        program: How tui-nn is.
    """
    least = bare(presses, simple)
    for screen, found in measured(presses, options, env or {}, program):
        last = [each.last for each in found.paused]
        first = median(each.first for each in found.training)
        for what, seconds, wanted in (
            ("key n to the last byte, p50", median(last), P50[screen]),
            ("key n to the last byte, p99", quantiles(last, n=100, method="inclusive")[98], P99),
            ("the first byte while training at full speed", first, AT_FULL_SPEED),
        ):
            yield Row(what, screen, seconds / least, "×", wanted, f"{1e3 * seconds:.1f} ms")
        if screen in BYTES:
            yield Row("bytes of one n", screen, found.size, "B", BYTES[screen])
        yield Row("bytes at 100 steps/s", screen, found.rate / 1e3, "kB/s", RATE[screen])
        yield Row("space on a line of 16 kB/s", screen, found.slow, "s", SLOW)
