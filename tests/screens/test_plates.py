"""Plates: how large they are drawn, where they stand, and what the mouse finds there."""

import numpy as np
import pytest
from rich.style import Style

from screens.shapes.arrangement import Spot, arrange, free_room
from screens.shapes.look import Look
from screens.shapes.plate import Note, Plate, notes_within, range_words
from screens.shapes.scale import Scale
from screens.widgets.array_rendering import render_cells
from screens.widgets.plate_rendering import render_plate
from screens.widgets.plates import Plates
from tests.screens.bench import Person, at_the_keyboard


def plate(title: str, rows: int, columns: int, axes: str = "input 0…9", **words: str) -> Plate:
    values = np.linspace(-1, 1, rows * columns).reshape(rows, columns)
    return Plate(title, values, Scale.fit(values), axes, is_result=title == "z", **words)  # type: ignore[arg-type]


def test_pictures_grow_by_whole_factors_with_the_room() -> None:
    for room, level in (((9, 7), 0), ((16, 11), 1), ((32, 18), 2), ((80, 40), 4)):
        (spot,) = arrange([plate("a", 8, 8)], *room)
        assert spot.level == level, room
    (spot,) = arrange([plate("a", 28, 28)], 18, 10)
    assert plate("a", 28, 28).outline.cells(spot.level) == (14, 7), "blocks of 2×2"


def test_two_lines_where_that_makes_them_larger() -> None:
    made = [plate("a1", 8, 8), plate("W2", 8, 8), plate("b2", 4, 8), plate("z", 4, 8)]
    one, two = arrange(made, 84, 17), arrange(made, 49, 16)
    assert {spot.y for spot in one} == {0}
    assert len({spot.y for spot in two}) == 2
    assert two[0].level == two[1].level == 1


def test_where_there_is_no_room_for_all_the_result_stays() -> None:
    made = [plate("a1", 8, 8), plate("W2", 8, 8), plate("b2", 8, 8), plate("z", 8, 8)]
    spots = arrange(made, 24, 6)
    assert [spot.number for spot in spots] == [0, 3]
    assert arrange(made, 0, 0) == []


@pytest.mark.parametrize("room", [(49, 16), (84, 17), (60, 30)])
def test_free_room_is_free(room: tuple[int, int]) -> None:
    made = [plate("a1", 4, 8), plate("d1", 4, 8), plate("z", 28, 28)]
    spots = arrange(made, *room)
    free = free_room(made, spots, *room)
    assert free.x + free.width <= room[0]
    assert free.y + free.height <= room[1]
    for spot in spots:
        width, height = made[spot.number].outline.size(spot.level)
        is_beside = spot.x + width <= free.x or free.x + free.width <= spot.x
        assert is_beside or spot.y + height <= free.y or free.y + free.height <= spot.y


def test_notes_are_broken_and_never_cut() -> None:
    notes = [Note("z2[0,3] = 1.5, term by term", "z2[0,3] = 1.5"), Note("a  1 × 2 = +2", "a +2")]
    assert notes_within(notes, 40, 5) == ["z2[0,3] = 1.5, term by term", "a  1 × 2 = +2"]
    assert notes_within(notes, 20, 5) == ["z2[0,3] = 1.5", "a +2"]
    assert notes_within(notes, 12, 5) == ["z2[0,3] =", "1.5", "a +2"]
    assert notes_within(notes, 3, 5) == []


def test_a_range_says_what_there_is() -> None:
    for values, words in (
        ([0.0, 0.0], "all 0"), ([-1.0, 0.5], "±1"), ([0.0, 0.5], "0…0.5"),
    ):  # fmt: skip
        assert range_words(Scale.fit(np.array(values))) == words


@pytest.mark.parametrize("look", [Look("256"), Look("16"), Look("none", ascii=True)])
def test_outputs_bear_their_digits_in_every_terminal(look: Look) -> None:
    values, digits = np.linspace(-1, 1, 10)[None], tuple("0123456789")
    for size in (1, 2, 3):
        lines = render_cells(values, Scale("signed"), look, size, cursor=(0, 4), labels=digits)
        assert [line.cell_length for line in lines] == [20 * size] * size
        text = lines[(size - 1) // 2].text
        assert [letter for letter in text if letter.isdigit()] == list(digits)
        assert size == 1 or "[" in lines[0].text


def test_a_click_takes_an_element_apart_and_a_second_one_explains_it() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        await person.sees("z2[0,:]")
        pictures = person.app.screen.query_one("#pictures", Plates)
        spot = pictures.spots[-1]
        offset = (spot.x + 2 * spot.level * 3, spot.y + 1)
        await person.pilot.click(pictures, offset=offset)
        await person.sees("W2[:,3]", "z2[0,3] =")
        await person.pilot.click(pictures, offset=offset, times=2)
        await person.sees("z2[0,3] =", "made of")

    at_the_keyboard(script, screen="backprop")


def test_pictures_that_stand_side_by_side_are_apart() -> None:
    maps = np.arange(1.0, 33.0).reshape(4, 8)  # two pictures of 4×4
    plate = Plate("maps", maps, Scale.fit(maps), tile=(4, 4))
    for level in plate.outline.levels():
        seams = plate.outline.seams(level)
        width, height = plate.outline.cells(level)
        spot = Spot(0, 0, 0, width, level)
        lines = render_plate(plate, spot, Look("none"), Style(), Style())[1 : 1 + height]
        assert {line.cell_length for line in lines} == {width}
        middle = width // 2
        if seams.columns:
            assert width == 2 * seams.columns + 1
            assert {line.text[middle] for line in lines} == {" "}
            assert seams.under(middle, 1) == -1
            assert seams.under(middle + 1, 1) == middle
    assert plate.outline.seams(0) == (2, 4)
    assert plate.outline.cells(0) == (9, 2)


def test_a_mark_that_was_set_in_a_larger_array_is_inside() -> None:
    made = Plate("∇b3", np.zeros((1, 10)), Scale("signed", 1.0), place=(5, 30))
    assert made.place == (0, 9)
    spot = arrange([made], 60, 10)[0]
    assert render_plate(made, spot, Look("256"), Style(), Style())
