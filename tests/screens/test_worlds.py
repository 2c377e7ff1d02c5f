"""Every screen over every kind of world: visited, stepped, gone back in, explained."""

from itertools import product

import pytest

from tests.screens.bench import Person, at_the_keyboard
from tui_nn.data.sources import load
from tui_nn.data.worlds import WORLDS
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

SIZES = ((80, 24), (120, 40), (200, 60))
SCREENS = "1234578"
STEPS = ("n", "n", "n", "b", "N", "B", "]", "[", "n")
LOOKS = ("tab", "down", "right", "v", "v", "enter", "enter", "escape", "escape")
# What differs: points of two classes or of more, an example by hand, pixels. Of the points with two
# classes one world stands for all but with the slow tests, which visit and open every world.
ALIKE = {"xor", "circles", "moons"}
TOURS = (("blobs", SIZES[0]),)
OPENED = ("spirals", "mazur", "digits8")


def run(world: str) -> Session:
    return Session(load_recipe(world), load(world), threads=1, history_memory=2**24)


EVERY = tuple(WORLDS)  # before a test adds its own


def test_no_world_is_left_out() -> None:
    assert {*OPENED, *dict(TOURS), *ALIKE} == {*EVERY}


@pytest.mark.parametrize(
    ("world", "size"),
    [
        pytest.param(*each, marks=() if each in TOURS else pytest.mark.slow)
        for each in product(WORLDS, SIZES)
    ],
    ids=str,
)
def test_every_screen_over_every_world(world: str, size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        for screen in SCREENS:
            await person.press(screen, *STEPS)
            assert "op 1/" in person.screen, person.screen
            await person.press(*LOOKS)

    at_the_keyboard(script, run=run(world), size=size)


@pytest.mark.parametrize(
    "world",
    [pytest.param(each, marks=() if each == OPENED[0] else pytest.mark.slow) for each in WORLDS],
)
def test_what_is_opened_over_every_world(world: str) -> None:
    async def script(person: Person) -> None:
        await person.press("2", "b", "n", "n")
        for dialog in ("p", "x", "g", "a", "c", "question_mark", "o"):
            await person.press(dialog, "escape")
        await person.press("3", "e", "c", "escape", "5", "s", "down", "enter", "r")

    at_the_keyboard(script, run=run(world))


def test_where_numbers_are_wanted_an_error_stands_in_place_of_accuracy() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "4")
        await person.sees("typical |p − y|", "|p − y| 0.5296 ·")
        assert "acc" not in person.screen
        await person.press("5")
        await person.sees("o1 0.6937, o2 0.2065", "no classes to count")
        assert "right, 1 of 1" not in person.screen

    at_the_keyboard(script, run=run("mazur"), size=(120, 40))
