"""A cell of the screen, and how text becomes cells.

A cell is what stands in it and the pen that wrote it. A wide character, or a cluster of characters
that is drawn as one, stands in one cell and has an empty one, its second half, behind it.

Cells that look alike are spelt alike, so that they compare equal: a blank has no ink, a lower half
block in the colours of an upper one stands for both, and one in a single colour is a blank.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, split_graphemes

from screens.base.terminal.pen import SHOWN_ON_BLANKS, Pen, change, pen

Cell = tuple[str, Pen]
Row = list[Cell | None]
"""The cells of a line; None where nobody knows what the terminal shows."""

BLANK, SECOND_HALF = " ", ""
UPPER, LOWER = "▀", "▄"


@lru_cache(1 << 11)
def cells_of(text: str, written: Pen) -> tuple[Cell, ...]:
    """Return the cells of a text, as many as it is wide."""
    if is_simple(text):
        return tuple([_cell(character, written) for character in text])
    cells: list[Cell] = []
    for start, end, width in split_graphemes(text)[0]:
        # What takes no room is part of the cell before, and control characters take none.
        cluster = "".join(filter(_is_shown, text[start:end]))
        if width and cluster:
            cells.append(_cell(cluster, written))
            cells.extend([(SECOND_HALF, written)] * (width - 1))
    return tuple(cells)


@lru_cache(1 << 11)
def is_simple(text: str) -> bool:
    """Whether every character of a text takes a cell of its own."""
    return text.isprintable() and all(cell_len(character) == 1 for character in text)


def _is_shown(character: str) -> bool:
    return character >= " " and not "\x7f" <= character < "\xa0"


@lru_cache(1 << 13)
def _cell(text: str, written: Pen) -> Cell:
    if text == BLANK:
        return BLANK, written if written.attributes & SHOWN_ON_BLANKS else _blank(written)
    if text in (UPPER, LOWER) and not written.attributes and written.ink and written.ground:
        if written.ink == written.ground:
            return BLANK, _blank(written)
        return LOWER, written if text == LOWER else _exchanged(written)
    return text, written


def _blank(written: Pen) -> Pen:
    return pen("", written.ground, 0, written.link)


def _exchanged(written: Pen) -> Pen:
    return pen(written.ground, written.ink, written.attributes, written.link)


@lru_cache(1 << 14)
def put(held: Pen, cell: Cell) -> tuple[str, Pen]:
    """Write a cell in the cheapest way.

    Args:
        held: The pen that the terminal holds.
        cell: What to write.

    Returns:
        What to send, and the pen that the terminal holds then.
    """
    text, wanted = cell
    ways = [(text, wanted)]
    if text == BLANK and not (wanted.attributes or held.attributes & SHOWN_ON_BLANKS):
        # The ink does not show: keep it for what comes next.
        ways.append((text, pen(held.ink, wanted.ground, held.attributes, wanted.link)))
    elif text == LOWER and wanted.ink and wanted.ground and not wanted.attributes:
        ways.append((UPPER, _exchanged(wanted)))
    written = [(change(held, then) + glyph, then) for glyph, then in ways]
    return min(written, key=lambda way: len(way[0]))


def is_wide(cell: Cell | None) -> bool:
    """Whether what stands in a cell takes the next one as well."""
    return cell is not None and cell_len(cell[0]) == 2


def mend(row: Row) -> None:
    """Blank the halves of wide characters whose other half was written over."""
    for x, cell in enumerate(row):
        if cell is None:
            continue
        if cell[0] == SECOND_HALF:
            if x == 0 or not is_wide(row[x - 1]):
                row[x] = _cell(BLANK, cell[1])
        elif is_wide(cell):
            after = row[x + 1] if x + 1 < len(row) else None
            if after is None or after[0] != SECOND_HALF:
                row[x] = _cell(BLANK, cell[1])
