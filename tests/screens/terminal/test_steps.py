"""A step changes pictures, not the layout; a still picture writes nothing."""

import asyncio

import pytest

from screens.app import TuiNNApp
from screens.shapes.look import Look
from screens.tables import SCREENS
from tests.screens.bench import Person, Reflows, at_the_keyboard, in_sizes, slowly
from tests.screens.rest import at_rest
from tests.screens.terminal.playground import DisplayDriver, display_of
from tests.training.runs import method, session

MODES = [each.mode for each in SCREENS]
ADAM = method(optimizer="adam", learning_rate=0.001)


@in_sizes((80, 24), (120, 40))
@pytest.mark.parametrize("whole", [False, *slowly(True)])
def test_a_step_asks_for_no_layout(reflows: Reflows, size: tuple[int, int], whole: bool) -> None:
    async def script(person: Person) -> None:
        asked: dict[str, list[str]] = {}
        operations = len(person.app.snapshot.program.operations)
        keys = ["n"] * (operations + 2) + ["b"] * 3 if whole else [*"nnnNnnb"]
        for entry in SCREENS:
            await person.press(entry.key, "b")
            for key in keys:
                reflows.count = 0
                await person.press(key)
                if reflows.count:
                    asked.setdefault(entry.mode, []).append(key)
        assert asked == {}

    at_the_keyboard(script, recipe=ADAM, size=size)


@pytest.mark.slow
def test_a_still_picture_writes_nothing() -> None:
    app = TuiNNApp(session(), Look("256"))
    app.driver_class = DisplayDriver

    async def perform() -> None:
        async with app.run_test(headless=False, size=(120, 40), notifications=True):
            for mode in MODES:
                await app.action_show(mode)
                await at_rest(app)
                display_of(app).sent = ""
                for widget in app.screen.query("*"):
                    widget.refresh()
                app.screen.refresh(layout=True)
                await at_rest(app)
                assert display_of(app).sent == "", mode

    asyncio.run(perform())
