"""What is sent for the difference of two pictures makes a terminal show the second."""

from io import StringIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from screens.base.terminal.cells import Row, cells_of, mend
from screens.base.terminal.moves import move
from screens.base.terminal.pen import PLAIN, change, pen, pen_of
from screens.base.terminal.shadow import Shadow
from tests.screens.terminal.display import Display

WIDTH, HEIGHT = 12, 2
SYSTEMS = ("truecolor", "256", "standard", "none")

texts = st.text(st.sampled_from("ab  ▀▄▄█─é漢字·"), min_size=1, max_size=8)
joined = texts | st.sampled_from(["e\u0301", "xo\u0308y", "漢e\u0301"])
COLORS = (None, "default", "#ff0000", "#00ff5f", "color(33)", "red", "bright_blue")
NAMES = ("bold", "dim", "italic", "underline", "blink", "reverse", "strike")


def style(chance: Random, *, colored: bool) -> Style:
    """Some style; most have no more than an attribute or two."""
    attributes = {name: True for name in NAMES if chance.random() < 0.15}
    ink, ground = (chance.choice(COLORS), chance.choice(COLORS)) if colored else (None, None)
    link = "https://example.com" if chance.random() < 0.1 else None
    return Style(color=ink, bgcolor=ground, link=link, **attributes)  # type: ignore[arg-type]


STYLES = {
    colored: [None, *(style(Random(seed), colored=colored) for seed in range(40))]
    for colored in (True, False)
}
styles = st.sampled_from(STYLES[True])


def pictures(
    *, colored: bool = True, of: st.SearchStrategy[str] = joined
) -> st.SearchStrategy[list[Strip]]:
    pieces = st.tuples(of, st.sampled_from(STYLES[colored]))
    line = st.lists(pieces, max_size=4).map(
        lambda found: Strip([Segment(*piece) for piece in found]).adjust_cell_length(WIDTH)
    )
    return st.lists(line, min_size=HEIGHT, max_size=HEIGHT)


def console(system: str) -> Console:
    chosen = None if system == "none" else system
    return Console(color_system=chosen, force_terminal=True, file=StringIO())  # type: ignore[arg-type]


def whole(lines: list[Strip]) -> LayoutUpdate:
    """What draws a picture from scratch; styles keep what they were rendered to, so new ones."""
    strips = [
        Strip([Segment(text, style and style.copy()) for text, style, _ in line]) for line in lines
    ]
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def draw_one_after_another(many: list[list[Strip]], system: str, *, wraps: bool = False) -> None:
    shadow, display = Shadow(), Display(WIDTH, HEIGHT, wraps=wraps)
    for lines in many:
        display.feed(shadow.encode(whole(lines), console(system)))
        expected = Display(WIDTH, HEIGHT)
        expected.feed(whole(lines).render_segments(console(system)))
        assert display.differences(expected) == []
        assert shadow.encode(whole(lines), console(system)) == "", "nothing changed"


@pytest.mark.parametrize("system", SYSTEMS)
@given(data=st.data())
def test_the_difference_leads_from_one_picture_to_the_next(
    system: str, data: st.DataObject
) -> None:
    some = st.lists(pictures(colored=system != "none"), min_size=2, max_size=4)
    draw_one_after_another(data.draw(some), system)


@given(st.lists(pictures(of=texts), min_size=2, max_size=4))  # pyte wraps what takes no room
def test_it_does_so_where_lines_wrap(many: list[list[Strip]]) -> None:
    draw_one_after_another(many, "256", wraps=True)


@given(pictures(of=texts), pictures(of=texts), st.integers(0, WIDTH - 1), st.data())
def test_a_piece_is_put_over_a_picture(
    under: list[Strip], over: list[Strip], x: int, data: st.DataObject
) -> None:
    end = data.draw(st.integers(x + 1, WIDTH))
    y = data.draw(st.integers(0, HEIGHT - 1))
    shadow, display = Shadow(), Display(WIDTH, HEIGHT)
    display.feed(shadow.encode(whole(under), console("256")))

    piece = over[y].crop(x, end)
    chops: list[dict[int, Strip | None]] = [{0: None, x: None, end: None} for _ in range(HEIGHT)]
    chops[y][x] = piece
    update = ChopsUpdate(chops, [(y, x, end)], [[x, end, WIDTH]] * HEIGHT)
    display.feed(shadow.encode(update, console("256")))

    row = under[y]
    both = [*under[:y], Strip.join([row.crop(0, x), piece, row.crop(end)]), *under[y + 1 :]]
    expected = Display(WIDTH, HEIGHT)
    expected.feed(whole(both).render_segments(console("256")))
    assert display.differences(expected) == []


