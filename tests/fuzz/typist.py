"""Does at random what can be done, in the real program in a real pseudo-terminal."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.fuzz.actions import Action, Click, Drag, Press, Resize, Type, Wheel, random_action
from tests.fuzz.files import make_files
from tests.terminal.terminal import Terminal

ROUNDS = (1, 2, 5, 10, 25, 50)  # actions until its answer is waited for
QUIET, LONGEST = 0.1, 2.0  # seconds without output: it has answered; but a run goes on for ever
BACKLOG = 180.0  # seconds until all that was typed ahead is done
SHOWN = 30  # actions that a failure shows

_SEQUENCES = {
    "space": " ", "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z",
    "backspace": "\x7f", "delete": "\x1b[3~", "up": "\x1b[A", "down": "\x1b[B",
    "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "f1": "\x1bOP", "question_mark": "?",
    "less_than_sign": "<", "greater_than_sign": ">", "plus": "+", "minus": "-",
    "equals_sign": "=", "left_square_bracket": "[", "right_square_bracket": "]", "comma": ",",
    "full_stop": ".", "exclamation_mark": "!", "shift+up": "\x1b[1;2A", "shift+down": "\x1b[1;2B",
    "shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D",
}  # fmt: skip


class Typist:
    """Somebody who tries anything.

    Attributes:
        keys: How many actions the program has had.
        done: What they were, in order.
    """

    def __init__(self, seed: int, size: tuple[int, int], folder: Path, *options: str) -> None:
        """Sit down at a program.

        Args:
            seed: Of the choices.
            size: Columns and rows to begin with.
            folder: Where it is started and keeps what it saves.
            options: Of tui-nn.
        """
        self.done: list[Action] = []
        self._chance = Random(seed)
        self._size, self._folder, self._options = size, folder, options
        self._code = int("check" in options)  # which is 1 where something handed in is wrong
        make_files(folder)
        self._terminal = self._open()
        if "--lesson" not in options:  # which closes windows when it sets the app up
            self._begin()

    @property
    def keys(self) -> int:
        """How many actions the program has had."""
        return len(self.done)

    def __iter__(self) -> Iterator[str]:
        """Do something a round at a time, for ever; yield what is wrong after each, or ""."""
        while True:
            for _ in range(self._chance.choice(ROUNDS)):
                self._do(random_action(self._chance))
            yield self._fault()

    def close(self) -> str:
        """Leave; return what is wrong, or ""."""
        fault = self._fault()
        if not fault and self._terminal.is_running:
            # While a run goes on, the first one only asks; one more since an escape right before it
            # makes another key of it.
            self._terminal.press("\x11\x11\x11")
            code = self._terminal.wait_for_exit(BACKLOG)
            self._terminal.assert_restored()
            fault = self._left_with(code)
        self._terminal.close()
        return fault

    def story(self) -> str:
        """Return the last actions, and what was on the screen after them."""
        actions = "\n".join(map(repr, self.done[-SHOWN:]))
        return (
            f"after {self.keys} actions, the last of which were\n{actions}\n{self._terminal.text}"
        )

    def _open(self) -> Terminal:
        opened = Terminal(
            *self._options,
            columns=self._size[0],
            rows=self._size[1],
            folder=self._folder,
            env={
                "TUI_NN_STATE": str(self._folder / "state"),
                "TUI_NN_OWN": str(self._folder / "own"),
            },
        )
        opened.wait_for(" step ", "epoch")
        return opened

    def _begin(self) -> None:
        """Have a branch, a saved run and a breakpoint about."""
        terminal, saved = self._terminal, self._folder / "saved.safetensors"
        terminal.press("bbB+b\x13")
        terminal.wait_for("Save this run", "-step")
        terminal.press("\x15")
        terminal.wait_for("type the name")
        terminal.press(f"{saved.stem}\r")
        terminal.wait_until(lambda: saved.exists() and "Save this" not in terminal.text, "a file")
        terminal.press("x")
        terminal.wait_for("Breakpoints and watches")
        terminal.press("\t")
        terminal.wait_for("enter adds")
        terminal.press("epoch 9\r")
        terminal.wait_for("epoch 9", "what to stop at")  # listed, and the line is empty again
        terminal.press("\x1b")

    def _fault(self) -> str:
        terminal = self._terminal
        end = time.monotonic() + LONGEST
        while terminal.take(QUIET) and time.monotonic() < end:
            pass
        if terminal.is_running:
            return self._logged()
        code = terminal.wait_for_exit()  # it can be left by a click, or by way of the palette
        fault = self._left_with(code)
        if not fault:
            terminal.close()
            self._terminal = self._open()
        return fault

    def _left_with(self, code: int) -> str:
        return self._logged() or ("" if code == self._code else f"exit code {code}")

    def _logged(self) -> str:
        log = self._folder / "state" / "tui-nn.log"
        return log.read_text()[-6000:] if log.exists() else ""

    def _do(self, action: Action) -> None:
        self.done.append(action)
        terminal = self._terminal
        match action:
            case Press(key):
                terminal.press(written(key))
            case Type(text):
                terminal.press(text)
            case Resize(width, height):
                self._size = width, height
                terminal.resize(width, height)
            case Click(x, y, button, times):
                for end in "Mm" * times:
                    self._mouse(button - 1, x, y, end)
            case Wheel(x, y, up):
                self._mouse(64 if up else 65, x, y, "M")
            case Drag(x, y, to_x, to_y):
                self._mouse(0, x, y, "M")
                self._mouse(32, (x + to_x) / 2, (y + to_y) / 2, "M")
                self._mouse(32, to_x, to_y, "M")
                self._mouse(0, to_x, to_y, "m")
        terminal.take(0)

    def _mouse(self, button: int, x: float, y: float, end: str) -> None:
        column, row = (int(part * most) + 1 for part, most in zip((x, y), self._size, strict=True))
        self._terminal.press(f"\x1b[<{button};{column};{row}{end}")


def written(key: str) -> str:
    """Return what a terminal sends for a key that Textual names."""
    if (control := re.fullmatch(r"ctrl\+([a-z])", key)) is not None:
        return chr(ord(control[1]) - ord("a") + 1)
    return _SEQUENCES.get(key, key)
