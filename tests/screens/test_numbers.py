"""The grid of numbers as the person sees it, its keys and mouse."""

from __future__ import annotations

import numpy as np
from textual.pilot import Pilot

from screens.widgets.numbers import Numbers
from tests.screens.stage import ASCII, play, text, where


class TestNumbers:
    def test_headers_stay_while_the_rest_scrolls(self) -> None:
        numbers = Numbers()

        async def script(pilot: Pilot[None]) -> None:
            numbers.show(np.arange(784).reshape(28, 28), "grey")
            await pilot.pause()
            assert text(numbers)[0].split()[:3] == ["0", "1", "2"]
            assert text(numbers)[1].startswith(" 0   0<  1   2")
            numbers.focus()
            await pilot.press("pagedown", "pagedown", "pagedown", "end")
            await pilot.pause()
            lines = text(numbers)
            assert "27" in lines[0].split()
            assert "783<" in "".join(lines)
            assert any(line.startswith("27 ") for line in lines)

        messages = play(numbers, script, look=ASCII, size=(60, 12))
        assert where(messages)[-1] == (27, 27)

    def test_every_row_and_column_can_be_reached_back(self) -> None:
        numbers = Numbers()

        async def script(pilot: Pilot[None]) -> None:
            numbers.show(np.arange(900).reshape(30, 30))
            numbers.focus()
            await pilot.press("pagedown", "pagedown", "pagedown", "end")
            for _ in range(29):
                await pilot.press("left", "up")
                at = f"{numbers.cursor[0] * 30 + numbers.cursor[1]}<"
                assert any(at in line for line in text(numbers)), at

        play(numbers, script, look=ASCII, size=(40, 10))

    def test_a_number_is_there_whole_or_not_at_all(self) -> None:
        async def script(pilot: Pilot[None]) -> None:
            numbers = pilot.app.query_one(Numbers)
            values = np.arange(100, 128)
            numbers.show(np.stack([values, values]))
            numbers.focus()
            for _ in range(27):
                await pilot.press("right")
                for line in text(numbers)[1:3]:
                    _, *seen = line.replace("<", " ").split()
                    assert {len(number) for number in seen if number.isdigit()} == {3}

        for width in (30, 31, 32, 33):
            play(Numbers(), script, look=ASCII, size=(width, 10))

    def test_what_is_not_finite_stands_out(self) -> None:
        numbers = Numbers()

        async def script(pilot: Pilot[None]) -> None:
            numbers.show(np.array([[0.5, np.nan, -np.inf]]), "signed", columns=["a", "b", "c"])
            await pilot.pause()
            assert text(numbers)[0].split() == ["a", "b", "c"]
            assert text(numbers)[1].split() == ["0", "0.500<", "!nan", "!-inf"]

        play(numbers, script, look=ASCII)

    def test_a_click_selects(self) -> None:
        numbers = Numbers()

        async def script(pilot: Pilot[None]) -> None:
            numbers.show(np.arange(12).reshape(3, 4))
            await pilot.pause()
            await pilot.click(numbers, offset=(2 + 3 * 2, 2))

        assert where(play(numbers, script)) == [(1, 2)]
