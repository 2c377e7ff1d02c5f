"""What a page shows: the screen that its terminal makes of what the server sends."""

import re

import pyte

COLUMNS, ROWS = 110, 32


class Shown:
    """The screen of a page, fed with the messages of its socket."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, data: bytes) -> None:
        """Take what was sent."""
        self._stream.feed(data)

    def resize(self, columns: int, rows: int) -> None:
        """Be of another size from now on."""
        self._screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def step(self) -> int:
        """The step that the status line tells."""
        found = re.search(r"\bstep (\d+) · epoch", self.text)
        return int(found[1]) if found else -1
