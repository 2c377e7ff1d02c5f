"""A stop waits until the event loop has finished what it is doing."""

import asyncio
import signal
from typing import cast

import pytest
from textual.driver import Driver

from screens.base.terminal.stopping import stop_between_events


class Stopped:
    def __init__(self) -> None:
        self.done: list[str] = []

    def _sigtstp_application(self) -> None:
        self.done.append("stop")

    def _sigcont_application(self) -> None:
        self.done.append("go on")


@pytest.mark.parametrize(("number", "what"), [(signal.SIGTSTP, "stop"), (signal.SIGCONT, "go on")])
def test_it_is_not_handled_amid_something_else(number: signal.Signals, what: str) -> None:
    driver, before = Stopped(), signal.getsignal(number)

    async def something() -> None:
        stop_between_events(cast(Driver, driver))
        signal.raise_signal(number)
        assert driver.done == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert driver.done == [what]

    try:
        asyncio.run(something())
    finally:
        signal.signal(number, before)
