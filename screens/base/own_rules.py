"""An app whose screens bring rules for themselves alone."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.screen import Screen

from screens.base.terminal.app import TerminalApp

ReturnType = TypeVar("ReturnType")


class OwnRulesApp(TerminalApp[ReturnType]):
    """An app that styles nothing again which is seen when another screen is shown first.

    Textual cannot know what a screen's rules are about. Here each begins with the name of its
    screen, or of a base of it, so that they change nothing outside.
    """

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        """Read the rules that a screen brings, and apply them to it."""
        if screen.CSS or self.css_monitor is not None:  # not a screen of ours, or one being written
            super()._load_screen_css(screen)
            return
        for path in screen.css_path:
            if not self.stylesheet.has_source(str(path), ""):
                self.stylesheet.read(path)
        self.stylesheet.reparse()
        self.stylesheet.update(screen)
        screen._css_update_count = self._css_update_count
