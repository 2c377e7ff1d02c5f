"""A titled part of a screen; the title shows which one the arrow keys belong to."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from screens.base.frame import Plain


class Panel(Vertical):
    """A title over one or more widgets."""

    DEFAULT_CSS = """
    Panel { width: auto; height: auto; }
    /* Without a rule of its own for this, Textual does not restyle a panel that gets the focus. */
    Panel:focus-within { text-style: none; }
    Panel > .title { width: 100%; text-style: bold; text-overflow: ellipsis; color: $text-accent; }
    Panel:focus-within > .title { text-style: bold reverse; }
    """

    def __init__(
        self, title: str, *children: Widget, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._title = Plain(title, classes="title")
        self._parts = children

    def compose(self) -> ComposeResult:
        """Put the title over the rest."""
        yield self._title
        yield from self._parts

    def retitle(self, title: str) -> None:
        """Change the title."""
        self._title.show(title)
