"""What is seen while the run is being made: the tabs, and panels that are still empty.

NumPy, the network and the data take longer than Textual. They come in a thread, when this has been
drawn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from screens.app import TuiNNApp
from screens.base.frame import Plain, TopBar
from screens.shapes.look import Look

if TYPE_CHECKING:
    from tui_nn.training.session.session import Session

QUITTING = ("q", "ctrl+q", "ctrl+c")
PANELS = ("sample", "layers", "p: probabilities")


class OpeningScreen(Screen[None]):
    """The outlines of the screen that comes."""

    CSS = """
    OpeningScreen { layout: vertical; overflow: hidden; }
    OpeningScreen #panels { height: 1fr; padding: 2 1 0 1; }
    OpeningScreen #panels Plain { width: 28; margin-right: 1; text-style: bold; }
    OpeningScreen #panels Plain { color: $text-accent; }
    OpeningScreen #panels .middle { width: 47; }
    OpeningScreen #opening { width: 1fr; padding: 0 1; background: $panel; }
    OpeningScreen #keys { height: 1; }
    """

    def compose(self) -> ComposeResult:
        """Make the tabs, a title for each panel, and the lowest lines."""
        yield TopBar(TuiNNApp.DEFAULT_MODE)
        with Horizontal(id="panels"):
            for title in PANELS:
                yield Plain(title, classes="middle" if title == PANELS[1] else "")
        yield Plain("opening …", id="opening")
        yield Static(id="keys")


class OpeningApp(TuiNNApp):
    """Begins without a session; keys that are typed before there is one are for it."""

    DEFAULT_MODE = "opening"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {"opening": OpeningScreen}

    def __init__(self, make: Callable[[], Session], look: Look) -> None:
        """Make an app.

        Args:
            make: Makes what to debug; it is called in a thread.
            look: How this terminal is drawn.
        """
        super().__init__(None, look)
        self._make = make
        self._is_shown = False
        self._typed: list[events.Key] = []

    def on_mount(self) -> None:
        """Make the session once the outlines have been drawn."""
        opening = threading.Thread(target=self._open, name="opening", daemon=True)
        self.call_after_refresh(opening.start)

    def _open(self) -> None:
        try:
            self.begin(self._make())
            for entry in self.SCREEN_TABLE:
                if entry.mode == TuiNNApp.DEFAULT_MODE:
                    entry.load()
        except Exception as problem:
            self.problem = problem
            self.exit_soon(1)
        else:
            self.call_soon(OpeningApp._show_run, self)

    async def _show_run(self) -> None:
        """Go, and show the first screen when it can be drawn as a whole."""
        with self.batch_update():
            await self.switch_mode(TuiNNApp.DEFAULT_MODE)
        self.go()
        self._is_shown = True
        for key in self._typed:
            self.post_message(key)

    async def on_event(self, event: events.Event) -> None:
        """Keep keys for the run that is not there yet, but for those that quit."""
        is_waiting = not self._is_shown
        if is_waiting and isinstance(event, events.Key) and event.key not in QUITTING:
            self._typed.append(event)
        else:
            await super().on_event(event)
