"""The app through its server, as a page speaks to it."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.browser.server import PATIENCE, Serving, command, serving
from tests.browser.shown import COLUMNS, ROWS, Shown
from tui_nn.training.storage.checkpoint import load_checkpoint

aiohttp = pytest.importorskip("aiohttp", reason="needs textual-serve: the extra serve")


class Page:
    """An open page."""

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse") -> None:
        self.shown = Shown()
        self._socket = socket

    async def press(self, keys: str) -> None:
        """Press keys."""
        await self._socket.send_json(["stdin", keys])

    async def resize(self, columns: int, rows: int) -> None:
        """Pull at the window's corner."""
        self.shown.resize(columns, rows)
        await self._socket.send_json(["resize", {"width": columns, "height": rows}])

    async def sees(self, *texts: str) -> None:
        """Wait until all of some texts are on the screen at once."""
        await self.until(lambda: all(text in self.shown.text for text in texts), " ".join(texts))

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true of the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    message = await self._socket.receive()
                    assert message.type is aiohttp.WSMsgType.BINARY, (message, self.shown.text)
                    self.shown.feed(message.data)
        except TimeoutError:
            pytest.fail(f"{what!r} did not come; the screen:\n{self.shown.text}")

    async def ends(self) -> None:
        """Wait until the server has closed it."""
        async with asyncio.timeout(PATIENCE):
            while (await self._socket.receive()).type is aiohttp.WSMsgType.BINARY:
                pass


def in_a_page(server: Serving, script: Callable[[Page], Awaitable[None]]) -> None:
    """Open a page, do something there, and close it."""

    async def run() -> None:
        socket = f"{server.url}/ws?width={COLUMNS}&height={ROWS}"
        async with aiohttp.ClientSession() as browser, browser.ws_connect(socket) as opened:
            await opened.send_json(["focus"])
            page = Page(opened)
            await page.sees("step 0 ", "op 0/24", "paused")
            await script(page)

    asyncio.run(run())


def get(url: str, **headers: str) -> tuple[int, str]:
    """Ask for a page; return the status and the text."""

    async def run() -> tuple[int, str]:
        async with aiohttp.ClientSession() as browser, browser.get(url, headers=headers) as answer:
            return answer.status, await answer.text(errors="replace")

    return asyncio.run(run())


def test_it_opens_steps_trains_and_keeps_the_run_of_a_page_that_is_closed(
    state_folder: Path,
) -> None:
    seen = 0

    async def script(page: Page) -> None:
        nonlocal seen
        await page.press("n")
        await page.sees("op 1/24 next a1")
        await page.resize(80, 24)
        await page.press("b")
        await page.sees("step 1 ", "op 0/24", "paused")
        await page.press(" >>>>>")
        await page.until(lambda: page.shown.step > 100, "step 100")
        seen = page.shown.step

    async def again(page: Page) -> None:
        await page.sees("The last run was interrupted at step")
        await page.press("q")
        await page.ends()

    with serving("--seed", "7") as server:
        in_a_page(server, script)
        kept = wait_for(state_folder / "interrupted.safetensors")
        run = load_checkpoint(kept)
        assert run.step >= seen
        assert run.recipe.training.seed == 7
        in_a_page(server, again)
        code, said = server.end(signal.SIGINT)
    assert code == 0
    assert "Traceback" not in said


def wait_for(path: Path) -> Path:
    """Wait until a file is there; the app ends in its own time."""

    async def until_it_is_there() -> None:
        async with asyncio.timeout(PATIENCE):
            while not path.exists():
                await asyncio.sleep(0.02)

    asyncio.run(until_it_is_there())
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_a_server_that_ends_has_every_run_kept(number: signal.Signals, state_folder: Path) -> None:
    ended: list[tuple[int, str]] = []

    async def script(page: Page) -> None:
        await page.press("bbb")
        await page.sees("step 3 ", "paused")
        ended.append((await asyncio.gather(asyncio.to_thread(server.end, number), page.ends()))[0])

    with serving() as server:
        in_a_page(server, script)
    assert ended[0][0] == 0
    assert "Traceback" not in ended[0][1]
    assert load_checkpoint(state_folder / "interrupted.safetensors").step == 3


def test_its_page_needs_no_network_and_serves_no_other_page() -> None:
    with serving() as server:
        status, page = get(server.url)
        assert status == 200
        assert f"ws://127.0.0.1:{server.port}/ws" in page
        assert "https://" not in page
        for own in re.findall(r"/static/[\w/.-]+", page):
            assert get(f"{server.url}{own}")[0] == 200, own
        socket = f"{server.url}/ws"
        assert get(socket, Origin="http://elsewhere.example")[0] == 403
        elsewhere = f"elsewhere.example:{server.port}"
        assert get(socket, Origin=f"http://{elsewhere}", Host=elsewhere)[0] == 403
        taken = run("--port", str(server.port))
        assert taken.returncode == 1
        assert taken.stderr.startswith(f"tui-nn: {server.url}: ")
        assert len(taken.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--recpie", "3b1b"), 2, "tui-nn: No such option '--recpie'"),
        (("--recipe", "nowhere"), 1, "tui-nn: no recipe"),
        (("train",), 2, "tui-nn: Got unexpected extra argument (train)"),
        (("--port", "0"), 2, "tui-nn: Invalid value for '--port'"),
    ],
)
def test_what_the_app_would_refuse_is_refused_at_once(
    options: tuple[str, ...], code: int, said: str
) -> None:
    refused = run(*options)
    assert (refused.returncode, refused.stdout) == (code, "")
    assert refused.stderr.startswith(said)
    assert len(refused.stderr.splitlines()) == 1


def test_without_the_extra_it_says_what_to_install() -> None:
    without = "import sys; sys.modules['textual_serve'] = None; sys.modules['aiohttp'] = None\n"
    code = f"{without}from tui_nn.cli import main; sys.exit(main(['serve']))"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert said.returncode == 1
    assert said.stderr.endswith("pip install 'tui-nn[serve]'\n")
    assert len(said.stderr.splitlines()) == 1


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run a server that is to end by itself."""
    return subprocess.run(
        command(*options), capture_output=True, text=True, check=False, timeout=PATIENCE
    )
