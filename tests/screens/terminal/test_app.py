"""The oracle: what the terminal shows is what a full redraw would show."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from random import Random

import pytest
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import Static

from screens.base.terminal.seen import SeenCompositor
from screens.shapes.look import ColorMode, Look
from tests.screens.bench import slowly
from tests.screens.terminal.playground import (
    SIZE,
    Picture,
    Playground,
    Room,
    Window,
    display_of,
    settled,
)

MOVES = 27  # each of them at least once
SOAK = 1000  # the same moves and more: a search, which finds more the longer it takes
OFTEN = ["dab", "scroll", "note", "grow", "hide", "class", "dialog", "key", "blank", "text", "text"]
SELDOM = ["mode", "resize", "toast", "theme", "redraw"]


def play(
    script: Callable[[Playground, Pilot[None]], Awaitable[None]], colors: ColorMode = "truecolor"
) -> None:
    app = Playground(Look(colors))

    async def perform() -> None:
        async with app.run_test(headless=False, size=SIZE, notifications=True) as pilot:
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(perform())


def things_to_do(chance: Random) -> Iterator[str]:
    """All of them again and again, in another order every time."""
    while True:
        yield from chance.sample([*OFTEN, *OFTEN, *SELDOM], 2 * len(OFTEN) + len(SELDOM))


async def move(app: Playground, pilot: Pilot[None], chance: Random, what: str) -> None:
    """Do something."""
    room = app.screen_stack[0]
    assert isinstance(room, Room)
    lines = list(room.query(".line").results(Static))
    match what:
        case "dab":
            room.query_one(Picture).dab()
        case "text":
            line = chance.choice(lines)
            line.update(chance.choice(["漢", "a漢b", "words e\u0301", "▄▄▀", "", "x" * 40]))
        case "blank":
            chance.choice(lines).visible = chance.random() < 0.7
        case "scroll":
            box = chance.choice(list(room.query(VerticalScroll)))
            box.scroll_to(y=chance.randrange(20), animate=False)
        case "note":
            note = room.query_one("#note")
            note.styles.offset = (chance.randrange(50), chance.randrange(16))
        case "grow":
            chance.choice(lines).toggle_class("tall")
        case "hide":
            line = chance.choice(lines)
            line.display = not line.display
        case "class":
            chance.choice(lines).toggle_class("odd")
        case "dialog":
            if isinstance(app.screen, Window):
                app.pop_screen()
            else:
                await app.push_screen(Window())
        case "key":
            app.simulate_key(chance.choice(["tab", "x", "漢", "left", "backspace"]))
        case "mode":
            await app.switch_mode(chance.choice(["one", "two"]))
        case "toast":
            if chance.random() < 0.5:
                app.clear_notifications()
            else:
                app.notify("something 漢字 happened", timeout=600)
        case "theme":
            app.theme = chance.choice(["textual-light", "nord", "textual-dark"])
        case "redraw":
            display_of(app).feed("\x1b[Hrubbish from elsewhere")
            app.action_redraw()
        case "resize":
            size = chance.randrange(20, 90), chance.randrange(6, 30)
            display_of(app).resize(*size)
            await pilot.resize_terminal(*size)


@pytest.mark.parametrize("colors", ["256", "none", *slowly("truecolor", "16")])
@pytest.mark.parametrize("moves", [MOVES, pytest.param(SOAK, marks=pytest.mark.slow)])
def test_the_terminal_shows_what_a_full_redraw_would(colors: ColorMode, moves: int) -> None:
    chance = Random(colors)
    done: list[str] = []

    async def script(app: Playground, pilot: Pilot[None]) -> None:
        for number, what in enumerate(islice(things_to_do(chance), moves)):
            await move(app, pilot, chance, what)
            done.append(what)
            await pilot.pause(0)
            if number % 5 == 4:
                differences = await settled(app, pilot)
                assert not differences, f"after {done[-5:]}: {differences[:5]}"

    play(script, colors)
    assert set(done) == {*OFTEN, *SELDOM}, "everything has been tried"


def test_a_still_picture_writes_nothing() -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen._compositor, SeenCompositor)
        await settled(app, pilot)
        display_of(app).sent = ""
        for widget in app.screen.query("*"):
            widget.refresh()
        await pilot.pause()
        app.screen.refresh(layout=True)
        await pilot.pause()
        assert display_of(app).sent == ""

    play(script)


def test_a_changed_cell_travels_alone() -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        display_of(app).sent = ""
        first = app.screen.query(".line").first(Static)
        first.update(str(first.visual).replace("words", "wards"))
        await pilot.pause()
        assert display_of(app).sent.startswith("\x1b[2;")
        assert len(display_of(app).sent) < 40

    play(script, "256")


def test_a_screen_that_was_cleared_is_drawn_again() -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        display_of(app).feed("\x1b[2J")
        assert app._driver is not None
        app._driver.write("\x1b[?1049h")  # as after Ctrl+Z and fg
        app._resume_signal()
        assert await settled(app, pilot) == []

    play(script)


def test_plain_is_textual_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_NN_TERMINAL", "plain")

    async def script(app: Playground, pilot: Pilot[None]) -> None:
        assert not isinstance(app.screen._compositor, SeenCompositor)
        assert await settled(app, pilot) == []
        display_of(app).sent = ""
        app.screen.query_one(Picture).refresh()
        await pilot.pause()
        assert len(display_of(app).sent) > 16 * 6

    play(script)


def test_a_size_that_was_overtaken_by_an_older_one_is_told_again() -> None:
    async def script(app: Playground, pilot: Pilot[None]) -> None:
        old, new = Size(50, 14), Size(70, 22)
        assert app._driver is not None
        app._size = app._driver._size = new
        display_of(app).resize(*new)
        app.screen.post_message(Resize(new, new))
        app.screen._refresh_layout(old)  # whose own message replaces the one that waits
        assert await settled(app, pilot) == []

    play(script)
