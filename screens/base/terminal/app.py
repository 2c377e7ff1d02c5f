"""An app that is drawn as its look says: how many colours, which, and ASCII alone if need be."""

from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec.structs import replace
from textual.driver import Driver
from textual.filter import LineFilter

from screens.base.terminal import background
from screens.base.terminal.background import BackgroundTold
from screens.base.terminal.diffing import DiffingApp
from screens.base.terminal.filters import Ascii, NoColors
from screens.base.terminal.themes import SIXTEEN, THEMES, theme_of
from screens.shapes.look import Look, ThemeName

ReturnType = TypeVar("ReturnType")


class TerminalApp(DiffingApp[ReturnType]):
    """An app with a `look`, which all pictures read.

    It has the CSS class `-ascii` where only ASCII is drawn, and the pseudo-classes `:ansi` (16
    colours or none) and `:nocolor` (none) are true of every widget where they should be.

    Attributes:
        look: How the terminal is drawn.
        follows_terminal: Whether the theme is the terminal's: nobody has chosen another.
    """

    follows_terminal = False

    def __init__(self, look: Look | None = None, **arguments: Any) -> None:
        """Make an app for a look, by default one with all colours."""
        look = look or Look()
        look.apply_environment()  # before App makes its console
        super().__init__(**arguments)
        self.look = look
        self.no_color = look.colors == "none"
        self.set_class(look.ascii, "-ascii")
        self._can_ask = False
        self._look_filters: list[LineFilter] = []
        for theme in (SIXTEEN, *THEMES.values()):
            self.register_theme(theme)
        self.theme = theme_of(look).name
        self.ansi_color = None if look.has_themes else True  # also in another theme of Textual's
        if look.colors == "none":
            self._look_filters.append(NoColors())
        if look.ascii:
            self._look_filters.append(Ascii())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then ours: every line that any widget draws goes through them."""
        return [*super().get_line_filters(), *self._look_filters]

    # Themes

    def show_theme(self, name: ThemeName) -> None:
        """Draw in other colours."""
        self.look = replace(self.look, theme=name)
        self.theme = theme_of(self.look).name

    def choose_theme(self, name: ThemeName) -> None:
        """Draw in the colours that somebody has chosen, whatever the terminal says."""
        self.follows_terminal = False
        self.show_theme(name)

    def _build_driver(self, *arguments: Any, **options: Any) -> Driver:
        driver = super()._build_driver(*arguments, **options)
        if self._switches.theme and self.look.has_themes:
            self._can_ask = background.teach(driver)
        return driver

    def on_mount(self) -> None:
        """Ask for the terminal's background, for which the first frame does not wait."""
        if self.follows_terminal and self._can_ask and self._driver is not None:
            self.call_after_refresh(background.ask, self._driver)

    def on_background_told(self, message: BackgroundTold) -> None:
        """Follow the terminal, unless somebody has chosen a theme."""
        name = background.theme_on(message.color)
        if self.follows_terminal and name is not None and name != self.look.theme:
            self.show_theme(name)
