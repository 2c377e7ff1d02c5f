"""Each theme can be read: text in 4.5 to 1, curves in 3 to 1; and who chooses among them."""

from typing import get_args

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.constants import DIM_FACTOR

from screens.base.terminal.app import TerminalApp
from screens.base.terminal.background import AnswerParser, BackgroundTold, theme_on
from screens.base.terminal.themes import THEMES, theme_of
from screens.shapes.look import ColorMode, Look, ThemeName
from screens.shapes.luminance import luminance
from screens.shapes.ramp import ramp
from screens.shapes.scale import Kind
from screens.widgets.cell_styles import bad_style, cursor_style
from screens.widgets.curve_tones import TONES, tone_style
from tests.screens.bench import Person, at_the_keyboard

NAMES = get_args(ThemeName)
COLORFUL: list[ColorMode] = ["256", "truecolor"]
GROUNDS = ("background", "surface", "panel")
TEXTS = ("text", "text-muted", "text-accent", "text-error", "text-warning", "text-success")
ON_THEIR_OWN = (
    ("block-cursor-foreground", "block-cursor-background"),
    ("foreground", "block-cursor-blurred-background"),
    ("foreground", "block-hover-background"),
)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """How well one colour is read on another, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(color: Color) -> tuple[int, int, int]:
    assert color.ansi is None
    return color.rgb


def on(ground: Color, text: str) -> Color:
    """The colour in which a text is seen, `auto 60%` being a share of black or white."""
    if text.startswith("auto"):
        return ground.blend(ground.get_contrast_text(1.0), float(text[5:-1]) / 100, alpha=1.0)
    color = Color.parse(text)
    return ground.blend(color.with_alpha(1.0), color.a, alpha=1.0)


@pytest.mark.parametrize("name", NAMES)
def test_texts_can_be_read(name: ThemeName) -> None:
    colors = THEMES[name].to_color_system().generate()
    least = 7.0 if name == "high-contrast" else 4.5
    for ground in (Color.parse(colors[each]) for each in GROUNDS):
        for text in TEXTS:
            assert contrast(rgb(on(ground, colors[text])), rgb(ground)) >= least, (text, ground)
        dim = ground.blend(Color.parse(colors["foreground"]), DIM_FACTOR, alpha=1.0)
        assert contrast(rgb(dim), rgb(ground)) >= 4.5, ("dim", ground)
        faint = on(ground, colors["text-disabled"])
        assert contrast(rgb(faint), rgb(ground)) >= 3.0, ("faint", ground)
    for text, behind in ON_THEIR_OWN:
        ground = Color.parse(colors[behind])
        assert contrast(rgb(on(ground, colors[text])), rgb(ground)) >= 4.5, (text, behind)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("colors", COLORFUL)
def test_pictures_can_be_read(name: ThemeName, colors: ColorMode) -> None:
    look = Look(colors, theme=name)
    assert theme_of(look).background is not None
    ground = Color.parse(theme_of(look).background or "").rgb
    for tone in range(TONES):
        color = tone_style(tone, look).color
        assert color is not None
        assert contrast(color.get_truecolor(), ground) >= 4.5, tone  # its label is a text
    kinds: tuple[Kind, ...] = ("grey", "signed", "sequential")
    for kind in kinds:
        levels = ramp(kind, look)
        for level in range(levels.lowest, levels.steps + 1):
            ink, paper = levels.ink(level), levels.color(level)
            assert ink is not None
            assert paper is not None
            assert contrast(ink.get_truecolor(), paper.get_truecolor()) >= 4.5, (kind, level)
        zero, most = levels.color(0), levels.color(levels.steps)
        assert zero is not None
        assert most is not None
        assert contrast(zero.get_truecolor(), ground) < 1.5, f"{kind}: zero is a shape"
        assert contrast(most.get_truecolor(), ground) >= 7.0, kind
    for style in (cursor_style(look), bad_style(look)):
        assert isinstance(style.color, RichColor)
        assert style.bgcolor is not None
        assert contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor()) >= 4.5


@pytest.mark.parametrize(
    ("color", "theme"),
    [
        ("rgb:ffff/ffff/ffff", "light"),
        ("rgb:fd/f6/e3", "light"),
        ("rgba:eeee/e8e8/d5d5/ffff", "light"),
        ("rgb:0000/2b2b/3636", "dark"),
        ("rgb:0/0/0", "dark"),
        ("?", None),
        ("", None),
    ],
)
def test_what_the_terminal_says_of_its_background(color: str, theme: ThemeName | None) -> None:
    assert theme_on(color) == theme


ANSWER = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"


def parsed(*pieces: str) -> list[str]:
    """What a driver gets of what is typed: keys, and the colour of an answer."""
    parser = AnswerParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return [
        event.color if isinstance(event, BackgroundTold) else str(getattr(event, "key", event))
        for event in events
    ]


@pytest.mark.parametrize("end", ["\x1b\\", "\x07"])
def test_an_answer_comes_among_keys_and_none_is_lost(end: str) -> None:
    answer = "\x1b]11;rgb:ffff/ffff/ffff" + end
    expected = ["n", "rgb:ffff/ffff/ffff", "up", "b"]
    whole = f"n{answer}\x1b[Ab"
    assert parsed(whole) == expected
    for cut in range(3, len(whole)):  # behind the first two characters of the answer
        assert parsed(whole[:cut], whole[cut:]) == expected, cut


def test_a_beginning_that_goes_on_otherwise_is_typed_text() -> None:
    pieces = ("\x1b[A", "\x1b]1", "2" + 40 * "n")
    assert parsed(*pieces) == parsed("".join(pieces))
    assert parsed(*pieces)[-1] == "n"
    assert parsed("a", ANSWER, ANSWER, "b") == ["a", *["rgb:ffff/ffff/ffff"] * 2, "b"]


def test_the_end_of_the_input_is_its_end() -> None:
    parser = AnswerParser()
    assert list(parser.feed(ANSWER))
    assert list(parser.feed("")) == []
    assert parser.is_eof


def test_the_terminal_is_followed_until_somebody_chooses() -> None:
    async def script(person: Person) -> None:
        app = person.app
        app.post_message(BackgroundTold("rgb:ffff/ffff/ffff"))
        await person.press("1")
        assert app.look.theme == "dark", "a theme was chosen on the command line"
        app.follows_terminal = True
        app.post_message(BackgroundTold("rgb:ffff/ffff/ffff"))
        await person.until(lambda: app.theme == "tui-nn-light", "the light theme")
        await person.press("ctrl+p")
        await person.press(*"theme: high")
        await person.sees("theme: high contrast")
        await person.press("enter")
        await person.until(lambda: app.look.theme == "high-contrast", "the chosen theme")
        app.post_message(BackgroundTold("rgb:ffff/ffff/ffff"))
        await person.press("2")
        assert app.look.theme == "high-contrast"

    at_the_keyboard(script, screen="data")


def test_with_few_colours_they_stay_the_terminals() -> None:
    for few in (Look("16", theme="light"), Look("none", theme="light")):
        app = TerminalApp[None](few)
        assert app.theme == "tui-nn-16"
        app.choose_theme("high-contrast")
        assert app.theme == "tui-nn-16"
