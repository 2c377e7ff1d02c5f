"""The app in a real pseudo-terminal: it opens, obeys, keeps up, and leaves nothing behind."""

import re
from collections.abc import Iterator

import pytest

from tests.terminal.ending import step
from tests.terminal.terminal import ALTERNATE_SCREEN, Terminal, terminal


@pytest.fixture
def app() -> Iterator[Terminal]:
    """The app on the embedded digits, where a size was exported before the window was resized."""
    with terminal(env={"COLUMNS": "40", "LINES": "10"}) as opened:
        opened.wait_for("step 0 ", "op 0/")
        yield opened


def test_it_opens_moves_by_keys_bears_resizing_and_quits_at_full_speed(app: Terminal) -> None:
    assert app.is_on(ALTERNATE_SCREEN)
    assert not app.is_on("25"), "the cursor is in the way"
    # More than the exported 40 columns hold.
    app.wait_for("step 0 · epoch 1", "op 0/24 next z1", "loss –", "paused")
    app.press("n")
    app.wait_for("op 1/24 next a1")
    app.press("nn")
    app.wait_for("step 0 ", "op 3/24 next a2")
    app.press("b")
    app.wait_for("step 1 ", "op 0/24", "paused")
    app.press("b")
    app.wait_for("step 2 ", "op 0/24", "paused")
    app.press("e")
    app.wait_for(" · epoch 2 · batch 1/", "op 0/24", "paused")
    begun = step(app)
    app.press(" ")
    app.wait_for("running")
    app.wait_until(lambda: step(app) >= begun + 3, "a third step")
    app.press(" ")
    app.wait_for("paused", "op 0/24")
    stopped = step(app)
    # Another key's answer shows that all before it has been drawn.
    app.press("n")
    app.wait_for(f"step {stopped} ", "op 1/24", "paused")
    bears_a_storm_of_resizes(app)
    app.press(" >>>>>")
    app.wait_until(lambda: step(app) > stopped + 100, "100 steps more")
    app.press("q")
    app.wait_for("Leave while the run goes on?")
    app.press("q")
    assert app.wait_for_exit() == 0
    app.assert_restored()
    assert "the run is kept in" in app.text


def bears_a_storm_of_resizes(app: Terminal) -> None:
    app.press(" ")
    app.wait_for("running")
    for size in range(200):
        app.resize(40 + size % 100, 12 + size % 30)
    app.resize(100, 30)
    app.press(" ")
    app.wait_for("paused", "next z1")
    app.press("n")
    app.wait_for("op 1/24", "next a1")


@pytest.mark.slow  # so does tests/screens/test_app.py
def test_too_small_a_terminal_says_so_and_still_takes_keys() -> None:
    with terminal(columns=20, rows=5) as app:
        app.wait_for("too small")
        app.press("nn")
        app.resize(100, 30)
        app.wait_for("op 2/24 next z2")
        app.resize(20, 5)
        app.wait_for("too small")
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()


@pytest.mark.slow  # as test_ascii and test_terminals.py do in passing
@pytest.mark.parametrize(
    ("color", "quits"), [("truecolor", "\x11"), ("256", "q"), ("16", "q"), ("none", "\x03")]
)
def test_colours_and_quitting(color: str, quits: str) -> None:
    with terminal("--color", color) as app:
        app.wait_for("step 0 ", "paused")
        app.press("n")
        app.wait_for("op 1/24")
        app.press(quits)
        assert app.wait_for_exit() == 0
        app.assert_restored()
        assert "Traceback" not in app.text
        truecolor, indexed = b"\x1b[38;2;" in app.raw, b"\x1b[38;5;" in app.raw
        assert truecolor == (color == "truecolor")
        assert indexed == (color == "256")


def test_ascii() -> None:
    with terminal("--ascii", "--color", "none") as app:
        app.wait_for("step 0 ", "paused")
        for done, screen in enumerate("1234", start=1):
            app.press(f"{screen}n")
            app.wait_for(f"op {done}/24")
        app.press("?")
        app.wait_until(lambda: "op 4/24" not in app.text, "the help")
        app.press("\x1b")
        app.wait_for("op 4/24")
        app.press("\x03")
        assert app.wait_for_exit() == 0
        app.assert_restored()
        assert app.raw.isascii()
        assert b"\x1b[38;" not in app.raw


@pytest.mark.slow  # test_resume.py gives a recipe, tests/browser/test_serve.py a seed
def test_options_reach_the_session() -> None:
    with terminal("--recipe", "3b1b", "--seed", "7", columns=120) as app:
        app.wait_for("step 0 ", "3b1b")
        app.press("b")
        app.wait_for("step 1 ")
        one = app.text
    with terminal("--recipe", "3b1b", "--seed", "8", columns=120) as app:
        app.wait_for("step 0 ", "3b1b")
        app.press("b")
        app.wait_for("step 1 ")
        assert loss(app.text) != loss(one)


def loss(text: str) -> str:
    """The loss that the status line tells."""
    found = re.search(r"\bloss (\S+)", text)
    assert found
    return found[1]
