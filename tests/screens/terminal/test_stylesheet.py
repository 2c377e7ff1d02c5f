"""Remembered rules are those that Textual's own stylesheet finds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Static

from screens.base.terminal.stylesheet import RememberingStylesheet
from tests.screens.terminal.playground import SIZE, Playground


def play(script: Callable[[Playground, Pilot[None]], Awaitable[None]]) -> None:
    app = Playground()

    async def perform() -> None:
        async with app.run_test(headless=False, size=SIZE) as pilot:
            assert isinstance(app.stylesheet, RememberingStylesheet)
            await script(app, pilot)

    asyncio.run(perform())


def assert_styled_as_by_textual(app: Playground) -> None:
    plain = Stylesheet()
    plain._rules = app.stylesheet.rules
    nodes = list(app.screen.walk_children(with_self=True))
    found = [dict(node.styles.base._rules) for node in nodes]
    for node, rules in zip(nodes, found, strict=True):
        plain.apply(node)
        assert node.styles.base._rules == rules, node
    assert len(nodes) > 40


def test_whatever_a_selector_can_ask_for_changes() -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        line = app.screen.query(".line").first(Static)
        changes: list[Callable[[], object]] = [
            lambda: line.add_class("odd"),
            lambda: line.add_class("tall"),
            lambda: line.remove_class("odd"),
            lambda: app.screen.add_class("odd"),
            lambda: setattr(app.screen, "disabled", True),
            lambda: setattr(app.screen, "disabled", False),
            lambda: setattr(app, "theme", "textual-light"),
            lambda: setattr(app, "theme", "textual-dark"),
            lambda: app.screen.query("VerticalScroll").first().focus(),
            lambda: setattr(line, "mouse_hover", True),
            lambda: app.screen.query_one("#note").remove(),
        ]
        for change in changes:
            change()
            await pilot.pause()
            assert_styled_as_by_textual(app)

    play(script)


def test_what_has_been_matched_is_not_matched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        line = app.screen.query(".line").first(Static)
        line.toggle_class("odd")
        line.toggle_class("odd")
        matched: list[RuleSet] = []
        check = Stylesheet._check_rule

        def watched(rule: RuleSet, path: list[DOMNode]) -> Iterable[tuple[int, int, int]]:
            matched.append(rule)
            return check(rule, path)

        monkeypatch.setattr(Stylesheet, "_check_rule", staticmethod(watched))
        line.toggle_class("odd")
        assert line.styles.text_style.bold
        line.toggle_class("odd")
        assert not line.styles.text_style.bold
        assert not matched
        line.add_class("unheard-of")
        assert matched, "a new case is matched"
        await pilot.pause()

    play(script)
