"""Bars, histogram and plot as the person sees them."""

from __future__ import annotations

import numpy as np
import pytest
from textual.pilot import Pilot

from screens.shapes.bar import Bar
from screens.shapes.curves import Curves, Series
from screens.shapes.look import Look
from screens.widgets.bars import Bars
from screens.widgets.histogram import Histogram
from screens.widgets.line_widget import fit_text
from screens.widgets.plot import Plot
from screens.widgets.plotext_rendering import render_curves
from tests.screens.stage import ASCII, play, text


class TestBars:
    bars = (Bar("a", 1.0, "100%", "◀ predicted"), Bar("b", 0.5, "50%"), Bar("c", np.nan, "nan"))

    def test_lengths_values_and_marks(self) -> None:
        widget = Bars()

        async def script(pilot: Pilot[None]) -> None:
            widget.show(self.bars, limit=1.0)
            await pilot.pause()
            first, second, third = text(widget)
            assert first.count("#") == 2 * second.count("#")
            assert first.endswith("100% <- predicted")
            assert "!" in third

        play(widget, script, look=ASCII, size=(40, 10))

    def test_signed_bars_stand_on_both_sides_of_zero(self) -> None:
        widget = Bars()

        async def script(pilot: Pilot[None]) -> None:
            widget.show([Bar("x", 2.0, "+2"), Bar("y", -1.0, "-1")], signed=True)
            await pilot.pause()
            plus, minus = text(widget)
            assert plus.index("|") == minus.index("|")
            assert plus.split("|")[0].strip() == "x"
            assert "=" in minus.split("|")[0]
            assert "#" in plus.split("|")[1]

        play(widget, script, look=ASCII, size=(41, 10))

    def test_half_and_eighth_blocks(self) -> None:
        widget = Bars()

        async def script(pilot: Pilot[None]) -> None:
            widget.show([Bar("", 1 / 16)], limit=1.0)
            await pilot.pause()
            assert text(widget)[0].strip() == "▌"

        play(widget, script, size=(11, 5))

    def test_a_cursor_scrolls_through_many(self) -> None:
        widget = Bars(selectable=True)

        async def script(pilot: Pilot[None]) -> None:
            widget.show([Bar(f"w{i}", i / 100) for i in range(100)])
            await pilot.pause()
            widget.focus()
            await pilot.press("down", "j", "end")
            await pilot.pause()
            assert any(">w99" in line.replace(" ", "") for line in text(widget))

        messages = play(widget, script, look=ASCII)
        assert [m.index for m in messages] == [1, 2, 99]


class TestHistogram:
    def test_columns_and_the_ends_of_the_range(self) -> None:
        widget = Histogram()

        async def script(pilot: Pilot[None]) -> None:
            widget.show([1, 4, 0], [-1.0, 0.0, 1.0, 2.0], "∇W1", "3 not finite")
            await pilot.pause()
            lines = text(widget)
            assert lines[:2] == ["dW1", "tallest bar: 4, 3 not finite"]
            assert lines[2] == " " * 10 + "#" * 10
            assert lines[-2].startswith("#" * 20)
            assert lines[-1].split() == ["-1", "0", "2"]

        play(widget, script, look=ASCII, size=(30, 8))

    def test_more_bins_than_columns_are_joined(self) -> None:
        widget = Histogram()

        async def script(pilot: Pilot[None]) -> None:
            widget.show(np.ones(1000, int), np.linspace(0, 1, 1001))
            await pilot.pause()
            assert text(widget)[0].startswith("tallest bar: 4")

        play(widget, script, look=ASCII, size=(250, 8))


