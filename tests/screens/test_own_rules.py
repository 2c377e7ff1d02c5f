"""What a screen's rules are about: itself, so that nothing else is styled again with them."""

from importlib import import_module
from pathlib import Path

import pytest
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from screens.base.dialog import Dialog
from screens.base.screen import DebuggerScreen
from tests.screens.bench import Person, at_the_keyboard

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "screens").rglob("*.tcss"))


def kinds(kind: type[Screen[object]]) -> set[type[Screen[object]]]:
    return {kind}.union(*map(kinds, kind.__subclasses__()))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_every_rule_begins_with_a_screen(path: Path) -> None:
    for module in path.parent.glob("*.py"):
        import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))
    screens = {kind.__name__ for kind in kinds(DebuggerScreen) | kinds(Dialog)}
    stylesheet = Stylesheet(variables=App().get_css_variables())
    stylesheet.read(path)
    assert stylesheet.rules
    for rule in stylesheet.rules:
        for selector in rule.selector_set:
            assert selector.selectors[0].name in screens, rule.selectors


def test_a_screen_that_is_first_shown_has_its_rules_and_the_others_keep_theirs() -> None:
    async def script(person: Person) -> None:
        before = person.screen
        await person.press("3")
        assert person.app.screen.query_one("#lists").styles.margin.right == 2
        assert person.app.screen.query_one("#gradient").styles.display == "none"
        await person.press("x")
        width = person.app.screen.query_one("#window").styles.width
        assert width is not None
        assert width.value == 80
        await person.press("escape", "2")
        assert person.screen == before

    at_the_keyboard(script)
