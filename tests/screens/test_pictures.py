"""Heatmap, digit and gallery as the person sees them, their keys and mouse."""

from __future__ import annotations

import numpy as np
from textual.pilot import Pilot

from screens.widgets.digit import Digit
from screens.widgets.gallery import Gallery
from screens.widgets.heatmap import Heatmap
from tests.screens.stage import ASCII, play, text, where


class TestHeatmap:
    def test_shows_values_a_caption_and_the_range(self) -> None:
        heatmap = Heatmap()

        async def script(pilot: Pilot[None]) -> None:
            heatmap.show(np.tile([-1.0, 0.0, 1.0, np.nan], (2, 6)), caption="W1")
            await pilot.pause()
            assert text(heatmap)[0] == "# @!" * 6
            assert text(heatmap)[1].startswith("W1 -1 ")
            assert heatmap.size == (24, 2)

        play(heatmap, script, look=ASCII)

    def test_keys_move_the_cursor_and_say_so(self) -> None:
        heatmap = Heatmap(selectable=True)

        async def script(pilot: Pilot[None]) -> None:
            heatmap.show(np.zeros((4, 4)))
            heatmap.focus()
            await pilot.pause()  # keys need a size
            await pilot.press("right", "j", "up", "h", "left")
            await pilot.pause()
            assert text(heatmap)[0][0] == "^"

        messages = play(heatmap, script)
        assert where(messages) == [(0, 1), (1, 1), (0, 1), (0, 0)]

    def test_the_mouse_selects_the_upper_then_the_lower_value(self) -> None:
        heatmap = Heatmap(selectable=True)

        async def script(pilot: Pilot[None]) -> None:
            heatmap.show(np.zeros((4, 4)))
            await pilot.pause()
            await pilot.click(heatmap, offset=(2, 1))
            await pilot.click(heatmap, offset=(2, 1))

        assert where(play(heatmap, script)) == [(2, 2), (3, 2)]

    def test_a_large_array_is_reduced_and_says_so(self) -> None:
        heatmap = Heatmap(selectable=True)
        values = np.zeros((784, 128))
        values[401, 77] = -3.0

        async def script(pilot: Pilot[None]) -> None:
            heatmap.show(values)
            await pilot.pause()
            lines = text(heatmap)
            assert heatmap.size == (60, 20)
            assert "max|v| of 784x128" in lines[-1]
            assert sum(line.count("#") for line in lines[:-1]) == 1
            y = next(y for y, line in enumerate(lines) if "#" in line)
            await pilot.click(heatmap, offset=(lines[y].index("#"), y))
            heatmap.focus()
            await pilot.press("down")

        found = where(play(heatmap, script, look=ASCII, size=(60, 20)))
        assert (401, 77) in found

    def test_wide_cells_where_there_is_room(self) -> None:
        heatmap = Heatmap(wide=True)

        async def script(pilot: Pilot[None]) -> None:
            heatmap.show(np.eye(3), "sequential")
            await pilot.pause()
            assert text(heatmap)[:3] == ["88", "  88", "    88"]

        play(heatmap, script, look=ASCII)

    def test_only_lines_that_changed_are_drawn_again(self) -> None:
        heatmap = Heatmap()
        sent: list[int] = []

        async def script(pilot: Pilot[None]) -> None:
            values = np.zeros((20, 4))
            heatmap.show(values)
            await pilot.pause()
            refresh = heatmap.refresh
            heatmap.refresh = lambda *regions, **how: (  # type: ignore[method-assign]
                sent.extend(region.y for region in regions),
                refresh(*regions, **how),
            )[1]
            values = values.copy()
            values[7, 2] = 0.4
            heatmap.show(values, scale=heatmap.picture and heatmap.picture.scale)
            await pilot.pause()

        play(heatmap, script)
        assert sent == [3]


class TestDigit:
    def test_shows_the_image_and_its_caption(self) -> None:
        digit = Digit()
        pixels = np.zeros((28, 28), np.uint8)
        pixels[:2, :3] = 255

        async def script(pilot: Pilot[None]) -> None:
            digit.show(pixels, "label 7 → 1")
            await pilot.pause()
            assert digit.size == (28, 15)
            assert text(digit)[0] == "@@@"
            assert text(digit)[-1] == "label 7 -> 1"

        play(digit, script, look=ASCII)


class TestGallery:
    images = np.zeros((5000, 28, 28), np.uint8)

    def test_draws_only_what_is_seen(self) -> None:
        gallery = Gallery(compact=True)

        async def script(pilot: Pilot[None]) -> None:
            gallery.show(self.images, [f"#{i}" for i in range(5000)])
            await pilot.pause()
            assert text(gallery)[7].split()[:2] == [">#0", "#1"]
            assert len(gallery._painted) < 40
            gallery.focus()
            await pilot.press("end")
            await pilot.pause()
            assert ">#4999" in "".join(text(gallery))
            assert len(gallery._painted) < 80

        play(gallery, script, look=ASCII)

    def test_keys_move_and_enter_chooses(self) -> None:
        gallery = Gallery(compact=True)

        async def script(pilot: Pilot[None]) -> None:
            gallery.show(self.images[:50])
            gallery.focus()
            await pilot.press("l", "down", "left", "home", "pagedown", "enter", "k")

        messages = play(
            gallery, script, size=(77, 24)
        )  # five side by side, a scrollbar, three rows
        said = [(type(m).__name__, m.index) for m in messages]
        assert said == [
            ("Highlighted", 1),
            ("Highlighted", 6),
            ("Highlighted", 5),
            ("Highlighted", 0),
            ("Highlighted", 15),
            ("Chosen", 15),
            ("Highlighted", 10),
        ]

    def test_a_click_selects_and_a_double_click_chooses(self) -> None:
        gallery = Gallery(compact=True)

        async def script(pilot: Pilot[None]) -> None:
            gallery.show(self.images[:50])
            await pilot.pause()
            await pilot.click(gallery, offset=(16, 9), times=2)

        messages = play(gallery, script, size=(77, 24))
        assert [(type(m).__name__, m.index) for m in messages] == [
            ("Highlighted", 6),
            ("Chosen", 6),
        ]

    def test_without_images_it_says_why(self) -> None:
        gallery = Gallery()

        async def script(pilot: Pilot[None]) -> None:
            gallery.show(self.images[:0], empty="no mistakes")
            await pilot.pause()
            assert text(gallery)[0] == "no mistakes"
            gallery.focus()
            await pilot.press("down", "end", "enter")

        assert not play(gallery, script)
