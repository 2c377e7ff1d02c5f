"""A real browser without a window, told what to do over its DevTools protocol."""

import asyncio
import base64
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import PATIENCE
from tests.browser.shown import Shown

aiohttp = pytest.importorskip("aiohttp", reason="needs textual-serve: the extra serve")

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WINDOW = "--window-size=1100,680"  # of the columns and rows of what is shown, in its font


def find_browser() -> str | None:
    """Where a browser is, of Debian's names for it and others'."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """A page in the browser.

    Attributes:
        shown: What the app has sent to the page.
        hosts: Where the page has asked for anything.
    """

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse") -> None:
        self.shown = Shown()
        self.hosts: set[str] = set()
        self._socket = socket
        self._asked = 0

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser do something, and return what came of it."""
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": parameters})
        while (answer := await self._receive()).get("id") != self._asked:
            pass
        assert "error" not in answer, answer
        return dict(answer["result"])

    async def press(self, key: str) -> None:
        """Press a key that types a letter."""
        code = {"key": key, "text": key, "code": f"Key{key.upper()}"}
        number = {"windowsVirtualKeyCode": ord(key.upper())}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **code, **number)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **code, **number)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true of what was sent to the page."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await self._receive()
        except TimeoutError:
            pytest.fail(f"{what!r} did not come; the screen:\n{self.shown.text}")

    async def picture(self) -> bytes:
        """A picture of the page, when it has come to rest."""
        before, now = b"", await self._picture()
        async with asyncio.timeout(PATIENCE):
            while now != before:
                before, now = now, await self._picture()
        return now

    async def _picture(self) -> bytes:
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])

    async def _receive(self) -> dict[str, Any]:
        """Take what the browser tells next."""
        told = dict(await self._socket.receive_json())
        if told.get("method") == "Network.webSocketFrameReceived":
            frame = told["params"]["response"]
            if frame["opcode"] == 2:
                self.shown.feed(base64.b64decode(frame["payloadData"]))
        elif told.get("method") == "Network.requestWillBeSent":
            self.hosts.add(re.sub(r"^\w+:/*([^/:]*).*", r"\1", told["params"]["request"]["url"]))
        return told


@asynccontextmanager
async def open_tab(browser: str, url: str, profile: Path) -> AsyncIterator[Tab]:
    """Open a page in a browser of its own.

    Args:
        browser: The program.
        url: What to open.
        profile: A folder for what it keeps.
    """
    options = ["--headless", "--no-sandbox", "--disable-gpu", WINDOW]
    ports = ["--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = await asyncio.create_subprocess_exec(
        browser, *options, *ports, "about:blank", stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(PATIENCE):
            address = await _address(process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{address}/json/list") as answer:
                tabs = await answer.json()
            where = next(tab for tab in tabs if tab["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(where, max_msg_size=0) as socket:
                tab = Tab(socket)
                await tab.ask("Network.enable")
                await tab.ask("Page.enable")
                await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
                await tab.ask("Page.navigate", url=url)
                yield tab
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the processes that it has started
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    """Return where the browser can be spoken to, which it says on stderr."""
    assert process.stderr is not None
    async for line in process.stderr:
        if found := re.search(rb"DevTools listening on ws://([^/]+)/", line):
            return found[1].decode()
    raise AssertionError("the browser ended")
