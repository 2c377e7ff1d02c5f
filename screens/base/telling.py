"""An app that tells things where the keys stand: over no result, and as long as one reads them."""

from typing import ClassVar, TypeVar

from textual.content import Content
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.style import Style
from textual.timer import Timer

from screens.base.message_log import Message, MessageLog, Page, reading_time
from screens.base.own_rules import OwnRulesApp
from screens.shapes.look import Look

ReturnType = TypeVar("ReturnType")

_MARGIN = 2  # columns beside the line
_LOG = "ctrl+l"


class TellingApp(OwnRulesApp[ReturnType]):
    """An app whose messages wait in a log; the newest one is shown in the line of keys.

    Attributes:
        READING_PACE: Characters that one reads in a second.
        page: What of a message is shown now, or None.
        message_log: What was told.
    """

    READING_PACE: ClassVar[float] = 15.0

    page: var[Page | None] = var(None, init=False)

    def __init__(self, look: Look) -> None:
        """Make an app.

        Args:
            look: How this terminal is drawn.
        """
        super().__init__(look)
        self.message_log = MessageLog()
        self._turning: Timer | None = None

    @property
    def present_step(self) -> int:
        """The step that the run has come to, for the log."""
        raise NotImplementedError

    def tell(self, words: str, *, is_refusal: bool = False) -> None:
        """Tell something.

        Args:
            words: What.
            is_refusal: Whether it says why something was not done.
        """
        width = self.size.width - _MARGIN - len(f"  +99 {_LOG}")
        message = Message(self.look.text(words), self.present_step, is_refusal)
        self.message_log.add(message, width)
        self._show_page()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,  # noqa: ARG002 - Textual's signature
        markup: bool = True,  # noqa: ARG002
    ) -> None:
        """Tell what Textual itself has to say."""
        self.tell(": ".join(filter(None, [title, message])), is_refusal=severity == "error")

    def _show_page(self) -> None:
        self.page = page = self.message_log.page
        if self._turning is not None:
            self._turning.stop()
        if page is not None:
            self._turning = self.set_timer(
                reading_time(page.words, self.READING_PACE), self._turn_page
            )

    def _turn_page(self) -> None:
        self.message_log.turn()
        self._show_page()


def page_content(page: Page, look: Look, width: int) -> Content:
    """Return a page as a line, with the key of the log at its end.

    Args:
        page: What to show.
        look: How this terminal is drawn.
        width: Columns there are.
    """
    words = look.text(f"! {page.words}" if page.is_refusal else page.words)
    more = f"+{page.unread} {_LOG}" if page.unread else _LOG
    gap = " " * max(width - len(words) - len(more), 1)
    click = Style.from_meta({"@click": "app.open_dialog('messages')"})
    style = "bold $text-error" if page.is_refusal else "bold $text-accent"
    return Content.assemble((words, style), gap, (more, Style(dim=True) + click))
