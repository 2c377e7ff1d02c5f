"""An app with a bit of everything that a compositor has to deal with, shown on a real display."""

from random import Random
from typing import Any, ClassVar

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._context import visible_screen_stack
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from screens.base.terminal.app import TerminalApp
from screens.shapes.look import Look
from tests.screens.terminal.display import Display

SIZE = (64, 20)


class DisplayDriver(HeadlessDriver):
    """Writes to a display, where the headless one writes nowhere."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.display = Display(*(self._size or SIZE))

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.display.feed(data)


def display_of(app: App[Any]) -> Display:
    assert isinstance(app._driver, DisplayDriver)
    return app._driver.display


def redrawn(app: App[Any]) -> Display:
    """A display on which everything has been drawn anew, from the back to the front."""
    compositor = app.screen._compositor
    visible_screen_stack.set(app._background_screens)
    fresh = Display(*compositor.size)
    for widget, (region, clip) in reversed(compositor.visible_widgets.items()):
        shown = region.intersection(clip)
        for y, strip in enumerate(widget.render_lines(shown - region.offset), shown.y):
            fresh.feed(f"\x1b[{y + 1};{shown.x + 1}H{written(strip, app.console)}")
    return fresh


def written(strip: Strip, console: Console) -> str:
    """A strip as Textual writes it; styles keep what they were written as, so copies of them."""
    colors = console._color_system or ColorSystem.TRUECOLOR
    return "".join(
        Strip.render_style(style.copy() if style else Style(), text, colors)
        for text, style, _ in strip
    )


async def settled(app: App[Any], pilot: Pilot[Any]) -> list[str]:
    """Wait until nothing is to be drawn, and say where the terminal shows something else."""
    for _ in range(100):
        await pilot.pause(0.001)
        if not (differences := waiting(app) or display_of(app).differences(redrawn(app))):
            break
    return differences


def waiting(app: App[Any]) -> list[str]:
    """Say what is still to be drawn."""
    screen = app.screen
    undrawn = {
        "widgets": screen._dirty_widgets or screen._repaint_required,
        "layout": screen._layout_required,
        "size": screen._compositor.size != app.size,
    }
    return [what for what, is_so in undrawn.items() if is_so]


class Picture(Widget):
    """Half blocks in many colours, of which one or all change."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance
        self.pixels = [[self.color() for _ in range(16)] for _ in range(12)]

    def color(self) -> str:
        return self.chance.choice(["#000000", "#303030", "#ff8700", "#0087ff", "#ffffff"])

    def render_line(self, y: int) -> Strip:
        if 2 * y + 1 >= len(self.pixels):
            return Strip.blank(self.size.width)
        pairs = zip(self.pixels[2 * y], self.pixels[2 * y + 1], strict=True)
        return Strip([Segment("▀", Style(color=up, bgcolor=down)) for up, down in pairs])

    def dab(self) -> None:
        y, x = self.chance.randrange(12), self.chance.randrange(16)
        self.pixels[y][x] = self.color()
        self.refresh()


class Window(ModalScreen[None]):
    """A dialog, through which the screen below is seen."""

    CSS = """
    Window { align: center middle; background: $background 60%; }
    Window Static { width: 21; height: 5; border: round red; }
    """

    def compose(self) -> ComposeResult:
        yield Static("a window with 漢字 in it")
        yield Input("text")


class Room(Screen[None]):
    """Pictures and texts that scroll, and a note that lies over them."""

    CSS = """
    #note { layer: above; offset: 9 2; width: 13; height: 3; background: green; }
    Room { layers: below above; }
    VerticalScroll { width: 1fr; border: heavy $primary; }
    Picture { width: 16; height: 6; }
    .tall { height: 3; }
    Static.odd { background: $panel; text-style: bold underline; }
    """

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance

    def compose(self) -> ComposeResult:
        with Horizontal():
            with VerticalScroll():
                for line in range(30):
                    yield Static(f"{line} 漢字漢字漢 e\u0301 · ▄▀ words", classes="line")
            with VerticalScroll():
                yield Picture(self.chance)
                for line in range(12):
                    yield Label(f"line {line}", classes="line")
        yield Static("a note 漢字", id="note")


class Playground(TerminalApp[None]):
    """Two rooms and a window."""

    MODES: ClassVar = {
        "one": lambda: Room(Random(1)),
        "two": lambda: Room(Random(2)),
    }
    DEFAULT_MODE = "one"

    def __init__(self, look: Look | None = None) -> None:
        super().__init__(look)
        self.driver_class = DisplayDriver
