"""The app in a real browser: it opens, and a step changes the page."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.chromium import find_browser, open_tab
from tests.browser.server import Serving, serving

BROWSER = find_browser()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium"),
]


async def step_in_a_browser(server: Serving, profile: Path) -> tuple[bytes, bytes]:
    """Open the app and make one step; return pictures of before and after."""
    async with open_tab(str(BROWSER), server.url, profile) as tab:
        await tab.until(lambda: "op 0/24" in tab.shown.text, "the app")
        before = await tab.picture()
        await tab.press("n")
        await tab.until(lambda: "op 1/24" in tab.shown.text, "the operation")
        after = await tab.picture()
        assert tab.hosts <= {"127.0.0.1", "about", "data"}
    return before, after


def test_it_opens_and_a_step_changes_the_page(tmp_path: Path) -> None:
    with serving() as server:
        before, after = asyncio.run(step_in_a_browser(server, tmp_path / "profile"))
    (tmp_path / "before.png").write_bytes(before)
    (tmp_path / "after.png").write_bytes(after)
    assert before.startswith(b"\x89PNG")
    assert after != before
