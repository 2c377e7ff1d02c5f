"""The screens on a convolutional network: all of them, at every operation of a step."""

import pytest

from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import convolutional

SCREENS = "12345678"


@in_sizes((80, 24), (120, 40))
def test_every_screen_shows_every_operation(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        operations = len(person.app.snapshot.program.operations)
        for number in SCREENS:
            await person.press(number)
        for _ in range(operations + 1):
            await person.press("n", "2", "3")
        for number in SCREENS:
            await person.press(number)

    at_the_keyboard(script, size=size, recipe=convolutional())


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_results_are_taken_apart(every: int) -> None:
    async def script(person: Person) -> None:
        await person.press("3", "b", "N")
        for number in range(len(person.app.snapshot.program.operations) - 1):
            if number % every == 0:
                await person.press("enter", "down", "enter", "escape", "escape", "right")
            await person.press("N")

    at_the_keyboard(script, recipe=convolutional())


def test_maps_stand_side_by_side() -> None:
    async def script(person: Person) -> None:
        await person.press("2")
        await person.sees("layer 1: 4 maps, relu", "layer 2: 3 maps, relu")
        await person.press("right", "right", "tab", "down", "enter")
        await person.sees("weighted sum of place")

    at_the_keyboard(script, recipe=convolutional())
