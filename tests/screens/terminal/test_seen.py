"""Who is seen where is what painting from the back to the front would leave."""

from collections.abc import Mapping
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from textual.widget import Widget

from screens.base.terminal.seen import seen_lines

WIDTH, HEIGHT = 9, 5

regions = st.builds(
    Region, st.integers(-3, 8), st.integers(-3, 4), st.integers(0, 9), st.integers(0, 5)
)
clips = regions.map(Region(0, 0, WIDTH, HEIGHT).intersection)


@given(st.lists(st.tuples(regions, clips), max_size=6))
def test_who_is_seen(places: list[tuple[Region, Region]]) -> None:
    visible = cast("Mapping[Widget, tuple[Region, Region]]", dict(enumerate(places)))
    lines = seen_lines(visible, WIDTH, HEIGHT)

    painted: list[list[int | None]] = [[None] * WIDTH for _ in range(HEIGHT)]
    for widget, (region, clip) in reversed(list(enumerate(places))):
        shown = region.intersection(clip)
        for y in shown.line_range:
            painted[y][shown.x : shown.right] = [widget] * shown.width

    for line, expected in zip(lines, painted, strict=True):
        assert [seen.widget for seen in line for _ in range(seen.x, seen.end)] == expected
        assert [seen.x for seen in line] == [0, *(seen.end for seen in line[:-1])]
        assert all(seen.x < seen.end for seen in line)
