"""Numbers as people read them, and how they give way where there is little room."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.shapes.bar import LEAST, columns
from screens.shapes.format import aligned, cut, figure, fit, fit_number, fixed, signed

NUMBERS = st.floats(width=32)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (-0.23, "−0.23"), (1234.5, "1.23e3"),
        (174787754196992.0, "1.75e14"), (math.inf, "inf"), (-math.inf, "−inf"),
        (math.nan, "nan"), (2.5e-7, "2.5e−7"),
    ],
)  # fmt: skip
def test_a_number_of_any_size_is_short(value: float, written: str) -> None:
    assert figure(value) == written


def test_a_sign_is_always_there() -> None:
    assert [signed(value) for value in (0.5, -0.5, 0.0, math.inf, math.nan)] == [
        "+0.5", "−0.5", "0", "+inf", "nan",
    ]  # fmt: skip


def test_decimals_are_only_for_numbers_that_they_do_not_widen() -> None:
    values = (0.43124, -2.0, 174787754196992.0, math.inf, math.nan)
    assert [fixed(value, 4) for value in values] == ["0.4312", "−2.0000", "1.75e14", "inf", "nan"]


@given(NUMBERS, st.integers(0, 12))
def test_a_number_never_takes_more_than_its_width_and_is_never_cut_silently(
    value: float, width: int
) -> None:
    text = fit_number(value, width, sign=True)
    assert len(text) <= width
    if width and text not in [signed(value, digits) for digits in (3, 2, 1)]:
        assert text.endswith("…")


def test_digits_go_before_anything_is_cut() -> None:
    assert [fit_number(-0.234, width) for width in (6, 5, 4, 3, 2, 1, 0)] == [
        "−0.234", "−0.23", "−0.2", "−0…", "−…", "…", "",
    ]  # fmt: skip
    assert fit(["0.5 × 0.2 = +0.1", "+0.1"], 8) == "+0.1"
    assert cut("neuron", 4, "...") == "n..."


@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_aligned_numbers_have_one_width_and_one_place_for_the_point(values: list[float]) -> None:
    texts = aligned(values)
    assert len({len(text) for text in texts}) == 1
    finite = [text for text, value in zip(texts, values, strict=True) if math.isfinite(value)]
    if not any("e" in text for text in finite):
        assert len({text.find(".") for text in finite}) <= 1


def test_running_sums_stand_below_each_other() -> None:
    assert aligned([-0.0092863, 0.5, 12.0]) == ["−0.009", " 0.500", "12.000"]
    assert aligned([0.0, 0.0]) == ["0.0000", "0.0000"]
    assert aligned([1e30, 1.0]) == ["1.0000e30", " 1.0000e0"]


@given(st.integers(0, 20), st.integers(0, 30), st.integers(0, 30), st.integers(0, 20),
       st.integers(0, 90))  # fmt: skip
def test_bars_never_overflow(labels: int, texts: int, shorts: int, marks: int, width: int) -> None:
    found = columns(labels, texts, min(shorts, texts), marks, width)
    gaps = 1 + bool(found.bar) + bool(marks)  # before the text, the bar and the mark
    taken = found.labels + found.bar + found.texts + found.marks + gaps
    assert taken <= width or found.texts <= 0
    assert found.labels <= labels
    if found.bar >= LEAST and found.marks == marks:
        assert found.labels == labels  # names are only cut once there is no other way


def test_the_factors_go_first_then_the_sums_so_far_then_the_bars() -> None:
    widths = {width: columns(8, 20, 6, 9, width) for width in (60, 44, 30, 22, 18)}
    assert (widths[60].short, widths[60].bar) == (False, 20)
    assert (widths[44].short, widths[44].marks) == (True, 9)
    assert (widths[30].marks, widths[30].bar) == (8, LEAST)
    assert (widths[22].marks, widths[22].bar, widths[22].texts) == (0, LEAST, 6)
    assert (widths[18].bar, widths[18].texts, widths[18].labels) == (0, 6, 8)
