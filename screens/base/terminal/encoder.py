"""Turns the difference between two pictures into what a terminal has to be sent."""

from __future__ import annotations

from screens.base.terminal.cells import SECOND_HALF, Row, put
from screens.base.terminal.moves import move
from screens.base.terminal.pen import PLAIN, Pen, change

FURTHEST = 8
"""The most unchanged cells that may be cheaper to write again than to jump over."""


class Encoder:
    """Writes the rows of one frame, from the top downwards.

    It begins with the plain pen, wherever the cursor is, and ends with the plain pen.
    """

    def __init__(self) -> None:
        self._sent: list[str] = []
        self._pen = PLAIN
        self._x: int | None = None
        self._y: int | None = None

    def row(self, y: int, before: Row, after: Row) -> None:
        """Make a row that shows one thing show another.

        Args:
            y: Which row.
            before: What it shows.
            after: What it is to show; what is unknown in it stays as it is.
        """
        put_cell, add, last = put, self._sent.append, len(after) - 1
        for x, (cell, shown) in enumerate(zip(after, before, strict=True)):
            if cell is shown or cell is None or cell == shown or cell[0] == SECOND_HALF:
                continue
            if self._x != x or self._y != y:
                self._go(x, y, after)
            sent, self._pen = put_cell(self._pen, cell)
            add(sent)
            # Terminals do not agree where the cursor is behind what is wide or joined, and
            # behind the last column.
            sure = (
                len(cell[0]) == 1
                and x < last
                and ((following := after[x + 1]) is None or following[0] != SECOND_HALF)
            )
            self._x, self._y = x + 1 if sure else None, y

    def end(self) -> str:
        """Return all there is to send."""
        self._sent.append(change(self._pen, PLAIN))
        self._pen = PLAIN
        return "".join(self._sent)

    def _go(self, x: int, y: int, row: Row) -> None:
        """Get to a cell: by a move, or by writing again what stands in between."""
        jump = move(self._x, self._y, x, y)
        if self._y == y and self._x is not None and 0 < x - self._x <= FURTHEST:
            between, pen = self._again(self._x, x, row)
            cell = row[x]
            assert cell is not None  # it is about to be written
            rewritten = between + put(pen, cell)[0]
            if between and _size(rewritten) <= _size(jump + put(self._pen, cell)[0]):
                self._sent.append(between)
                self._pen = pen
                return
        self._sent.append(jump)

    def _again(self, start: int, end: int, row: Row) -> tuple[str, Pen]:
        """Write some cells again; nothing where they are unknown, wide or joined."""
        pen, texts = self._pen, []
        for cell in row[start:end]:
            if cell is None or len(cell[0]) != 1:
                return "", self._pen
            text, pen = put(pen, cell)
            texts.append(text)
        return "".join(texts), pen


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
