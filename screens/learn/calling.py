"""What the key of the lessons does while one is open, and what lessons ask of what is seen."""

from __future__ import annotations

from screens.base.app import DebuggerApp
from screens.base.dialog import Dialog
from screens.base.lessons.panel import LessonPanel
from screens.base.lessons.teacher import Teacher
from screens.base.screen import DebuggerScreen
from screens.inspect.subject import Source, Target
from tui_nn.lessons.situation import Number


async def call_lesson(app: DebuggerApp, teacher: Teacher) -> None:
    """Go on where all of the page is done; else from the screen to the page, or back."""
    screen, opened = app.screen, teacher.opened
    if not isinstance(screen, DebuggerScreen) or opened is None:
        return
    panel = next(iter(screen.query(LessonPanel)), None)
    if opened.page.items and teacher.is_page_done:
        teacher.turn(1)
    elif panel is None:
        await app.switch_mode("learn")
    elif not panel.has_focus:
        panel.focus()
    elif app.current_mode == "learn":
        await app.switch_mode(opened.page.setup.screen)
    else:
        screen.focus_next()


def whereabouts(app: DebuggerApp) -> tuple[str, Number | None, str]:
    """Return the screen that is seen, the number that is explained there, and the open dialog."""
    screen = app.screen
    window = type(screen).__module__.split(".")[-2] if isinstance(screen, Dialog) else ""
    explained = screen.explained if isinstance(screen, DebuggerScreen) else None
    number = None if explained is None else _number(explained)
    return str(app.current_mode), number, window


def _number(target: Target) -> Number:
    return Number(target.name, target.index, is_sample=target.source is Source.PROBE)
