"""An app that is drawn as its look says: how many colours, and ASCII alone if need be."""

from collections.abc import Sequence
from typing import Any, TypeVar

from textual.filter import LineFilter

from screens.base.terminal.diffing import DiffingApp
from screens.base.terminal.filters import Ascii, NoColors
from screens.base.terminal.themes import DARK, SIXTEEN
from screens.shapes.look import Look

ReturnType = TypeVar("ReturnType")


class TerminalApp(DiffingApp[ReturnType]):
    """An app with a `look`, which all pictures read.

    It has the CSS class `-ascii` where only ASCII is drawn, and the pseudo-classes `:ansi` (16
    colours or none) and `:nocolor` (none) are true of every widget where they should be.
    """

    def __init__(self, look: Look | None = None, **arguments: Any) -> None:
        """Make an app for a look, by default one with all colours."""
        look = look or Look()
        look.apply_environment()  # before App makes its console
        super().__init__(**arguments)
        self.look = look
        self.no_color = look.colors == "none"
        self.set_class(look.ascii, "-ascii")
        self._look_filters: list[LineFilter] = []
        plain = look.colors in ("16", "none")
        self.register_theme(SIXTEEN if plain else DARK)
        self.theme = (SIXTEEN if plain else DARK).name
        self.ansi_color = plain or None  # also where the person picks another theme
        if look.colors == "none":
            self._look_filters.append(NoColors())
        if look.ascii:
            self._look_filters.append(Ascii())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then ours: every line that any widget draws goes through them."""
        return [*super().get_line_filters(), *self._look_filters]
