"""For a projector: one view, the selected number large, and the keys that are pressed."""

import pytest
from textual.events import Key

from screens.base.pressed import key_name, key_words
from screens.base.screen import DebuggerScreen
from screens.base.spotlight import Spotlight
from screens.shapes.big_number import large_lines
from screens.shapes.look import Look
from screens.shapes.room import Room
from screens.tables import SCREENS
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import convolutional
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("n", "n", "n"),
        ("upper_n", "N", "N"),
        ("less_than_sign", "<", "<"),
        ("space", " ", "space"),
        ("up", None, "↑"),
        ("ctrl+p", None, "ctrl+p"),
        ("page_up", None, "page up"),
    ],
)
def test_keys_are_named_as_people_write_them(key: str, character: str | None, name: str) -> None:
    assert key_name(Key(key, character)) == name


def test_a_key_pressed_often_is_counted() -> None:
    assert key_words(("a", "n", "n", "n", "b", "n")) == ["a", "n ×3", "b", "n"]
    assert len(key_words(tuple("abcdefghij"))) == 6


def test_large_numbers() -> None:
    assert large_lines("1.7", whole=False) == ["▄█    ▀▀█", " █     █ ", "▀▀▀ ▀  ▀ "]
    assert large_lines("1", whole=True)[4] == "██████"
    assert large_lines("−2", whole=False, ascii=True)[2] == "### ###"
    for text in ("−1.234e−12", "nan", "inf", "98765"):
        for whole in (True, False):
            assert len({len(line) for line in large_lines(text, whole=whole)}) == 1


ASCII = Look("none", ascii=True)


@pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param((61, 19), ASCII, marks=pytest.mark.slow),
        ((80, 24), Look()),
        pytest.param((200, 60), ASCII, marks=pytest.mark.slow),
        pytest.param((61, 19), Look(), marks=pytest.mark.slow),
        pytest.param((80, 24), ASCII, marks=pytest.mark.slow),
        pytest.param((200, 60), Look(), marks=pytest.mark.slow),
    ],
)
def test_every_screen_is_presented_from_the_palette_on(size: tuple[int, int], look: Look) -> None:
    async def script(person: Person) -> None:
        app = person.app
        await person.press("b", "n", "ctrl+p")
        await person.press(*"projector")
        await person.sees("present: for a projector")
        await person.press("enter")
        await person.until(lambda: app.screen.query(Spotlight), "the number")
        is_seen = size[1] > 20
        if is_seen:
            await person.press("n", "n")
            await person.sees("z1[0,0] =", look.text("n ×2"))
        for entry in SCREENS:
            await person.press(entry.key)
            screen = app.screen
            assert isinstance(screen, DebuggerScreen)
            assert entry.mode == screen.MODE
            assert screen.room is Room.SMALL
            assert screen.has_class("-narrow", "-short")
            if is_seen:
                await person.sees(f" {entry.key} ")
        await person.press("2", "enter")
        if is_seen:
            await person.sees("z1[0,0] =", " enter ")
        await person.press("escape")
        app.action_present()
        await person.until(lambda: not app.screen.query(Spotlight), "no large number")
        assert app.screen.has_class("-short") == (size[1] < 36)

    at_the_keyboard(script, size=size, look=look)


def test_what_is_explained_stays_large_when_another_run_takes_over() -> None:
    """The number may be of a network that has other layers."""
    other = Session(load_recipe("mazur"), load("mazur"), history_memory=2**24)

    async def script(person: Person) -> None:
        person.app.action_present()
        await person.press("3", "b", "N", "enter")
        named = person.app.screen.query_one(Spotlight)._find()
        assert named is not None
        person.app.debug_session(other)
        await person.until(lambda: person.app.snapshot.recipe.name == "mazur", "the other run")
        await person.press("f5")
        assert person.app.screen.query_one(Spotlight)._find() == named
        await person.press("escape", "1", "2", "3", "n")
        await person.sees("op 1/")

    at_the_keyboard(script, recipe=convolutional())
