"""The screens on a convolutional network: all of them, at every operation of a step."""

import pytest

from screens.widgets.plates import Plates
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import NORMALIZED, convolutional, method
from tui_nn.training.recipe.recipe import Recipe

SCREENS = "12345678"
KINDS = pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(convolutional(), id="convolution", marks=pytest.mark.slow),
        pytest.param(method({"layers": NORMALIZED}), id="convolution with batch_norm"),
    ],
)


@KINDS
@in_sizes((80, 24), (120, 40))
@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_every_screen_shows_every_operation(
    recipe: Recipe, size: tuple[int, int], every: int
) -> None:
    async def script(person: Person) -> None:
        operations = len(person.app.snapshot.program.operations)
        for number in SCREENS:
            await person.press(number)
        for operation in range(operations + 1):
            await person.press("n")
            if operation % every == 0:
                await person.press("2", "3", "1")  # where a step changes least
        for number in SCREENS:
            await person.press(number)

    at_the_keyboard(script, size=size, recipe=recipe)


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("every", [16, pytest.param(1, marks=pytest.mark.slow)])
def test_results_are_taken_apart(recipe: Recipe, every: int) -> None:
    async def script(person: Person) -> None:
        await person.press("3", "b", "N")
        for number in range(len(person.app.snapshot.program.operations) - 1):
            if number % every == 0:
                await person.press("enter", "down", "enter", "escape", "escape", "right")
            await person.press("N")

    at_the_keyboard(script, recipe=recipe, screen="backprop")


def test_maps_stand_side_by_side() -> None:
    async def script(person: Person) -> None:
        await person.press("2")
        await person.sees("layer 1: 4 maps, relu", "layer 2: 3 maps, relu")
        await person.press("right", "right", "tab", "down", "enter")
        await person.sees("weighted sum of place")

    at_the_keyboard(script, recipe=convolutional())


def test_kernels_and_maps_as_rows_of_pictures() -> None:
    async def script(person: Person) -> None:
        await person.press("2", "d")
        await person.sees("W1", "z1[0,:,:,:]", "a1[0,:,:,:]", "W2", "z2[0,:,:,:]", "a2[0,:,:,:]")
        maps = person.app.screen.query_one("#maps", Plates)
        assert [each.tile for each in maps.plates] == [
            (5, 5), (12, 12), (6, 6), (3, 3), (6, 6), (2, 2),
        ]  # fmt: skip
        await person.press("enter")
        await person.sees("the activation of place")
        await person.press("escape")
        maps.current = 0
        await person.press("down", "enter")
        await person.sees("the weight (")
        await person.press("escape", "n", "n")
        await person.sees_no("a1[0,:,:,:]")
        await person.sees("z1[0,:,:,:]")
        await person.press("d")
        await person.sees("layer 1: 4 maps, relu")

    at_the_keyboard(script, recipe=convolutional())
