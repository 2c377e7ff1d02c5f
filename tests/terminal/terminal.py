"""The real program in a real pseudo-terminal: press keys, see the screen, take it away."""

import os
import re
import signal
import sys
import termios
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pyte

from tui_nn.terminal import BACKGROUND

PATIENCE = 30.0  # seconds until a condition that never comes true fails the test

ALTERNATE_SCREEN, CURSOR, WRAP = "1049", "25", "7"
_ON_BY_DEFAULT = {CURSOR, WRAP}
_SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_SYNC_QUERY, _SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class Terminal:
    """A terminal with the program in it.

    What it shows is worked out when somebody looks.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 100,
        rows: int = 30,
        env: Mapping[str, str] | None = None,
        program: Sequence[str] = (sys.executable, "-m", "tui_nn"),
        folder: Path | None = None,
        background: str | None = None,
    ) -> None:
        """Start ``tui-nn`` with some arguments.

        Args:
            arguments: After ``tui-nn``.
            columns: Width.
            rows: Height.
            env: Beside what a plain xterm has.
            program: How ``tui-nn`` is spelt.
            folder: Where it is started; None for here.
            background: What it says of its background where it is asked; None for no answer.
        """
        self._read_so_far = bytearray()
        self._unseen: list[bytes | tuple[int, int]] = []
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._answers = {_SYNC_QUERY: _SYNC_ANSWER}
        if background is not None:
            self._answers[BACKGROUND.question] = b"\x1b]11;%s\x1b\\" % background.encode()
        self._hung_up = False
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("COLUMNS", "LINES", "NO_COLOR", "COLORTERM", "PYTHONDONTWRITEBYTECODE")
        }
        with warnings.catch_warnings():
            # A fork among threads is harmless where the child becomes another program at once.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process: Any = pexpect.spawn(
                program[0],
                [*program[1:], *arguments],
                cwd=folder,
                env={**inherited, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})},
                dimensions=(rows, columns),
                preexec_fn=_heed_signals,
            )
        self._process.delaybeforesend = None

    # What the person does

    def press(self, keys: str) -> None:
        """Press keys, Ctrl with a letter being a control character."""
        self._process.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        """Pull at the window's corner."""
        self._process.setwinsize(rows, columns)
        self._unseen.append((rows, columns))

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self._process.kill(number)

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped line does."""
        self._process.ptyproc.fileobj.close()
        self._hung_up = True

    # What the person sees

    @property
    def raw(self) -> bytes:
        """All that the program has written."""
        return bytes(self._read_so_far)

    @property
    def screen(self) -> pyte.Screen:
        """The screen as it is now, with its colours."""
        for each in self._unseen:
            if isinstance(each, bytes):
                self._stream.feed(each)
            else:
                self._screen.resize(*each)
        self._unseen.clear()
        return self._screen

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, *texts: str) -> None:
        """Wait until all of some texts are on the screen at once."""
        self.wait_until(lambda: all(text in self.text for text in texts), " and ".join(texts))

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true of the screen.

        Args:
            condition: Called after every piece of output.
            what: What a failure says was missing.
        """
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what!r} did not come; the screen:\n{self.text}"
            if not self._read(end):
                assert condition(), f"the program ended without {what!r}; the screen:\n{self.text}"

    def wait_for_exit(self, patience: float = PATIENCE) -> int:
        """Wait until the program has ended; return its exit code, or minus its signal."""
        end = time.monotonic() + patience
        while not self._hung_up and self._read(end):
            assert time.monotonic() < end, f"did not end; the screen:\n{self.text}"
        # pexpect waits for ever, and a program that lingers is what a test is looking for.
        waiting = threading.Thread(target=self._process.wait, daemon=True)
        waiting.start()
        waiting.join(PATIENCE)
        assert not waiting.is_alive(), f"did not end; the screen:\n{self.text}"
        killed, code = self._process.signalstatus, self._process.exitstatus
        return int(code if killed is None else -killed)

    @property
    def process(self) -> int:
        """The program's number."""
        return int(self._process.pid)

    @property
    def is_running(self) -> bool:
        """Whether the program has not ended."""
        return bool(self._process.isalive())

    def take(self, seconds: float) -> bool:
        """Take in what comes within some time; return whether anything came."""
        before = len(self._read_so_far)
        self._read(time.monotonic() + seconds)
        return len(self._read_so_far) > before

    # What it leaves behind

    def assert_restored(self) -> None:
        """Make sure that the shell gets a terminal as the program found it."""
        wrong = {mode for mode, on in self._modes().items() if on != (mode in _ON_BY_DEFAULT)}
        assert not wrong, f"modes left as no shell expects them: {wrong}"
        local = termios.tcgetattr(self._process.child_fd)[3]
        assert local & termios.ECHO, "what is typed is not shown"
        assert local & termios.ICANON, "lines cannot be edited"

    def is_on(self, mode: str) -> bool:
        """Whether the program has a mode switched on now."""
        return self._modes().get(mode, mode in _ON_BY_DEFAULT)

    def close(self) -> None:
        """End the program if it is still there."""
        self._process.close(force=True)

    def _modes(self) -> dict[str, bool]:
        """Return the state of every mode that the program has touched."""
        return {
            mode: switch == b"h"
            for modes, switch in _SWITCH.findall(self.raw)
            for mode in modes.decode().split(";")
        }

    def _read(self, end: float) -> bool:
        """Take in what comes next; return False when nothing will come any more."""
        try:
            piece = self._process.read_nonblocking(1 << 16, max(end - time.monotonic(), 0))
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            return True
        self._read_so_far += piece
        self._unseen.append(piece)
        self._answer(len(piece))
        return True

    def _answer(self, news: int) -> None:
        """Answer as a terminal does that knows synchronized output, and perhaps its background.

        Args:
            news: How many bytes it has not heard before.
        """
        for question, answer in self._answers.items():
            begun_before = len(question) - 1
            for _ in range(self._read_so_far[-news - begun_before :].count(question)):
                self._process.send(answer)


def _heed_signals() -> None:
    """Take signals as a shell's programs do; one in the background would inherit deaf ears."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def terminal(*arguments: str, **options: Any) -> Iterator[Terminal]:
    """A terminal that is cleaned away at the end."""
    opened = Terminal(*arguments, **options)
    try:
        yield opened
    finally:
        opened.close()
