"""The oracle on the real screens: what the terminal shows is what a full redraw would show."""

import asyncio
from random import Random

import pytest

from screens.app import TuiNNApp
from screens.base.panel import Panel
from screens.shapes.look import Look
from tests.screens.terminal.playground import (
    DisplayDriver,
    display_of,
    settled,
    waiting,
)
from tests.training.runs import session

KEYS = [
    *"123456nnnbbNBE[]hjkl+-?gxpca",
    *("up", "down", "left", "right", "tab", "enter", "escape", "escape", "escape", "ctrl+p"),
]
WHILE_IT_RUNS = [*"12345hjkl[]vV", "up", "down", "left", "right", "tab", "shift+tab"]
SIZES = [(120, 40), (80, 24), (120, 40), (61, 19), (200, 60)]


@pytest.mark.parametrize("moves", [12, pytest.param(120, marks=pytest.mark.slow)])
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


@pytest.mark.parametrize("rounds", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_titles_stay_where_they_belong_while_it_runs_at_full_speed(
    rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, chance = TuiNNApp(session(history_memory=2**26), Look("256")), Random(5)
    app.driver_class = DisplayDriver
    titles: set[str] = set()
    retitle = Panel.retitle

    def watched(panel: Panel, title: str) -> None:
        retitle(panel, title)
        titles.add(str(panel._title.content))

    monkeypatch.setattr(Panel, "retitle", watched)

    async def perform() -> None:
        async with app.run_test(headless=False, size=SIZES[0], notifications=True) as pilot:
            app.simulate_key("3")
            app.simulate_key("n")
            app.action_speed(9)
            for _ in range(rounds):
                app.action_toggle_run()
                for _ in range(12):
                    app.simulate_key(chance.choice([*WHILE_IT_RUNS, *"333"]))
                    for _ in range(chance.randrange(12)):
                        await pilot.pause(0.001)
                        assert waiting(app) or not damaged(app, titles)
                    if chance.random() < 0.1:
                        display_of(app).resize(*(size := chance.choice(SIZES)))
                        await pilot.resize_terminal(*size)
                app.trainer.pause()
                differences = await settled(app, pilot)
                assert not differences, differences[:5]
                assert not damaged(app, titles)

    asyncio.run(perform())


def damaged(app: TuiNNApp, titles: set[str]) -> list[str]:
    """Say which panel shows something over its title.

    Args:
        app: It may be about to draw the next title.
        titles: All that there have been so far.
    """
    found, lines = [], display_of(app).text.split("\n")
    panels = list(app.screen.query(Panel))
    titles |= {str(panel._title.content) for panel in panels}  # the first ones
    for panel in panels:
        title = panel._title
        region, clip = app.screen._compositor.visible_widgets.get(title, (None, None))
        if region is None or region.intersection(clip) != region:
            continue
        shown = lines[region.y][region.x : region.right].rstrip()
        if not any(shown == each or is_cut(shown, each) for each in titles):
            found.append(f"{shown!r} at {region} is no title of a panel")
        found += [
            f"{part} lies over {shown}"
            for part in panel._parts
            if part.display and part.region.overlaps(title.region)
        ]
    return found


def is_cut(shown: str, title: str) -> bool:
    return not shown or (shown[-1] == "…" and title.startswith(shown[:-1].rstrip()))
