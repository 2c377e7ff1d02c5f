"""Every kind of terminal: the app opens, steps, shows nothing that is not its own, and goes."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.terminal.ending import kept
from tests.terminal.terminal import terminal
from tui_nn.terminal import BACKGROUND

TRUECOLOR, INDEXED = re.compile(rb"\x1b\[[\d;]*[34]8;2;"), re.compile(rb"\x1b\[[\d;]*[34]8;5;")
SIXTEEN = re.compile(rb"\x1b\[(?:\d+;)*(?:[349][0-7]|10[0-7])(?:;\d+)*m")
GARBAGE = re.compile(r"[^ -~\u00a0-\uffff\n]|\ufffd|\d;\d+[a-zA-Z$]|rgb:|\?2026|38;5")
BRAILLE = re.compile("[\u2801-\u28ff]")


@dataclass(frozen=True)
class Kind:
    """A kind of terminal, and what is to be drawn in it.

    Attributes:
        colors: truecolor, 256, 16 or none.
        env: What tells the app.
        arguments: What tells it besides.
        ascii: Whether nothing else is to be drawn.
        braille: Whether curves are drawn in dots.
        like: Whether another test draws in the same way; it is left to the slow tests.
        quits: The key that ends it.
    """

    colors: str
    env: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    ascii: bool = False
    braille: bool = True
    like: bool = False
    quits: str = "q"


KINDS = {
    "truecolor": Kind("truecolor", {"COLORTERM": "truecolor"}, quits="\x11"),
    "xterm-256color": Kind("256", like=True),
    "screen-256color": Kind("256", {"TERM": "screen-256color"}, like=True),
    "tmux-256color": Kind("256", {"TERM": "tmux-256color"}, like=True),
    "screen": Kind("16", {"TERM": "screen"}, braille=False, like=True),
    "linux": Kind("16", {"TERM": "linux"}, braille=False),
    "vt100": Kind("none", {"TERM": "vt100"}),
    "no-color": Kind("none", {"NO_COLOR": "1"}, like=True),
    "c-locale": Kind("256", {"LC_ALL": "C"}),
    "latin-1": Kind(
        "256", {"LC_ALL": "en_US.ISO-8859-1"}, ("--color", "256", "--theme", "dark"), ascii=True
    ),
    "ascii": Kind("truecolor", {"COLORTERM": "truecolor"}, ("--ascii",), ascii=True, like=True),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if kind.like else ())
        for name, kind in KINDS.items()
    ],
)
def test_it_opens_steps_and_goes(name: str, state_folder: Path) -> None:
    kind = KINDS[name]
    with terminal(*kind.arguments, env=kind.env) as app:
        app.wait_for("1 Data", "step 0 ", "paused")
        app.press("nn")
        app.wait_for("op 2/24 next z2")
        assert_is_clean(app.text)
        app.press("bb")
        app.wait_for("step 2 ", "op 0/24")
        app.press("4")
        app.wait_for("health:" if not kind.ascii else "health", "step 2 ")
        app.press("n")
        app.wait_for("op 1/24")
        assert_is_clean(app.text)
        assert bool(BRAILLE.search(app.text)) == (kind.braille and not kind.ascii)
        app.press(kind.quits)
        assert app.wait_for_exit() == 0
        app.assert_restored()
        assert bool(TRUECOLOR.search(app.raw)) == (kind.colors == "truecolor")
        assert bool(INDEXED.search(app.raw)) == (kind.colors == "256")
        if kind.colors in ("16", "none"):
            assert bool(SIXTEEN.search(app.raw)) == (kind.colors == "16")
        is_chosen = "--theme" in kind.arguments
        has_shades = kind.colors in ("truecolor", "256")
        assert (BACKGROUND.question in app.raw) == (has_shades and not is_chosen)
        assert app.raw.isascii() or not kind.ascii
    assert not kept(state_folder), "a run of two steps"


def assert_is_clean(text: str) -> None:
    """Make sure that nothing is seen which was meant for the terminal."""
    assert text.startswith(" 1 Data  2 Forward")
    assert not (found := GARBAGE.search(text)), f"{found} in {text}"


def test_a_light_terminal_gets_the_light_theme_and_no_key_is_lost() -> None:
    with terminal(background="rgb:fdfd/f6f6/e3e3") as app:
        app.press("nnn")  # while it opens, as the answer does
        app.wait_for("op 3/24")
        app.wait_until(lambda: b"48;5;231" in app.raw, "a white ground")
        app.press("n")
        app.wait_for("op 4/24")
        assert_is_clean(app.text)
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()


@pytest.mark.slow  # the kind "latin-1" has one too
def test_a_theme_that_was_chosen_is_not_asked_for() -> None:
    with terminal("--theme", "dark", background="rgb:ffff/ffff/ffff") as app:
        app.wait_for("step 0 ", "paused")
        app.press("nq")
        assert app.wait_for_exit() == 0
        assert BACKGROUND.question not in app.raw


def test_a_dumb_terminal_gets_a_line() -> None:
    with terminal(env={"TERM": "dumb"}) as app:
        assert app.wait_for_exit() == 2
        said = b"tui-nn: the app needs a terminal that can draw, and TERM is dumb"
        assert app.raw.splitlines() == [said]
