"""How many colours, and ASCII alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from screens.base.terminal.filters import Ascii, NoColors
from screens.shapes.ascii import to_cells
from screens.shapes.look import Look, detect
from tests.training.runs import METHODS


@pytest.mark.parametrize(
    ("environ", "colors"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),  # what SSH leaves of the above
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "vt100"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
    ],
)
def test_colors_are_found_from_the_environment(environ: dict[str, str], colors: str) -> None:
    assert detect(environ=environ).colors == colors


def test_an_option_wins_over_the_environment() -> None:
    assert detect("16", environ={"COLORTERM": "truecolor"}) == Look("16")
    with pytest.raises(ValueError, match="must be auto, truecolor, 256, 16, none, not 'many'"):
        detect("many")


def test_a_locale_without_unicode_gets_ascii() -> None:
    assert detect(environ={"LANG": "en_GB.ISO-8859-1"}).ascii
    assert not detect(environ={"LANG": "en_GB.UTF-8"}).ascii


def test_formulas_are_spelled_in_ascii() -> None:
    look = Look(ascii=True)
    assert look.text("δ3 = (p − y)/B") == "d3 = (p - y)/B"
    assert look.text("W3 ← W3 − η·∇W3") == "W3 <- W3 - lr.dW3"
    assert look.text("z = Σ w·x + b") == "z = sum w.x + b"
    assert Look().text("δ3") == "δ3"


@given(st.text())
def test_no_cell_is_gained_or_lost(text: str) -> None:
    assert to_cells(text).isascii()
    assert len(to_cells(text)) == len(text)


def test_the_environment_says_how_many_colors() -> None:
    environ = {"NO_COLOR": "1"}
    Look("256").apply_environment(environ)
    assert environ == {"TEXTUAL_COLOR_SYSTEM": "256"}


def test_the_filter_keeps_wide_characters_wide() -> None:
    [segment] = Ascii().apply([Segment("a世│", None)], Color(0, 0, 0))
    assert segment.text == "a??|"


def test_without_colors_a_ground_of_its_own_is_reversed() -> None:
    segments = [
        Segment("cursor", Style.parse("white on blue bold")),
        Segment("text", Style.parse("red on default")),
    ]
    cursor, plain = NoColors().apply(segments, Color(0, 0, 0))
    assert cursor.style == Style.parse("bold reverse")
    assert plain.style == Style.null()


def test_every_formula_has_a_spelling_in_ascii() -> None:
    ascii_only = Look("none", ascii=True)
    for recipe in METHODS.values():
        for operation in recipe.program(chunked=True).operations:
            texts = (operation.formula, operation.why, operation.torch, operation.symbol)
            for text in map(ascii_only.text, texts):
                assert text.isascii()
                assert "?" not in text
