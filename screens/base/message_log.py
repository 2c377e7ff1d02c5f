"""What the app has told: a page at a time, as long as it takes to read, and all of it in a log."""

import re
import textwrap
from collections import deque
from typing import NamedTuple

KEPT = 200  # messages
NOTICING = 1.5  # seconds until somebody who looks elsewhere begins to read


class Message(NamedTuple):
    """Something that was told.

    Attributes:
        words: What.
        step: The run's step when it came.
        is_refusal: Whether it says why something was not done.
    """

    words: str
    step: int
    is_refusal: bool = False


class Page(NamedTuple):
    """As much of a message as fits in a line.

    Attributes:
        words: That part.
        is_refusal: As the message's.
        unread: How many messages before it were not shown long enough to be read.
    """

    words: str
    is_refusal: bool
    unread: int


class MessageLog:
    """Keeps messages, and says which page of the newest one is to be shown, and for how long.

    The newest message answers the last key, so it takes the place of one that is still shown.

    Attributes:
        messages: The newest last.
        page: What is shown now, or None.
    """

    def __init__(self) -> None:
        self.messages: deque[Message] = deque(maxlen=KEPT)
        self.page: Page | None = None
        self._following: list[Page] = []
        self._unread = 0

    def add(self, message: Message, width: int) -> None:
        """Keep a message, and begin to show it.

        Args:
            message: What is told.
            width: Columns of a page.
        """
        self._unread = self._unread + 1 if self.page else 0
        self.messages.append(message)
        pages = _pages(message.words, max(width - 2, 20))
        words = [f"{page} …" for page in pages[:-1]] + pages[-1:]
        self._following = [Page(each, message.is_refusal, self._unread) for each in words]
        self.turn()

    def turn(self) -> None:
        """Show the next page, or nothing after the last one."""
        self.page = self._following.pop(0) if self._following else None


def _pages(words: str, width: int) -> list[str]:
    """Return words in pieces that fit; a sentence that fits into a piece is not broken."""
    pages = [""]
    for sentence in re.split(r"(?<=[.!?]) ", words):
        for piece in textwrap.wrap(sentence, width):
            if len(pages[-1]) + 1 + len(piece) <= width:
                pages[-1] = f"{pages[-1]} {piece}".lstrip()
            else:
                pages.append(piece)
    return [page for page in pages if page] or [""]


def reading_time(words: str, pace: float) -> float:
    """Return how many seconds a page stays.

    Args:
        words: What there is to read.
        pace: Characters that one reads in a second.
    """
    return NOTICING + len(words) / pace
