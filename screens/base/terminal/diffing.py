"""An app that sends its terminal only what changes."""

from __future__ import annotations

import time
from typing import Any, TypeVar, cast

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Size
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.screen import Screen
from textual.widget import Widget

from screens.base.terminal import collector, heap
from screens.base.terminal.flow_control import FlowControl
from screens.base.terminal.forgetting import ForgettingWorkers, forget_lines
from screens.base.terminal.seen import SeenCompositor
from screens.base.terminal.shadow import Shadow, Update
from screens.base.terminal.stopping import stop_between_events
from screens.base.terminal.stylesheet import RememberingStylesheet
from screens.base.terminal.support import Switches

ReturnType = TypeVar("ReturnType")

# Questions, modes, titles and the bell change nothing in any cell …
_HARMLESS = ("\x1b[?", "\x1b[>", "\x1b[<", "\x1b]", "\x07")
# … but for the mode that opens an empty screen.
_OPENS_SCREEN = "\x1b[?1049h"


class Encoded(CompositorUpdate):
    """An update that has been turned into what is sent."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: object) -> str:  # noqa: ARG002 - Textual's signature
        """Return what is sent."""
        return self._text


class DiffingApp(App[ReturnType]):
    """An app whose frames are compared with what the terminal shows.

    Attributes:
        flow: Whether the terminal has taken the last frame.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        forget_lines()
        self._workers = ForgettingWorkers(self)
        self.stylesheet = RememberingStylesheet(variables=self.get_css_variables())
        self.flow = FlowControl(time.monotonic)
        self._switches = Switches.detect()
        self._shadow = Shadow()
        self._sizes_told = (Size(0, 0), Size(0, 0))
        self._is_opening = False
        self._is_drawing = False
        self._has_drawn = False
        self._is_settled = False

    def settle(self) -> None:
        """Say that the app has been built up, and will stay much as it is."""
        if self._switches.gc:
            collector.settle()
            heap.give_back()
            self._is_settled = True

    def tidy(self) -> None:
        """Do what can be done between two frames."""
        if self._is_settled:
            collector.tidy()

    def ask_terminal(self) -> None:
        """Ask the terminal whether it has taken what was drawn since the last question."""
        if self._has_drawn and self._driver is not None:
            self._has_drawn = False
            self.flow.ask_terminal(self._driver)

    def _on_terminal_supports_synchronized_output(
        self,
        message: TerminalSupportsSynchronizedOutput,  # noqa: ARG002 - Textual's signature
    ) -> None:
        """The terminal has answered, and so has taken the frame before the question."""
        self.flow.acknowledge()

    # When nothing is known of what the terminal shows

    def action_redraw(self) -> None:
        """Draw everything again, over whatever the terminal shows."""
        self._shadow.forget()
        if self._screen_stack:
            self.screen.refresh()

    def _on_mount(self, event: events.Mount) -> None:  # noqa: ARG002 - Textual's signature
        if self._switches.cells:
            self.theme_changed_signal.subscribe(self, lambda _: self.action_redraw())

    def _on_resize(self, event: events.Resize) -> None:  # type: ignore[override]
        # Also where it was pulled away and back before anybody looked: that loses cells. But for
        # the first size, which the driver tells behind opening the screen.
        is_news = self._is_mounted and not self._is_opening
        if self._switches.cells and (is_news or event.size != self._size):
            self.action_redraw()
        self._is_opening = self._is_opening and not self._is_mounted

    def _build_driver(self, *arguments: Any, **options: Any) -> Driver:
        driver = super()._build_driver(*arguments, **options)
        stop_between_events(driver)
        write = driver.write

        def watched(data: str) -> None:
            opens = _OPENS_SCREEN in data
            self._is_opening = self._is_opening or opens
            if opens or not (self._is_drawing or data.startswith(_HARMLESS)):
                self._shadow.forget()
            if opens and self._is_mounted:  # it was stopped, and goes on
                self.call_later(self.action_redraw)
            write(data)

        if self._switches.cells:
            driver.write = watched  # type: ignore[method-assign]
        return driver

    # Drawing

    def _register(self, parent: DOMNode, *widgets: Widget, **options: Any) -> list[Widget]:
        if self._switches.seen:
            for widget in widgets:
                if isinstance(widget, Screen) and type(widget._compositor) is Compositor:
                    widget._compositor = SeenCompositor()
        return super()._register(parent, *widgets, **options)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        sent = renderable
        if isinstance(renderable, LayoutUpdate | ChopsUpdate) and self._may_encode:
            self._check_size(screen)
            sent = cast("RenderableType | None", self._encoded(renderable))
        self._is_drawing = isinstance(sent, Encoded)
        try:
            super()._display(screen, sent)
        finally:
            self._is_drawing = False
        self._has_drawn = self._has_drawn or sent is not None

    def _check_size(self, screen: Screen[Any]) -> None:
        """Tell a screen its size again where it has another.

        A layout posts to its screen the size that it was made for, which replaces a newer one from
        the terminal that waits there already. Textual does not notice.
        """
        sizes = screen._compositor.size, self.size
        if sizes != self._sizes_told and sizes[0] != sizes[1]:
            screen.post_message(events.Resize(self.size, self.size))
        self._sizes_told = sizes

    @property
    def _may_encode(self) -> bool:
        """Whether a frame is to be compared, and Textual will write it."""
        driver = self._driver
        return (
            self._switches.cells
            and self._running
            and not (self._closed or self._batch_count)
            and driver is not None
            and not (driver.is_headless or driver.is_inline)
        )

    def _encoded(self, update: Update) -> Update | Encoded | None:
        """Return what differs from what the terminal shows; None where nothing does."""
        try:
            text = self._shadow.encode(update, self.console)
        except Exception:
            self._shadow.forget()
            return update  # as Textual sends it, or says what is wrong with it
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        return Encoded(text) if text or cursor != self._previous_cursor_position else None
