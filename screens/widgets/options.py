"""A list of options to choose from."""

from typing import Any

from textual.events import Click
from textual.geometry import Size
from textual.strip import Strip
from textual.widgets import OptionList

_NARROWEST = 8  # columns, its padding among them


class Options(OptionList):
    """Textual's list, also where it has no room, or has changed under the mouse."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines it needs; with no column at all no text can be broken."""
        return super().get_content_height(container, viewport, max(width, _NARROWEST))

    def _update_lines(self) -> None:
        if self.scrollable_content_region.width >= _NARROWEST:
            super()._update_lines()

    def render_line(self, y: int) -> Strip:
        """Return a line; nothing where there is no room for a word."""
        if self.scrollable_content_region.width < _NARROWEST:
            return Strip.blank(self.size.width)
        return super().render_line(y)

    def _move_page(self, direction: Any) -> None:
        if self._lines:
            super()._move_page(direction)

    def _on_click(self, event: Click) -> None:  # type: ignore[override]
        """Leave alone what is not there any more; Textual's own handler comes next."""
        if event.style.meta.get("option", -1) >= self.option_count:
            event.prevent_default()
