"""A screen that closes once, closes nothing but itself, and hears of nothing afterwards."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.css.query import NoMatches
from textual.errors import NoWidget
from textual.events import Resize, Unmount
from textual.geometry import Offset, Region
from textual.message import Message
from textual.messages import CloseMessages, Prune
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from screens.widgets.options import Options

Result = TypeVar("Result")

_ENDING = (Unmount, Prune, CloseMessages)


class ClosingScreen(Screen[Result]):
    """A screen to which a click, a callback, a size or a worker's result may come too late.

    Textual would close whatever is on top, and call what finds its widgets gone.
    """

    @property
    def is_gone(self) -> bool:
        """Whether it is closed, or is being taken apart."""
        return is_gone(self)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it, and what is above it; nothing where it is closed.

        Args:
            result: What whoever opened it is told.
        """
        if self not in self.app.screen_stack[1:]:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        return super().dismiss(result)

    def on_unmount(self) -> None:
        """Be forgotten by the app's variables that this screen and its widgets have watched.

        Textual forgets who watched only when a variable changes next, and some never do: each would
        keep every screen that was ever open.
        """
        for watchers in getattr(self.app, "__watchers", {}).values():
            watchers[:] = [(node, call) for node, call in watchers if not node._closing]

    def _invoke_later(self, callback: Any, sender: Any) -> None:
        """Call something when all is drawn, unless what it is a method of is gone by then.

        Textual has whichever screen is seen call it, of another screen's widgets, too.
        """
        whose = getattr(getattr(callback, "func", callback), "__self__", None)

        def call() -> Any:
            return None if isinstance(whose, Widget) and is_gone(whose) else callback()

        super()._invoke_later(call, sender)

    def run_worker(self, work: Any, *arguments: Any, **options: Any) -> Worker[Any]:
        """Work beside the event loop, or in it: then not for a screen that is gone by its turn."""
        if iscoroutinefunction(work):
            work = self._while_here(work)
        return super().run_worker(work, *arguments, **options)

    def _while_here(self, work: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
        async def work_on() -> Any:
            if self.is_gone:
                return None
            try:
                return await work()
            except NoMatches:
                if self.is_gone:
                    return None
                raise

        return work_on

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """Return what is at a place; the screen where nothing is, as in a window that just grew."""
        try:
            return super().get_widget_at(x, y)
        except NoWidget:
            return self, self.region

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Return what text at a place can be selected in; nothing where that was just removed."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is None or not widget.is_attached:
            return None, None
        return widget, offset

    def _on_resize(self, event: Resize) -> None:  # type: ignore[override]
        """Take the size that the terminal has, and no older one.

        A layout posts the size that it was made for. With a newer one in the queue before it, the
        two would follow each other for ever.
        """
        size = self.app.size
        if event.size != size:
            event.prevent_default()
            if self._compositor.size != size:
                self.post_message(Resize(size, size))

    async def _dispatch_message(self, message: Message) -> None:
        if not self._pruning or isinstance(message, _ENDING):
            await super()._dispatch_message(message)


def is_gone(widget: Widget) -> bool:
    """Return whether a widget is closed, or is being taken apart."""
    return widget._closing or widget._closed or widget._pruning or not widget.is_attached


class PaletteList(CommandList, Options):
    """What the palette has found."""


class Palette(CommandPalette, ClosingScreen[None]):
    """Textual's command palette, which a second click closes no more than the first."""

    def compose(self) -> ComposeResult:
        """Make it as Textual does, with a list of ours."""
        for widget in super().compose():
            yield PaletteList() if isinstance(widget, CommandList) else widget
