"""What holds for every picture."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import TabbedContent

from screens.shapes.bar import Bar
from screens.shapes.look import Look
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.gallery import Gallery
from screens.widgets.heatmap import Heatmap
from screens.widgets.histogram import Histogram
from screens.widgets.numbers import Numbers
from tests.screens.demo import Demo
from tests.screens.stage import ASCII, play, text


@pytest.mark.parametrize(
    ("kind", "data", "seen"),
    [
        (Heatmap, [np.ones((2, 2))], "@@"),
        (Digit, [np.ones((4, 4))], "@@@@"),
        (Gallery, [np.ones((3, 4, 4)), ["a", "b", "c"]], ">a"),
        (Numbers, [np.ones((2, 2), int)], "1<"),
        (Bars, [[Bar("a", 1.0), Bar("b", 1.0)]], "b ###"),
        (Histogram, [[1, 2], [0, 1, 2]], "tallest bar: 2"),
    ],
)
def test_what_was_shown_before_the_widget_was_mounted_is_seen(
    kind: type[Widget], data: list[object], seen: str
) -> None:
    widget = kind()
    widget.show(*data)

    async def script(pilot: Pilot[None]) -> None:
        await pilot.pause()
        assert seen in "\n".join(text(widget))

    play(widget, script, look=ASCII)


def test_no_widget_of_anyone_leaks_what_is_not_ascii() -> None:
    async def script() -> None:
        app = Demo(ASCII)
        async with app.run_test(size=(120, 40)) as pilot:
            for tab in range(1, 7):
                app.query_one(TabbedContent).active = f"tab-{tab}"
                await pilot.pause()
                await pilot.press("tab", "down")
                seen = [w for w in app.screen.walk_children(Widget) if w.display and w.size]
                leaks = {w: line for w in seen for line in text(w) if not line.isascii()}
                assert not leaks

    asyncio.run(script())


def test_without_colors_none_is_sent_and_the_selection_is_still_seen() -> None:
    async def script() -> None:
        app = Demo(Look("none"))
        async with app.run_test(size=(120, 40)) as pilot:
            for tab in range(1, 7):
                app.query_one(TabbedContent).active = f"tab-{tab}"
                await pilot.pause()
                widgets = [w for w in app.screen.walk_children(Widget) if w.display and w.size]
                strips = [s for w in widgets for s in w.render_lines(w.size.region)]
                styles = [segment.style for strip in strips for segment in strip if segment.style]
                assert not [s for s in styles if s.color or s.bgcolor]
                assert any(style.reverse for style in styles)

    asyncio.run(script())
