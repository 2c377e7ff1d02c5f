"""Keeps what the terminal shows, so that what it shows already need not be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from screens.base.terminal.cells import Cell, Row, cells_of, is_simple, mend
from screens.base.terminal.encoder import Encoder
from screens.base.terminal.pen import PLAIN, pen_of

Update = LayoutUpdate | ChopsUpdate
Piece = tuple[int, Strip]
"""A strip, and the column where it begins."""


class Shadow:
    """A picture of the terminal's screen, brought up to date by what is sent."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._rows: list[Row] = []
        self._wide: set[int] = set()  # rows that have had wide or joined characters

    def forget(self) -> None:
        """Take nothing for known, since somebody else wrote to the terminal, or cleared it."""
        width, height = self._size
        self._rows = [[None] * width for _ in range(height)]
        self._wide = set()

    def encode(self, update: Update, console: Console) -> str:
        """Return what makes the terminal show an update, and take it as sent.

        Args:
            update: What the compositor made.
            console: Knows how many colours there are.
        """
        colors = console._color_system or ColorSystem.TRUECOLOR
        if (size := _size(update)) != self._size:
            self._size = size
            self.forget()
        rows, encoder = self._rows, Encoder()
        for y, pieces in _lines(update):
            before = rows[y]
            after = self._painted(y, before, pieces, colors)
            if after != before:
                encoder.row(y, before, after)
                rows[y] = after
        return encoder.end()

    def _painted(self, y: int, row: Row, pieces: Iterable[Piece], colors: ColorSystem) -> Row:
        """Return a row with strips put over it."""
        width, row = len(row), row.copy()
        for x, strip in pieces:
            cells: list[Cell] = []
            for text, style, control in strip:
                if not control:
                    cells += cells_of(text, PLAIN if style is None else pen_of(style, colors))
                    if not is_simple(text):
                        self._wide.add(y)
            row[x : x + len(cells)] = cells
        del row[width:]
        if y in self._wide:
            mend(row)
        return row


def _size(update: Update) -> Size:
    if isinstance(update, LayoutUpdate):
        return update.region.size
    return Size(update.chop_ends[0][-1], len(update.chops))


def _lines(update: Update) -> Iterator[tuple[int, Iterable[Piece]]]:
    """Yield the lines that an update draws, with the strips in each."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, _side_by_side(update.region.x, strips)
    else:
        for y in dict.fromkeys(y for y, _, _ in update.spans):
            yield y, [(x, strip) for x, strip in update.chops[y].items() if strip is not None]


def _side_by_side(x: int, strips: Iterable[Strip]) -> Iterator[Piece]:
    for strip in strips:
        yield x, strip
        x += strip.cell_length
