"""The oracle on the real screens: what the terminal shows is what a full redraw would show."""

import asyncio
from random import Random

import pytest

from screens.app import TuiNNApp
from screens.shapes.look import Look
from tests.screens.terminal.playground import DisplayDriver, display_of, settled
from tests.training.runs import session

KEYS = [
    *"123456nnnbbNBE[]hjkl+-?gxpca",
    *("up", "down", "left", "right", "tab", "enter", "escape", "escape", "escape", "ctrl+p"),
]


@pytest.mark.parametrize("moves", [30, pytest.param(120, marks=pytest.mark.slow)])
def test_the_terminal_shows_what_a_full_redraw_would(moves: int) -> None:
    app, chance = TuiNNApp(session(history_memory=2**26), Look("256")), Random(3)
    app.driver_class = DisplayDriver

    async def perform() -> None:
        async with app.run_test(headless=False, size=(100, 32), notifications=True) as pilot:
            done = []
            for _ in range(moves):
                done.append(chance.choice(KEYS))
                app.simulate_key(done[-1])
                if chance.random() < 0.05:
                    size = chance.randrange(50, 130), chance.randrange(15, 45)
                    display_of(app).resize(*size)
                    await pilot.resize_terminal(*size)
                    done.append(f"resize to {size}")
                differences = await settled(app, pilot)
                assert not differences, f"after {done[-5:]}: {differences[:5]}"

    asyncio.run(perform())
