"""An app that survives its own errors: what failed is closed, and the run goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from textual._context import active_message_pump
from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from screens.base.closing import ClosingScreen
from screens.base.telling import TellingApp
from tui_nn.fault_log import log_fault, log_path

ReturnType = TypeVar("ReturnType")


class SurvivingApp(TellingApp[ReturnType]):
    """An app that gives up the screen or the dialog in which an internal error happened.

    Attributes:
        MOST_FAULTS: After so many errors something is wrong that no other screen is free of.
        faults: The errors that it has survived.
    """

    MOST_FAULTS: ClassVar[int] = 20

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Make an app."""
        super().__init__(*arguments, **options)
        self.faults: list[Exception] = []

    def on_mount(self) -> None:
        """Hear of the errors of what the event loop calls directly, too."""
        asyncio.get_running_loop().set_exception_handler(self._on_loop_error)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key or the palette asks for, unless it is of a screen that is gone by then."""
        screen = screen_of(default_namespace)
        if isinstance(screen, ClosingScreen) and (screen.is_gone or not screen._is_mounted):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def substitute(self, mode: str, error: Exception) -> Screen[None]:
        """Return what is shown in place of a screen that failed."""
        raise NotImplementedError

    def is_substitute(self, screen: Screen[Any]) -> bool:
        """Return whether a screen is shown in place of one that failed."""
        raise NotImplementedError

    @property
    def can_go_on(self) -> bool:
        """Whether there is something to go on with."""
        return self._is_mounted

    def fail(self, error: Exception) -> None:
        """End the app because of an error that cannot be survived."""
        log_fault("ended the app", error)
        super()._handle_exception(error)

    # Where Textual brings the errors of handlers, timers, callbacks, workers and drawing

    def _handle_exception(self, error: Exception) -> None:
        if self._exit:
            return  # what was on its way finds the screens taken apart
        failed = failed_screen(error)
        is_hopeless = failed is not None and self.is_substitute(failed)
        if is_hopeless or not self.can_go_on or len(self.faults) >= self.MOST_FAULTS:
            self.fail(error)
            return
        self.faults.append(error)
        log_fault(f"in {failed or 'the app'}", error)
        self.call_later(self._give_up, failed, error)

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            # Textual would leave the loop that handles the app's messages.
            self._handle_exception(error)

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(error := context.get("exception"), Exception):
            self._handle_exception(error)
        else:
            loop.default_exception_handler(context)

    async def _give_up(self, failed: Screen[Any] | None, error: Exception) -> None:
        """Close a screen or dialog that failed, in the mode where it is."""
        _stop_watching(failed)
        modes = [mode for mode, stack in self._screen_stacks.items() if failed in stack]
        if failed is None or not modes:
            self._tell_fault("Something failed", error)
        elif modes[0] != self.current_mode:
            factory = self._modes[modes[0]]
            await self.remove_mode(modes[0])
            self.add_mode(modes[0], factory)  # made again when it is shown
            self._tell_fault(f"The screen {modes[0]} failed", error)
        else:
            while self.screen is not failed:
                self.pop_screen()
            if failed is self.screen_stack[0]:
                if not failed._result_callbacks:  # Textual gives none to the screen of a mode
                    failed._push_result_callback(failed, None)
                self.switch_screen(self.substitute(modes[0], error))
            else:
                self.pop_screen()
                self._tell_fault("That window failed and was closed", error)

    def _tell_fault(self, what: str, error: Exception) -> None:
        words = f"{what}; the run is safe ({fault_words(error)}; details in {log_path()})"
        self.tell(words, is_refusal=True)


def _stop_watching(failed: Screen[Any] | None) -> None:
    """Let what no longer handles messages hear of no change either, as Textual has it."""
    for node in failed.walk_children(with_self=True) if failed is not None else ():
        if not node._running:
            node._closing = True


def failed_screen(error: BaseException) -> Screen[Any] | None:
    """Return the screen in which an error happened; None for the app itself.

    It is that of the innermost widget whose code was running, else of the one whose message was
    being handled.
    """
    found: Screen[Any] | None = None
    trace = error.__traceback__
    while trace is not None:
        place = trace.tb_frame.f_locals.get("self")
        if (screen := screen_of(place)) is not None:
            found = screen
        trace = trace.tb_next
    return screen_of(active_message_pump.get(None)) if found is None else found


def screen_of(place: object) -> Screen[Any] | None:
    """Return the screen that something stands on; None for the app itself."""
    if not isinstance(place, Widget):
        return None
    return next((node for node in place.ancestors_with_self if isinstance(node, Screen)), None)


def fault_words(error: BaseException) -> str:
    """Return an error as one writes it in a report: ``IndexError: index 5 is out of bounds``."""
    return f"{type(error).__name__}: {error}".rstrip(": ")
