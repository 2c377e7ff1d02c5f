"""How much room there is: what stylesheets and models are told agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.shapes.room import HEIGHTS, SMALLEST, WIDTHS, Room, room_of
from screens.shapes.tabs import tab_labels


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


@pytest.mark.parametrize(
    ("width", "first"),
    [(100, " 1 Forward "), (90, "1 Forward "), (80, "1 Forward "), (61, "1 Forw ")],
)
def test_tabs_are_named_as_fully_as_there_is_room_for(width: int, first: str) -> None:
    names = ["Forward", "Data", "Backprop", "Training", "Evaluate", "Draw", "Compare", "Learn"]
    labels = tab_labels([(str(n), name) for n, name in enumerate(names, 1)], width)
    assert labels[0] == first
    assert sum(map(len, labels)) <= width
