"""Asks the terminal what it is, and takes its answer from what would else be typed text."""

import os
import re
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct


class Query(Struct, frozen=True):
    """What a terminal can be asked.

    Attributes:
        title: In words.
        question: What is written.
        answer: What it then sends; its group is the answer itself.
    """

    title: str
    question: bytes
    answer: re.Pattern[bytes]


BACKGROUND = Query(
    "background colour (OSC 11)",
    b"\x1b]11;?\x1b\\",
    re.compile(rb"\x1b\]11;([^\x07\x1b]*)(?:\x07|\x1b\\)"),
)
QUERIES = (
    Query("device attributes (DA 1)", b"\x1b[c", re.compile(rb"\x1b\[\?([\d;]+)c")),
    Query("cursor position (DSR 6)", b"\x1b[6n", re.compile(rb"\x1b\[(\d+;\d+)R")),
    Query(
        "synchronised output (DECRQM 2026)",
        b"\x1b[?2026$p",
        re.compile(rb"\x1b\[\?2026;(\d+)\$y"),
    ),
    BACKGROUND,
)


class Answer(Struct, frozen=True):
    """What came back.

    Attributes:
        text: The answer itself.
        seconds: After how long.
    """

    text: str
    seconds: float


def ask(query: Query, patience: float = 1.0) -> Answer | None:
    """Ask the terminal; None where it does not answer in time, or there is none.

    What was typed ahead is lost.

    Args:
        query: What to ask.
        patience: Seconds to wait.
    """
    with raw_input() as stream:
        if stream is None:
            return None
        began = time.monotonic()
        os.write(sys.stdout.fileno(), query.question)
        received = b""
        while (left := began + patience - time.monotonic()) > 0:
            received += read_within(stream, left)
            if (found := query.answer.search(received)) is not None:
                text = found[1].decode("ascii", "replace")
                return Answer(text, time.monotonic() - began)
    return None


def read_within(stream: int, seconds: float) -> bytes:
    """Return what is typed within some time; nothing where nothing is."""
    ready = select.select([stream], [], [], max(seconds, 0))[0]
    return os.read(stream, 1024) if ready else b""


@contextmanager
def raw_input() -> Iterator[int | None]:
    """Take each byte as it is typed, without showing it; None where there is no such terminal."""
    try:
        import termios
        import tty
    except ImportError:  # not a Unix
        yield None
        return
    if sys.stdin is None or not sys.stdin.isatty():
        yield None
        return
    stream = sys.stdin.fileno()
    before = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream)
        yield stream
    finally:
        termios.tcsetattr(stream, termios.TCSAFLUSH, before)
