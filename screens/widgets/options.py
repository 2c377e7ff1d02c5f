"""A list of options to choose from."""

from typing import Any

from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list, which knows no pages where there is no room for a line of it."""

    def _move_page(self, direction: Any) -> None:
        if self._lines:
            super()._move_page(direction)
