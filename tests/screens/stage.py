"""A bare app for one widget, and what a person would see of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from screens.base.terminal.app import TerminalApp
from screens.shapes.look import Look

ASCII = Look("none", ascii=True)


class Stage(TerminalApp[None]):
    """An app with one widget, which keeps what that widget said."""

    def __init__(self, widget: Widget, look: Look | None = None) -> None:
        super().__init__(look)
        self.widget = widget
        self.said: list[Any] = []

    def compose(self) -> ComposeResult:
        yield self.widget


Script = Callable[[Pilot[None]], Awaitable[None]]


def play(
    widget: Widget,
    script: Script,
    *,
    look: Look | None = None,
    size: tuple[int, int] = (80, 24),
) -> list[Any]:
    """Run a script against a widget in an app.

    Returns:
        The messages of the widget's own classes, in order.
    """
    app = Stage(widget, look)
    own = tuple(m for m in vars(type(widget)).values() if isinstance(m, type))
    hook = {"message_hook": lambda m: isinstance(m, own) and app.said.append(m)}

    async def perform() -> None:
        async with app.run_test(size=size, **hook) as pilot:
            await pilot.pause()
            await script(pilot)
            await pilot.pause()

    asyncio.run(perform())
    seen: list[Any] = []
    for message in app.said:  # the hook sees a message once at each widget that it bubbles to
        if not any(message is other for other in seen):
            seen.append(message)
    return seen


def text(widget: Widget) -> list[str]:
    """The lines that a widget shows, borders and filters included."""
    return [strip.text.rstrip() for strip in widget.render_lines(widget.size.region)]


def where(messages: list[Any]) -> list[tuple[int, int]]:
    """The rows and columns of messages."""
    return [(message.row, message.column) for message in messages]