@given(pictures(), pictures())
def test_what_is_forgotten_is_sent_again(first: list[Strip], second: list[Strip]) -> None:
    shadow = Shadow()
    shadow.encode(whole(first), console("256"))
    shadow.forget()
    again, expected = Display(WIDTH, HEIGHT), Display(WIDTH, HEIGHT)
    again.feed(shadow.encode(whole(second), console("256")))
    expected.feed(whole(second).render_segments(console("256")))
    assert again.differences(expected) == []


@given(styles, styles)
def test_a_pen_becomes_any_other(before: Style | None, after: Style | None) -> None:
    colors = console("256")._color_system
    assert colors is not None
    one, two = (PLAIN if style is None else pen_of(style, colors) for style in (before, after))
    changed, fresh = Display(1, 1), Display(1, 1)
    changed.feed(f"{change(PLAIN, one)}{change(one, two)}x")
    fresh.feed(f"{change(PLAIN, two)}x")
    assert changed.seen == fresh.seen
    if one.link == two.link:
        assert len(change(one, two)) <= len(change(PLAIN, two)) + len("\x1b[0m")


def test_only_what_differs_of_a_pen_is_sent() -> None:
    red, both = pen("38;5;9"), pen("38;5;9", "38;5;7", 0b1)
    assert change(red, both) == "\x1b[1;48;5;7m"
    assert change(both, red) == "\x1b[22;49m"
    assert change(both, PLAIN) == "\x1b[m"
    assert change(pen("91", "91"), pen("91")) == "\x1b[49m"


cells = st.tuples(st.integers(0, 79), st.integers(0, 23))


@given(st.none() | cells, cells)
def test_a_move_ends_where_it_should(start: tuple[int, int] | None, end: tuple[int, int]) -> None:
    display = Display(80, 24)
    if start is not None:
        display.feed(f"\x1b[{start[1] + 1};{start[0] + 1}H")
    sent = move(*(start or (None, None)), *end)
    display.feed(f"{sent}x")
    assert display.seen[end[1]][end[0]].text == "x"
    assert len(sent) <= len(f"\x1b[{end[1] + 1};{end[0] + 1}H")


def test_the_cheapest_move() -> None:
    assert move(5, 3, 6, 3) == "\x1b[C"
    assert move(5, 3, 0, 3) == "\r"
    assert move(7, 3, 0, 4) == "\r\n"
    assert move(None, 3, 0, 4) == "\r\n"
    assert move(5, 3, 5, 4) == "\x1b[B"


def test_few_unchanged_cells_are_written_again() -> None:
    shadow, plain = Shadow(), console("256")
    lines = [Strip([Segment(text)]) for text in ("a b c d     ", "            ")]
    shadow.encode(LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, 2)), plain)
    lines[0] = Strip([Segment("x b y d    z")])
    sent = shadow.encode(LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, 2)), plain)
    assert sent == "\x1b[Hx b y\x1b[6Cz"


def test_the_half_of_a_wide_character_is_blank_where_the_other_was_written_over() -> None:
    row: Row = [*cells_of("漢字", PLAIN)]
    row[1:3] = cells_of("ab", PLAIN)
    mend(row)
    assert [cell and cell[0] for cell in row] == [" ", "a", "b", " "]


def test_half_blocks_are_turned_over_where_that_is_cheaper() -> None:
    up, down = Style(color="red", bgcolor="blue"), Style(color="blue", bgcolor="red")
    line = Strip([Segment("▄", up), Segment("▀", down), Segment("▀", up), Segment("▄", down)])
    sent = Shadow().encode(LayoutUpdate([[line]], Region(0, 0, 4, 1)), console("256"))
    assert sent == "\x1b[H\x1b[31;44m▄▄▀▀\x1b[m"
