"""From values to levels, colours and cells."""

import itertools
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from rich.color import ColorSystem

from screens.shapes.blocks import halve, reduce_blocks
from screens.shapes.look import ColorMode, Look, ThemeName
from screens.shapes.luminance import luminance
from screens.shapes.ramp import _LIGHT_PALETTES, _PALETTES, ramp
from screens.shapes.scale import BAD, Kind, Scale
from screens.widgets.array_rendering import render_array, render_legend

LOOKS = [
    Look(colors, ascii)
    for colors, ascii in itertools.product(("truecolor", "256", "16", "none"), (False, True))
]
KINDS: tuple[Kind, ...] = ("grey", "signed", "sequential")


def test_levels_are_symmetric_and_small_values_stay_visible() -> None:
    levels = Scale("signed", 2.0).levels(np.array([-2.0, -0.02, 0.0, 0.02, 2.0, 9.0]), 8)
    assert levels.tolist() == [-8, -1, 0, 1, 8, 8]


def test_what_is_not_finite_has_a_level_of_its_own() -> None:
    levels = Scale("grey").levels(np.array([np.nan, np.inf, -np.inf, 0.5]), 10)
    assert levels.tolist() == [BAD, BAD, BAD, 5]


def test_a_scale_fits_the_finite_values() -> None:
    assert Scale.fit(np.array([1.0, -3.0, np.inf])) == Scale("signed", 3.0)
    assert Scale.fit(np.array([np.nan])).limit == 1.0
    assert Scale.fit(np.zeros(3)).limit == 0.0


@pytest.mark.parametrize("palettes", [_PALETTES, _LIGHT_PALETTES], ids=["dark", "light"])
def test_no_two_levels_look_the_same(palettes: dict[tuple[ColorMode, Kind], Any]) -> None:
    """Also after Rich has looked for the nearest colour that the terminal has."""
    for (mode, _), palette in palettes.items():
        system = ColorSystem.TRUECOLOR if mode == "truecolor" else ColorSystem.EIGHT_BIT
        colors = [color.downgrade(system) for color in palette]
        assert len(set(colors)) == len(colors)


@pytest.mark.parametrize("theme", get_args(ThemeName))
@pytest.mark.parametrize("colors", ["256", "truecolor"])
def test_lightness_says_how_far_from_zero(colors: ColorMode, theme: ThemeName) -> None:
    for kind in KINDS:
        levels = ramp(kind, Look(colors, theme=theme))
        # Without zero, which differs from its neighbours in hue.
        sides = [range(1, levels.steps + 1), range(-1, levels.lowest - 1, -1)]
        for side in sides:
            light = [luminance(color.get_truecolor()) for n in side if (color := levels.color(n))]
            assert light == sorted(light, reverse=theme == "light"), kind


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_the_same_size_in_every_look(kind: Kind, look: Look) -> None:
    values = np.linspace(-1, 1, 15).reshape(5, 3)
    assert [strip.cell_length for strip in render_array(values, Scale(kind), look)] == [3, 3, 3]
    assert [s.cell_length for s in render_array(values, Scale(kind), look, wide=True)] == [6] * 5


@pytest.mark.parametrize("look", [look for look in LOOKS if look.ascii])
def test_ascii_pictures_are_ascii(look: Look) -> None:
    strips = render_array(
        np.array([[np.nan, -1.0, 1.0, 0.0]]), Scale("signed"), look, cursor=(0, 3)
    )
    assert strips[0].text == "!#@^"


@pytest.mark.parametrize("look", LOOKS)
def test_a_cursor_and_a_bad_value_show_without_color(look: Look) -> None:
    values = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, np.nan]])
    assert render_array(values, Scale("signed"), look, cursor=(0, 0))[0].text[0] == "^"
    assert render_array(values, Scale("signed"), look, cursor=(1, 0))[0].text[0] == "v"
    assert render_array(values, Scale("signed"), look)[0].text[2] == "!"
    assert "[]" in render_array(values, Scale("signed"), look, cursor=(0, 1), wide=True)[0].text


def test_equal_neighbours_are_one_segment() -> None:
    [strip] = render_array(np.zeros((2, 50)), Scale("grey"), Look("256"))
    assert len(strip) == 1


def test_an_unchanged_line_is_the_very_same_object() -> None:
    values = np.random.default_rng(1).normal(size=(6, 6))
    before = render_array(values, Scale("signed"), Look())
    values[3, 3] = 9
    after = render_array(values, Scale("signed"), Look())
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, True]


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_reducing_keeps_the_largest_and_what_is_not_finite(values: np.ndarray) -> None:
    small = reduce_blocks(values, 7, 9)
    assert small.shape <= (7, 9)
    assert np.isfinite(small).all() == np.isfinite(values).all()
    if np.isfinite(values).all():
        assert np.abs(small).max() == np.abs(values).max()


def test_reducing_keeps_the_sign() -> None:
    assert reduce_blocks(np.array([[1.0, -5.0, 2.0, 0.5]]), 1, 2).tolist() == [[-5.0, 2.0]]


def test_halving_is_the_mean_of_two_by_two() -> None:
    assert halve(np.array([[0, 4, 1], [4, 8, 1]])).tolist() == [[4.0]]


def test_the_legend_has_both_ends_and_zero() -> None:
    look = Look("none", ascii=True)
    words = "".join(s.text for s in render_legend(Scale("signed", 0.31), look, 40))
    assert words == "-0.31 #=- 0 +*@ +0.31"
    assert "".join(s.text for s in render_legend(Scale("signed", 0.31), look, 12)) == "-0.31..+0.31"
    assert (
        "".join(s.text for s in render_legend(Scale("grey", 255), look, 40)) == "0  .:-=+*#%@ 255"
    )
