"""What the command palette finds beside the keys: settings, recipes, dialogs without a key.

Its search looks at titles alone, so a title holds the words that people type.
"""

from collections.abc import Iterable
from functools import cache, partial

from textual.app import SystemCommand
from textual.screen import ModalScreen, Screen

from screens.base.app import DebuggerApp
from screens.shapes.look import ThemeName
from screens.tables import DIALOGS

_HEALTH = (
    "dead units, exploding or vanishing gradients, overfitting: health",
    "Screen 4: what is wrong with the run, and what may help",
)

_THEMES: dict[ThemeName, str] = {
    "dark": "Light text on a dark ground",
    "light": "Dark text on a light ground, for a bright room or a light terminal",
    "high-contrast": "White on black, and nothing in grey",
}

_PRESENT = (
    "present: for a projector",
    "One large view at a time, the selected number large, and the keys that are pressed; or not",
)

_REDRAW = (
    "redraw, repaint, clear the screen",
    "Draw all of it again, where something else has written over it",
)


def key_commands(app: DebuggerApp, screen: Screen[object]) -> Iterable[SystemCommand]:
    """Yield every key that works on a screen."""
    offered = set()
    for node, binding, enabled, tooltip in screen.active_bindings.values():
        if enabled and (tooltip or binding.tooltip) and (node, binding.action) not in offered:
            offered.add((node, binding.action))  # the second key of the same would only repeat
            yield SystemCommand(
                f"{binding.description} ({app.get_key_display(binding)})",
                tooltip or binding.tooltip,
                partial(app.run_action, binding.action, node),
            )


def other_commands(app: DebuggerApp, screen: Screen[object]) -> Iterable[SystemCommand]:
    """Yield what no key of a screen does; nothing while a dialog is open."""
    if isinstance(screen, ModalScreen):
        return
    yield SystemCommand(*_REDRAW, app.action_redraw)
    yield SystemCommand(*_HEALTH, partial(app.run_action, "show('training')"))
    keys = {each.binding.action for each in screen.active_bindings.values()}
    for name, load in DIALOGS.items():
        if (action := f"open_dialog({name!r})") not in keys and (heading := load().HEADING):
            yield SystemCommand(heading, _about(load()), partial(app.run_action, action))
    yield SystemCommand(*_PRESENT, app.action_present)
    yield from _themes(app)
    yield from _settings(app)
    yield from _recipes(app)


def _themes(app: DebuggerApp) -> Iterable[SystemCommand]:
    """Yield each theme; none where the colours are the terminal's own."""
    if app.look.has_themes:
        for name, meaning in _THEMES.items():
            words = name.replace("-", " ")
            yield SystemCommand(f"theme: {words}", meaning, partial(app.choose_theme, name))


def _settings(app: DebuggerApp) -> Iterable[SystemCommand]:
    """Yield each hyperparameter, which opens the form at its field."""
    from screens.dialogs.settings.dialog import SettingsDialog
    from screens.dialogs.settings.fields import FIELDS

    for field in FIELDS:
        name = " ".join([field.name.replace("_", " "), field.about.symbol]).strip()
        yield SystemCommand(
            f"{name}: hyperparameter",
            field.about.meaning,
            partial(SettingsDialog.open, app, field.path),
        )


def _recipes(app: DebuggerApp) -> Iterable[SystemCommand]:
    """Yield each recipe, at which the list of recipes opens."""
    from screens.dialogs.open_recipe.dialog import OpenRecipeDialog

    for name, title in _titles():
        begin = partial(OpenRecipeDialog.open, app, name)
        yield SystemCommand(f"recipe {name}: new run", title, begin)


@cache
def _titles() -> tuple[tuple[str, str], ...]:
    """Return the recipes with their titles; the palette asks with every letter that is typed."""
    from tui_nn.training.recipe.recipe import load_recipe, recipe_names

    return tuple((name, load_recipe(name).title or "A new run of it") for name in recipe_names())


def _about(kind: type[object]) -> str:
    """Return the first sentence that a dialog says of itself."""
    return (kind.__doc__ or "").partition("\n")[0].partition(". ")[0].rstrip(".")
