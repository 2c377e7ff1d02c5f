"""The server behind ``tui-nn serve``: textual-serve's, for one machine without a network."""

import asyncio
import logging
import re
from typing import Any, cast
from urllib.parse import urlsplit

import click
from aiohttp import web
from textual_serve.server import Server

from tui_nn.errors import TuiNNError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REMOTE_STYLE = re.compile(r"<link[^>]*https?://fonts\.[^>]*>")
_OWN_HEAD = """<style>
  @font-face {
    font-family: "Roboto Mono";
    src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf");
  }
</style>
<script>
  // Keys go to the app without a click first.
  addEventListener("load", () => new MutationObserver((_, watching) => {
    const keyboard = document.querySelector(".xterm-helper-textarea");
    if (keyboard && document.body.classList.contains("-first-byte")) {
      watching.disconnect();
      keyboard.focus();
    }
  }).observe(document.body, {attributes: true}));
</script>"""


class PageServer(Server):
    """Serves the app: each page that is opened has a process of its own."""

    def __init__(self, command: str, host: str, port: int) -> None:
        """Prepare to serve.

        Args:
            command: What is run for each page, for a shell.
            host: The address that is listened at.
            port: The port there.
        """
        super().__init__(command, host=host, port=port, title="tui-nn")
        self._open: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        """Serve until Ctrl+C.

        Raises:
            TuiNNError: The address cannot be listened at.
        """
        logging.basicConfig(level="WARNING", format="tui-nn: %(message)s")
        try:
            web.run_app(self._make_app(), host=self.host, port=self.port, print=self._say_where)
        except OSError as error:
            raise TuiNNError(f"{self.public_url}: {error.strerror or error}") from None

    def _say_where(self, _: str) -> None:
        click.echo(f"tui-nn is at {self.public_url}   (Ctrl+C ends it)")

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet: it does not listen."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002
        """Have each app that is open keep its run and end."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def handle_index(self, request: web.Request) -> Any:
        """Return the page, whose parts all come from the address that it was opened at."""
        response = cast(web.Response, await super().handle_index(request))
        own = f"{request.scheme}://{request.host}"
        page = _REMOTE_STYLE.sub(_OWN_HEAD, response.text or "").replace(self.public_url, own)
        response.text = page.replace(_socket(self.public_url), _socket(own))
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the app for a page, unless the page is somebody else's."""
        origin = request.headers.get("Origin")
        is_own = origin is None or urlsplit(origin).netloc == request.host
        if not is_own or not self._may_be_called(request.host):
            raise web.HTTPForbidden(text="This page is not one of tui-nn's.")
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._open.add(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._open.discard(task)

    def _may_be_called(self, host: str) -> bool:
        """Return whether a name is this machine's, where only this machine is served."""
        name = urlsplit(f"//{host}").hostname
        return self.host not in LOOPBACK or name in LOOPBACK


def _socket(url: str) -> str:
    return url.replace("http", "ws", 1)
