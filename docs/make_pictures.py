"""Exports the pictures of the README from the real app: ``make pictures``."""

import asyncio
import re
from pathlib import Path

from screens.app import TuiNNApp
from screens.shapes.look import Look
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

FOLDER = Path(__file__).parent / "pictures"
SIZE = (120, 40)
# What to press before each picture, one after the other in the same run.
PICTURES = {
    "data": ["1"],
    "forward": ["2"],
    "backprop": ["3", *"b" * 30, *"n" * 15],
    "training": ["4", "e", "e", "e"],
    "draw": ["6", "space", *["right"] * 10, *["down", "down", "left"] * 7, "space"],
}


async def export() -> None:
    """Press the keys and save each screen as SVG."""
    session = Session(load_recipe("default"), load("embedded"), threads=1, history_memory=2**26)
    app = TuiNNApp(session, Look())
    async with app.run_test(size=SIZE) as pilot:
        for name, keys in PICTURES.items():
            for key in keys:
                await pilot.press(key)
                await _settle(app)
            svg = app.export_screenshot(title="tui-nn", simplify=True)
            # Ids that differ from run to run would make every export a change.
            svg = re.sub(r"terminal-\d+", f"terminal-{name}", svg)
            (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


async def _settle(app: TuiNNApp) -> None:
    epoch = app.snapshot.position.epoch
    await asyncio.sleep(0.2)
    while app.snapshot.activity == "running" and app.snapshot.position.epoch == epoch:
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(export())
