"""The screens on a convolutional network: all of them, at every operation of a step."""

import pytest

from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import NORMALIZED, convolutional, method
from tui_nn.training.recipe.recipe import Recipe

SCREENS = "12345678"
RECIPES = {"convolution": convolutional(), "batch_norm": method({"layers": NORMALIZED})}
KINDS = pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))


@KINDS
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_every_screen_shows_every_operation(recipe: Recipe, size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        operations = len(person.app.snapshot.program.operations)
        for number in SCREENS:
            await person.press(number)
        for _ in range(operations + 1):
            await person.press("n", "2", "3")
        for number in SCREENS:
            await person.press(number)

    at_the_keyboard(script, size=size, recipe=recipe)


@KINDS
def test_every_result_is_taken_apart(recipe: Recipe) -> None:
    async def script(person: Person) -> None:
        await person.press("3", "b", "N")
        for _ in range(len(person.app.snapshot.program.operations) - 1):
            await person.press("enter", "down", "enter", "escape", "escape", "right", "N")

    at_the_keyboard(script, recipe=recipe)


def test_maps_stand_side_by_side() -> None:
    async def script(person: Person) -> None:
        await person.press("2")
        await person.sees("layer 1: 4 maps, relu", "layer 2: 3 maps, relu")
        await person.press("right", "right", "tab", "down", "enter")
        await person.sees("weighted sum of place")

    at_the_keyboard(script, recipe=convolutional())
