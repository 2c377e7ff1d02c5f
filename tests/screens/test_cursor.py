"""The cursor that all pictures, lists and tables share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from screens.shapes.bar import Bar
from screens.shapes.blocks import Blocks, block_edges
from screens.shapes.line import Line
from screens.shapes.table import Column, Contents, Row
from screens.widgets.bars import Bars
from screens.widgets.cursor import Cursor, clamp
from screens.widgets.gallery import Gallery
from screens.widgets.heatmap import Heatmap
from screens.widgets.listing import Listing
from screens.widgets.numbers import Numbers
from screens.widgets.table import Table
from tests.screens.stage import play

SIZES = st.integers(0, 40)


@given(st.integers(-50, 50), st.integers(-50, 50), SIZES, SIZES)
def test_a_clamped_place_is_inside_if_there_is_an_inside(
    row: int, column: int, rows: int, columns: int
) -> None:
    found = clamp((row, column), (rows, columns))
    assert (found is None) == (rows * columns == 0)
    if found is not None:
        assert 0 <= found[0] < rows
        assert 0 <= found[1] < columns
        if 0 <= row < rows and 0 <= column < columns:
            assert found == (row, column)


@given(st.tuples(st.integers(1, 60), st.integers(1, 60)), st.tuples(SIZES, SIZES), st.data())
def test_every_value_is_in_the_block_that_covers_it_and_no_block_is_empty(
    shape: tuple[int, int], room: tuple[int, int], data: st.DataObject
) -> None:
    blocks = Blocks.fit(shape, room)
    place = (data.draw(st.integers(0, shape[0] - 1)), data.draw(st.integers(0, shape[1] - 1)))
    values = np.zeros(shape)
    values[place] = -1.0
    block = blocks.block_of(place)
    assert blocks.largest_in(values, block) == place
    for length, count, at in zip(shape, blocks.count, block, strict=True):
        edges = block_edges(length, count)
        assert (np.diff(edges) > 0).all()
        assert 0 <= at < count
    # Beyond the edge it is the nearest block.
    far = (block[0] + 100, block[1] - 100)
    row, column = blocks.largest_in(values, far)
    assert blocks.block_of((row, column)) == (blocks.count[0] - 1, 0)


def bars(count: int) -> list[Bar]:
    return [Bar(f"b{number}", 1.0) for number in range(count)]


def contents(count: int) -> Contents:
    rows = tuple(Row(number, (str(number), "x")) for number in range(count))
    return Contents((Column("run"), Column("name")), rows)


def lines(count: int) -> tuple[Line, ...]:
    heading = [Line("HEADING", "heading")]
    return (*heading, *(Line(f"line {number}", name=str(number)) for number in range(count)))


Show = Callable[[int], object]


def widgets() -> list[tuple[Cursor, Show]]:
    """Each widget with a cursor, and how it is made to show so many rows."""
    heatmap, numbers, gallery = Heatmap(selectable=True), Numbers(), Gallery()
    chart, listing, table = Bars(selectable=True), Listing(), Table()
    return [
        (heatmap, lambda count: heatmap.show(np.zeros((count, 7)))),
        (numbers, lambda count: numbers.show(np.zeros((count, 7)))),
        (gallery, lambda count: gallery.show(np.zeros((count, 4, 4)), index=gallery.index)),
        (chart, lambda count: chart.show(bars(count))),
        (listing, lambda count: listing.show(lines(count), listing.selected)),
        (table, lambda count: table.show(contents(count), table.selected)),
    ]


@pytest.mark.parametrize("number", range(6), ids=[type(each).__name__ for each, _ in widgets()])
def test_the_selection_is_inside_however_much_is_shown_since(number: int) -> None:
    widget, show = widgets()[number]

    def is_inside() -> bool:
        rows, columns = widget.extent
        row, column = widget.cursor or (0, 0)
        return row < max(rows, 1) and column < max(columns, 1)

    async def script(pilot: Pilot[None]) -> None:
        widget.focus()
        for count in (30, 3, 0, 1, 50, 2):
            show(count)
            assert is_inside(), "before it is drawn"
            await pilot.pause()
            for key in ("end", "down", "pagedown", "right", "up", "pageup", "home", "end"):
                await pilot.press(key)
                assert is_inside(), key
            await pilot.click(widget, offset=(3, 1))
            assert is_inside(), "a click"

    play(widget, script)


@pytest.mark.parametrize("number", range(6), ids=[type(each).__name__ for each, _ in widgets()])
def test_where_there_is_nothing_nothing_is_selected(number: int) -> None:
    widget, show = widgets()[number]

    async def script(pilot: Pilot[None]) -> None:
        show(0)
        widget.focus()
        await pilot.press("down", "end", "pagedown", "right", "enter", "home")
        await pilot.click(widget, offset=(2, 1))
        assert widget.cursor is None

    assert not play(widget, script)


def test_a_click_below_the_last_bar_selects_nothing() -> None:
    chart = Bars(selectable=True)
    chart.styles.height = 10

    async def script(pilot: Pilot[None]) -> None:
        chart.show(bars(3))
        await pilot.pause()
        await pilot.click(chart, offset=(2, 7))
        assert chart.index == 0
        await pilot.click(chart, offset=(2, 2))
        assert chart.index == 2

    assert [message.index for message in play(chart, script)] == [2]


def test_a_row_of_the_table_stays_selected_when_the_order_changes() -> None:
    table = Table()

    async def script(pilot: Pilot[None]) -> None:
        table.show(contents(5), 3)
        await pilot.pause()
        assert table.cursor == (3, 0)
        turned = contents(5)
        table.show(Contents(turned.columns, turned.rows[::-1]), 3)
        assert table.cursor == (1, 0)

    play(table, script)
