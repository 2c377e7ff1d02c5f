"""The line of keys: what it offers, what a click on it does; and a focus that stays."""

from functools import partial

import pytest
from textual.widget import Widget
from textual.widgets import Input

from screens.base.frame import KeyLine, shown_keys
from tests.screens.bench import Person, at_the_keyboard


def offered(person: Person) -> set[str]:
    """What the line of keys offers, however much room it has."""
    return {each.words for each in shown_keys(person.app, person.app.screen)}


def has_the_focus(person: Person, widget: Widget) -> bool:
    return person.app.screen.focused is widget


async def click_key(person: Person, words: str) -> None:
    """Click some words in the line of keys."""
    line = person.app.screen.query_one(KeyLine)
    column = person.screen.splitlines()[line.region.y].index(words)
    await person.pilot.click(KeyLine, offset=(column - line.region.x, 0))


def test_a_click_on_a_key_presses_it() -> None:
    async def script(person: Person) -> None:
        await person.sees("op 0/24")
        await click_key(person, "n N operation")
        await person.sees("op 1/24")
        await click_key(person, "operation")
        await person.sees("op 2/24")
        await click_key(person, "N operation")
        await person.sees("op 1/24")
        await click_key(person, "go to")
        await person.sees("escape stays here")

    at_the_keyboard(script)


def test_a_click_presses_the_keys_of_a_screen_too() -> None:
    async def script(person: Person) -> None:
        await person.sees("network/neuron")
        before = person.screen
        await click_key(person, "v network/neuron")
        await person.until(lambda: person.screen != before, "another view")

    at_the_keyboard(script, size=(80, 24))


def test_a_click_on_the_last_line_of_a_dialog_presses_a_key() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "g", "1")
        await person.sees("or explains the number · escape stays here")
        await person.pilot.click("#keys", offset=(2, 0))
        await person.sees_no("escape stays here")
        await person.sees("step 1 ")
        await person.press("g")
        await person.sees("escape stays here")
        await person.pilot.click(
            "#keys", offset=(len("enter goes there, or explains the number · esc"), 0)
        )
        await person.sees_no("escape stays here")

    at_the_keyboard(script)


def test_no_key_is_offered_that_has_nothing_to_work_on() -> None:
    async def script(person: Person) -> None:
        await person.press("1")
        assert not {"undo", "explain", "check ∇", "edit", "mute"} & offered(person)
        await person.press("2")
        assert {"explain", "mute", "sample"} <= offered(person)
        assert "undo" not in offered(person)
        await person.press("+")
        await person.until(lambda: "undo" in offered(person), "undo")
        await person.press("4")
        assert not {"explain", "sample"} & offered(person)
        # Who presses it all the same is told why nothing comes of it.
        await person.press("enter")
        await person.is_told("No number is selected here")

    at_the_keyboard(script, size=(200, 60), screen="data")


@pytest.mark.slow
def test_the_focus_comes_back_after_a_size_that_was_too_small() -> None:
    async def script(person: Person) -> None:
        for key in "1234":
            await person.press(key, "tab", "tab")
            focused = person.app.screen.focused
            assert focused is not None
            await person.pilot.resize_terminal(40, 10)
            await person.sees("too small")
            await person.pilot.resize_terminal(120, 40)
            await person.until(partial(has_the_focus, person, focused), "the focus")

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_dialog_keeps_its_field_when_the_terminal_is_resized() -> None:
    async def script(person: Person) -> None:
        await person.press("g", "7")
        await person.pilot.resize_terminal(40, 10)
        await person.sees("too small")
        await person.pilot.resize_terminal(120, 40)
        await person.sees("Go to")
        field = person.app.screen.query_one(Input)
        await person.until(lambda: field.has_focus, "the focus")
        await person.press("5")
        assert field.value == "75"

    at_the_keyboard(script)


@pytest.mark.slow
def test_the_form_keeps_the_selected_field_in_sight() -> None:
    async def script(person: Person) -> None:
        await person.press("p")
        await person.sees("Hyperparameters")
        await person.press(*["up"] * 2)
        focused = person.app.screen.focused
        assert focused is not None
        await person.pilot.resize_terminal(80, 24)
        await person.until(
            lambda: person.app.screen.focused is focused and focused.is_on_screen, "the field"
        )

    at_the_keyboard(script, size=(120, 60))


@pytest.mark.slow
def test_enter_where_the_way_ends_says_so() -> None:
    async def script(person: Person) -> None:
        await person.press("n", "enter")
        await person.sees("escape back")
        await person.press("enter")  # the pixel or the weight behind the largest term
        await person.press("enter")
        await person.is_told("Nothing to open: no operation computed it.")

    at_the_keyboard(script)


def test_behind_a_dialog_the_screen_is_still_seen() -> None:
    async def script(person: Person) -> None:
        await person.press("g")
        await person.sees("escape stays here", "4 Training", "probabilities")

    at_the_keyboard(script)
