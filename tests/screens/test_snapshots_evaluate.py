"""Pictures of Evaluate, compared with the ones that were looked at and found good.

Update them with ``--snapshot-update`` after a change that is meant, and look at each again. The
network says what an image's brightest corner pixel tells it to, each image a little more surely
than the one before: so no place in the gallery depends on a processor's last digits.
"""

from collections.abc import Callable

import numpy as np
from textual.pilot import Pilot

from screens.shapes.look import Look
from tests.screens.bench import IN_LOOKS, Person, WatchedApp
from tests.training.runs import method, session, shaped
from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.recipe.recipe import Recipe

SnapCompare = Callable[..., bool]
YES_OR_NO = method({"layers": [784, 1], "output": "sigmoid"}, {"target_digit": 4})
IMAGES = 120


def told() -> Dataset:
    """Images with a bar as high as their label; pixel k is the brighter, the surer the k."""
    random = np.random.default_rng(1)
    labels = random.integers(0, 10, IMAGES)
    said = np.where(random.random(IMAGES) < 0.7, labels, random.integers(0, 10, IMAGES))
    images = np.zeros((IMAGES, 28, 28), np.uint8)
    images[np.arange(IMAGES), 0, said] = 100 + np.arange(IMAGES)
    for image, label in zip(images, labels, strict=True):
        image[24 - 2 * label : 26, 12:16] = 255
    split = Split(images, labels.astype(np.uint8))
    return Dataset("told", {"train": split, "test": split})


def app(recipe: Recipe, look: Look) -> WatchedApp:
    run = session(recipe, told(), history_memory=2**26)
    weights = run.state.tensors["W1"]
    weights[...] = 0
    if recipe.task.is_binary:
        weights[4], weights[9] = 5, 4
        run.state.tensors["b1"][...] = -2.5
    else:
        np.fill_diagonal(weights, 6)
    return WatchedApp(run, look)


@IN_LOOKS
def test_the_matrix(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("5")
        await person.sees("right", "mistakes")
        await person.press("down", "right", "right", "right")
        await pilot.pause()

    assert snap_compare(app(shaped([784, 10]), look), run_before=open_it, terminal_size=(80, 24))


def test_a_cell_opened_where_there_is_room(snap_compare: SnapCompare) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("5")
        await person.sees("right", "mistakes")
        await person.press("end", "enter")
        await person.sees("taken for something else, the surest")
        await pilot.pause()

    look = Look("256")
    assert snap_compare(app(shaped([784, 10]), look), run_before=open_it, terminal_size=(120, 40))


@IN_LOOKS
def test_one_output_with_its_threshold(snap_compare: SnapCompare, look: Look) -> None:
    async def open_it(pilot: Pilot[int]) -> None:
        person = Person(pilot)
        await person.press("5")
        await person.sees("right", "threshold: 0.5")
        await person.press("T", "T")
        await person.sees_no("threshold: 0.5 ")
        await pilot.pause()

    assert snap_compare(app(YES_OR_NO, look), run_before=open_it, terminal_size=(80, 24))
