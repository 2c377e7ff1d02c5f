"""When an app has done all there is to do, known from its event loop and not from a clock.

Textual's pilot sleeps after each key until the process uses no processor time, for two seconds at
most: a run that trains never lets it, and a busy machine tells it too early. An app is at rest
once its event loop has no callback left to call and its screen has nothing left to draw. What
timers and other threads will still bring is for a test to wait for, by name.
"""

import asyncio
from typing import Any

from textual.app import App

PAUSE = 0.002
ROUNDS = 10_000  # of the event loop; far more than any key takes


async def settled() -> None:
    """Wait until the event loop has nothing left to call."""
    ready: Any = asyncio.get_running_loop()._ready
    for _ in range(ROUNDS):
        if not ready:
            return
        await asyncio.sleep(0)
    raise AssertionError("the app never comes to rest")


async def at_rest(app: App[Any]) -> None:
    """Wait until an app has handled all its messages and drawn what came of them."""
    await settled()
    while app.screen_stack and not app._exit and (app._batch_count or is_drawing(app)):
        if app._batch_count:  # nothing is laid out for a moment after another screen is shown
            await asyncio.sleep(PAUSE)
        await settled()


def is_drawing(app: App[Any]) -> bool:
    """Draw what is to be drawn, without waiting for the next frame; return whether anything was."""
    ready: Any = asyncio.get_running_loop()._ready
    app.screen._on_timer_update()
    return bool(ready)
