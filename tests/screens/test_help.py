"""Help: what a screen shows and its keys, from the same table that drives them."""

import pytest
from textual.containers import VerticalScroll

from screens.dialogs.help.dialog import key_help, key_name
from tests.screens.bench import Person, at_the_keyboard


def test_every_screen_says_what_it_shows_and_names_every_key_that_works() -> None:
    async def script(person: Person) -> None:
        for key in "12346":
            await its_help_is_complete(person, key)

    async def its_help_is_complete(person: Person, key: str) -> None:
        await person.press(key)
        await person.until(lambda: person.app.focused is not None, "a focused panel")
        keys = key_help(person.app.screen.active_bindings.values())
        assert {"moving", "everywhere"} <= set(keys) <= {"this screen", "moving", "everywhere"}
        await person.press("question_mark")
        await person.sees(*keys, "escape closes")
        for lines in keys.values():
            for line in lines:
                await person.sees(line.keys, line.does[:50])
        await person.press("escape")
        await person.sees_no("escape closes")

    at_the_keyboard(script, size=(120, 110))


@pytest.mark.slow
def test_help_scrolls_where_it_is_longer_than_the_screen() -> None:
    async def script(person: Person) -> None:
        await person.press("1")
        await person.sees("reshuffle")
        await person.press("question_mark")
        await person.sees("An image is 28×28 numbers")
        assert "escape closes" not in person.screen
        await person.press("end")
        await person.sees("escape closes")
        assert person.app.screen.query_one(VerticalScroll).scroll_y > 0
        await person.press("question_mark")
        await person.sees("reshuffle")

    at_the_keyboard(script, size=(80, 24), screen="data")


def test_keys_are_named_as_they_are_printed_on_a_keyboard() -> None:
    keys = ("equals_sign", "left_square_bracket", "ctrl+q", "enter", "up", "V", "full_stop")
    assert [key_name(key) for key in keys] == ["=", "[", "ctrl+q", "enter", "↑", "V", "."]


@pytest.mark.slow
def test_the_command_palette_offers_the_keys_of_the_screen() -> None:
    async def script(person: Person) -> None:
        await person.press("1")
        await person.sees("reshuffle")
        await person.press("ctrl+p")
        await person.press(*"reshuf")
        await person.sees("reshuffle (u)")
        await person.press("enter")
        await person.until(lambda: person.app.snapshot.recipe.training.seed == 4, "another seed")

    at_the_keyboard(script, screen="data")
