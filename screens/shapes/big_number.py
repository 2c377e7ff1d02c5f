"""Numbers in large letters, for those at the back of a room."""

_LINES = 5
_FONT: dict[str, str] = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# .#. .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ".": ". . . . #",
    "+": "... .#. ### .#. ...",
    "−": "... ... ### ... ...",
    "-": "... ... ### ... ...",
    "e": "... ### #.# ##. ###",
    "n": "... ##. #.# #.# #.#",
    "a": "... .## #.# #.# .##",
    "i": "# . # # #",
    "f": ".## .#. ### .#. .#.",
}
_HALVES = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


def large_lines(text: str, *, whole: bool, ascii: bool = False) -> list[str]:
    """Return a number in three lines of half blocks, or in five lines twice as wide.

    Args:
        text: A number, as ``figure`` writes it.
        whole: Whether a dot takes two whole cells.
        ascii: Whether there are no blocks; then a dot takes a cell.
    """
    glyphs = [_FONT[each].split() for each in text if each in _FONT]
    rows = [".".join(glyph[line] for glyph in glyphs) for line in range(_LINES)]
    if ascii:
        return [row.replace(".", " ") for row in rows]
    if whole:
        return [row.replace(".", "  ").replace("#", "██") for row in rows]
    rows.append("." * len(rows[0]))
    return [
        "".join(_HALVES[upper + lower] for upper, lower in zip(*rows[line : line + 2], strict=True))
        for line in range(0, _LINES, 2)
    ]
