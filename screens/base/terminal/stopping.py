"""Ctrl+Z and ``fg`` wait for the event loop."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from textual.driver import Driver


def stop_between_events(driver: Driver) -> None:
    """Have a driver handle SIGTSTP and SIGCONT between two events of the running loop.

    Textual handles them at once, in the middle of whatever the main thread does: where that is
    putting a frame into the queue of its writer, the handler waits for a lock that it holds itself.
    """
    loop = asyncio.get_running_loop()

    def soon(handle: Callable[[], object]) -> Callable[..., Any]:
        return lambda *_: loop.call_soon_threadsafe(handle)

    for name, method in (("SIGTSTP", "_sigtstp_application"), ("SIGCONT", "_sigcont_application")):
        if hasattr(signal, name) and hasattr(driver, method):
            signal.signal(getattr(signal, name), soon(getattr(driver, method)))
