"""The focus stays where it was, however the terminal is resized."""

from typing import TypeVar

from textual.widget import Widget

from screens.base.closing import ClosingScreen

Result = TypeVar("Result")


class FocusKeeper(ClosingScreen[Result]):
    """A screen whose focus comes back with the widget that had it.

    Textual moves the focus on from a widget that a smaller size hides, and leaves it there.
    """

    _hidden: Widget | None = None
    _substitute: Widget | None = None

    def _reset_focus(self, widget: Widget, avoiding: list[Widget] | None = None) -> None:
        super()._reset_focus(widget, avoiding)
        if widget is not self._substitute or self._hidden is None:
            self._hidden = widget
        self._substitute = self.focused

    def on_resize(self) -> None:
        """Look at the focus once more when all has its new size."""
        self.call_after_refresh(self._return_focus)

    def _return_focus(self) -> None:
        hidden = self._hidden
        if hidden is None or not hidden.is_attached or self.focused is not self._substitute:
            self._hidden = None
        elif hidden.focusable and hidden.is_on_screen:
            self._hidden = None
            self.set_focus(hidden, from_app_focus=True)  # which selects no text
