"""How much room there is: what stylesheets and models are told agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.shapes.room import HEIGHTS, SMALLEST, WIDTHS, Room, room_of


def css_class(size: int, breakpoints: list[tuple[int, str]]) -> str:
    """The class that Textual sets for a size."""
    return next(name for least, name in reversed(breakpoints) if size >= least)


@given(st.integers(SMALLEST[0], 300), st.integers(SMALLEST[1], 100))
def test_a_room_is_what_the_classes_say(width: int, height: int) -> None:
    classes = {css_class(width, WIDTHS), css_class(height, HEIGHTS)}
    is_small = bool(classes & {"-narrow", "-short"})
    assert (room_of(width, height) is Room.SMALL) == is_small
    assert (room_of(width, height) is Room.LARGE) == (classes == {"-wide", "-towering"})


@pytest.mark.parametrize("breakpoints", [WIDTHS, HEIGHTS])
def test_breakpoints_rise_and_have_names_of_their_own(breakpoints: list[tuple[int, str]]) -> None:
    sizes = [size for size, _ in breakpoints]
    assert sizes == sorted(set(sizes))
    assert sizes[0] == 0
    both = [name for _, name in WIDTHS + HEIGHTS]
    assert len(set(both)) == len(both)