class TestPlot:
    def curves(self, steps: int, **more: object) -> Curves:
        x = np.arange(steps, dtype=float)
        return Curves(
            (Series("train", x, np.exp(-x / 50)), Series("valid", x, np.exp(-x / 50) + 0.2)),
            title="Loss",
            x_label="step",
            **more,  # type: ignore[arg-type]
        )

    def test_title_legend_axes_and_curves(self) -> None:
        plot = Plot()

        async def script(pilot: Pilot[None]) -> None:
            plot.show(self.curves(100))
            await pilot.pause()
            lines = text(plot)
            assert lines[0] == "Loss  ** train  ++ valid"
            assert "*" in "".join(lines[1:])
            assert "+" in "".join(lines[1:])
            assert "100" in lines[-2]
            assert lines[-1].strip() == "step"
            assert all(len(line) <= 60 for line in lines)

        play(plot, script, look=ASCII, size=(60, 14))

    def test_before_the_first_point_it_says_what_to_do(self) -> None:
        plot = Plot(Curves(title="Loss", empty="nothing yet: press space to train"))

        async def script(pilot: Pilot[None]) -> None:
            await pilot.pause()
            assert "nothing yet: press space to train" in "\n".join(text(plot))
            plot.show(Curves((Series("a", np.arange(2), np.array([np.nan, np.inf])),)))
            await pilot.pause()
            assert "2 values are not finite" in "\n".join(text(plot))

        play(plot, script)

    def test_axes_stay_until_a_curve_leaves_them(self) -> None:
        plot = Plot()

        async def script(pilot: Pilot[None]) -> None:
            plot.show(self.curves(90))
            await pilot.pause()
            before = text(plot)[-2]
            plot.show(self.curves(99))
            await pilot.pause()
            assert text(plot)[-2] == before
            plot.show(self.curves(300))
            await pilot.pause()
            assert text(plot)[-2] != before

        play(plot, script, look=ASCII, size=(60, 14))

    @pytest.mark.parametrize("log_y", [False, True])
    def test_gaps_infinities_a_cursor_and_faint_branches(self, log_y: bool) -> None:
        plot = Plot()

        async def script(pilot: Pilot[None]) -> None:
            x = np.arange(100.0)
            y = x.copy()
            y[40:60] = np.inf
            series = (Series("a", x, y), Series("old", x, x + 1, faint=True))
            plot.show(Curves(series, log_y=log_y, cursor=50.0))
            await pilot.pause()
            assert "old" not in text(plot)[0]
            assert "! 20 not finite" in text(plot)[0]
            assert ("1 below" in text(plot)[0]) is log_y, "a log axis has no place for 0"
            assert any("|" in line[10:] for line in text(plot))
            assert any("." in line[10:] for line in text(plot)[1:-2])

        play(plot, script, look=ASCII, size=(60, 14))

    def test_too_small_for_a_plot(self) -> None:
        plot = Plot(self.curves(10))

        async def script(pilot: Pilot[None]) -> None:
            await pilot.pause()
            assert text(plot)[0] == "Loss"

        play(plot, script, size=(8, 5))


def test_what_is_far_outside_of_a_fixed_axis_is_drawn_at_once() -> None:
    x = np.arange(5.0)
    curves = Curves((Series("loss", x, np.array([1.0, 2.0, 1e9, 1.5, -1e9])),), y_limits=(0.0, 3.0))
    lines = render_curves(curves, 60, 15, (0.0, 4.0), (0.0, 3.0), Look())
    assert len(lines) == 15


@pytest.mark.parametrize("count", [5, 40])
def test_a_scrollbar_hides_no_column(count: int) -> None:
    bars = Bars()
    bars.show([Bar(f"term {n}", float(n), f"{n}", "the end") for n in range(count)])

    async def look_at(pilot: Pilot[None]) -> None:
        assert bars.show_vertical_scrollbar == (count > 10)
        seen = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
        assert ["the end" in line for line in seen] == [n < count for n in range(10)]

    play(bars, look_at, size=(40, 10))


def test_a_hat_has_no_column_of_its_own() -> None:
    assert fit_text("m̂/v̂", 5) == "m̂/v̂  "
    assert fit_text("m̂/v̂", 2) == "m̂/"
