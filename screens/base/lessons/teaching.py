"""What the app knows of who teaches, which knows the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from screens.base.lessons.model import Opened


class Teaching(Protocol):
    """Who teaches.

    Attributes:
        opened: The page that is open, or None.
    """

    opened: Opened | None

    def look(self) -> None:
        """See whether a task is met by now."""
        ...
