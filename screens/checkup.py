"""What a report says of the face: how a terminal is drawn, and whether a frame can be drawn."""

import asyncio

from screens.app import TuiNNApp
from screens.launch import start
from screens.shapes.look import detect
from tui_nn.options import AppOptions


def look_words() -> str:
    """Return how this terminal would be drawn: ``256 colours, braille``."""
    look = detect()
    colors = "no colours" if look.colors == "none" else f"{look.colors} colours"
    glyphs = "ASCII" if look.ascii else "braille" if look.has_braille else "blocks"
    return f"{colors.replace('truecolor colours', 'truecolor')}, {glyphs}"


def draw_a_frame() -> None:
    """Open the app without a terminal, draw once, and close it.

    Raises:
        Exception: Whatever failed.
    """

    async def draw() -> None:
        session, _, _ = start(AppOptions())
        async with TuiNNApp(session, detect()).run_test(size=(80, 24)) as pilot:
            await pilot.pause()

    asyncio.run(draw())
