"""Other pixels: the sample is led away from its class, or an empty sheet towards one."""

from __future__ import annotations

import numpy as np
import pytest

from screens.dialogs.pixels.dialog import PixelsDialog
from screens.dialogs.pixels.model import next_goal
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import session
from tui_nn.data.form import DIGITS
from tui_nn.lessons.setup import Setup, arranged
from tui_nn.training.runs.library import run_path
from tui_nn.training.runs.resuming import resume_run
from tui_nn.training.session.session import Session


def trained() -> Session:
    return resume_run(run_path("trained"), data=None, history_memory=2**26).session


async def opens(person: Person) -> PixelsDialog:
    await person.press("2", "X")
    await person.until(lambda: isinstance(person.app.screen, PixelsDialog), "the window")
    assert isinstance(person.app.screen, PixelsDialog)
    return person.app.screen


@in_sizes((120, 40), (80, 24), (200, 60))
def test_a_few_steps_away_make_it_say_something_else_on_all_screens(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await opens(person)
        await person.sees("∂L/∂x", "leads away from a 0", "says 0")
        await person.press("enter", "enter", "enter")
        await person.sees("No pixel is changed by more than 24 of")
        drawn = person.app.selection.drawn
        assert drawn is not None
        assert drawn.label == 0
        before = person.app.snapshot.dataset["train"].images[0]
        assert np.abs(drawn.image.astype(int) - before).max() == 24
        for _ in range(9):
            await person.press("space")
        probe = person.app.snapshot.probe
        assert probe is not None
        assert probe.said != probe.truth
        await person.press("escape")
        await person.sees("train #0, changed", "wrong")
        await person.press("right_square_bracket")  # back to the data
        assert person.app.selection.drawn is None

    at_the_keyboard(script, size=size, run=trained())


def test_it_is_as_it_was_again() -> None:
    async def script(person: Person) -> None:
        await opens(person)
        await person.press("enter")
        assert person.app.selection.drawn is not None
        await person.press("r")
        assert person.app.selection.drawn is None
        await person.sees("says 0")
        assert "No pixel" not in person.screen

    at_the_keyboard(script, run=trained())


@pytest.mark.slow
def test_an_empty_sheet_is_painted_towards_a_class_however_fast_one_types() -> None:
    async def script(person: Person) -> None:
        await opens(person)
        await person.press("z")
        await person.sees("leads towards a 0")
        await person.press("t", "t", "t", *["enter"] * 15)
        await person.sees("leads towards a 3", "says 3")
        probe, drawn = person.app.snapshot.probe, person.app.selection.drawn
        assert probe is not None
        assert drawn is not None
        assert drawn.label is None
        assert probe.probabilities[3] > 0.99

    at_the_keyboard(script, run=trained())


def test_goals_go_round() -> None:
    goals: list[int | None] = [None]
    for _ in range(11):
        goals.append(next_goal(goals[-1], DIGITS))
    assert goals == [None, *range(10), None]


def test_what_is_no_picture_has_no_pixels() -> None:
    async def script(person: Person) -> None:
        await person.press("2", "X")
        await person.is_told("Only pictures")
        assert not isinstance(person.app.screen, PixelsDialog)

    at_the_keyboard(script, run=arranged(None, Setup(recipe="moons")))


def test_a_network_that_has_learned_nothing_has_them_as_well() -> None:
    async def script(person: Person) -> None:
        await opens(person)
        await person.press("enter")
        await person.sees("No pixel is changed by more than 8 of 255.")

    at_the_keyboard(script, run=session(history_memory=2**26))
