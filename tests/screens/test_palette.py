"""The command palette finds what people look for by its name; and the recipes, in a dialog."""

from pathlib import Path

import pytest
from textual.events import Click
from textual.widgets import OptionList

from screens.dialogs.open_recipe.model import recipe_line, recipe_words
from screens.dialogs.settings.dialog import SettingsDialog
from screens.dialogs.settings.fields import FIELDS
from screens.palette import key_commands, other_commands
from screens.tables import DIALOGS, SCREENS
from tests.screens.bench import Person, at_the_keyboard
from tui_nn.training.recipe.recipe import load_recipe, recipe_names
from tui_nn.training.recipe.wanted_data import missing


async def choose(person: Person, query: str, title: str) -> None:
    """Search for something in the palette, and choose it."""
    await person.press("ctrl+p")
    await person.press(*query)
    await person.sees(title)
    await person.press("enter")


def test_everything_has_an_entry_by_its_name() -> None:
    async def script(person: Person) -> None:
        app = person.app
        commands = [*key_commands(app, app.screen), *other_commands(app, app.screen)]
        titles = [each.title for each in commands]
        assert len(set(titles)) == len(titles)
        for entry in SCREENS:
            assert f"{entry.title} ({entry.key})" in titles
        for field in FIELDS:
            assert any(each.startswith(field.name.replace("_", " ")) for each in titles)
        for name in recipe_names():
            assert f"recipe {name}: new run" in titles
        for name in set(DIALOGS) - {"save_recipe", "quit"}:
            keys = [each.binding.action for each in app.screen.active_bindings.values()]
            assert f"open_dialog({name!r})" in keys or DIALOGS[name]().HEADING in titles
        assert any("dead units" in each for each in titles)
        assert all(each.help for each in commands)

    at_the_keyboard(script)


@pytest.mark.parametrize(
    ("query", "title", "path"),
    [
        ("batch size", "batch size", "training.batch_size"),
        pytest.param(
            "learning rate",
            "learning rate η: hyperparameter",
            "training.learning_rate",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_setting_is_found_and_the_form_opens_at_it(query: str, title: str, path: str) -> None:
    async def script(person: Person) -> None:
        await choose(person, query, title)
        await person.until(lambda: isinstance(person.app.screen, SettingsDialog), "the form")
        dialog = person.app.screen
        assert isinstance(dialog, SettingsDialog)
        await person.until(lambda: dialog._field.path == path, path)

    at_the_keyboard(script)


def test_dead_units_lead_to_health() -> None:
    async def script(person: Person) -> None:
        await choose(person, "dead units", "dead units")
        await person.until(lambda: person.app.current_mode == "training", "screen 4")

    at_the_keyboard(script)


def test_a_recipe_whose_data_are_not_here_is_tried_on_the_embedded_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))

    async def script(person: Person) -> None:
        await choose(person, "recipe fours:", "recipe fours: new run")
        await person.sees("`fours` wants MNIST, which is not here", "tui-nn data fetch mnist")
        await person.press("enter")
        await person.until(lambda: person.app.snapshot.recipe.name == "fours", "the new run")
        assert person.app.snapshot.dataset.name == "embedded"
        await person.is_told("A new run of `fours` on the embedded digits")

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_recipe_that_counts_its_samples_is_not_tried_on_other_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))

    async def script(person: Person) -> None:
        before = person.app.snapshot.recipe
        await choose(person, "recipe numpy-cli", "recipe numpy-cli: new run")
        await person.press("enter")
        await person.sees("! ", "`numpy-cli` wants MNIST, which is not here")
        assert person.app.snapshot.recipe is before
        assert person.app.screen.query_one(OptionList).has_focus

    at_the_keyboard(script)


def test_the_words_of_a_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))
    fours, default = load_recipe("fours"), load_recipe("default")
    assert recipe_line(fours, missing(fours)).endswith("mnist (not here)")
    assert recipe_line(default, missing(default)).endswith(" embedded")
    assert "enter tries it on the embedded digits" in recipe_words(fours, missing(fours))
    assert recipe_words(default, None).endswith("enter starts a new run of it.")


def test_a_click_where_nothing_is_laid_out_yet_closes_it() -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+p")
        palette = person.app.screen
        outside = person.app.size.width + 3, person.app.size.height + 3  # a window that just grew
        palette.post_message(Click(palette, *outside, 0, 0, 1, False, False, False, *outside))
        await person.until(lambda: person.app.screen is not palette, "the end of the palette")

    at_the_keyboard(script)
