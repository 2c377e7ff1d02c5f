"""Screen 8: the lessons, how far one is, and, in a small terminal, the page that is open."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.base.lessons.model import lesson_line, lesson_words
from screens.base.lessons.panel import LessonPanel
from screens.base.lessons.teacher import Teacher, teacher_of
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.inspect.selection import Selection
from screens.widgets.options import Options
from tui_nn.training.session.snapshot import Snapshot


class LearnScreen(DebuggerScreen):
    """Lessons that set the app up, ask what will happen, and see for themselves what you do in it.

    Enter opens a lesson where you left it. Its page stands beside the screen that it speaks of,
    or under it; in a small terminal a line names the task, and 8 goes to the page and back. A task
    is met by whatever way leads there; then 8 goes on. A question is to be answered before the app
    shows what happens. On the page, h gives a hint, and after the last one plays the solution; r
    begins the page again; escape comes back here.
    """

    MODE: ClassVar[str] = "learn"
    SHOWS_SAMPLE = False
    HAS_PAGE_BESIDE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "learn.tcss"]

    _shown: object = None
    _described = ""

    @property
    def _lessons(self) -> Teacher:
        """The lessons, read when they are first looked at."""
        teacher = teacher_of(self.app)
        if teacher is None:
            self.app.teacher = teacher = Teacher(self.app, self.app.lessons_folder)
        return teacher

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, and what is said of the lesson that is pointed at."""
        lessons = self._lessons
        yield Container(Options(), Static(id="about", markup=False), id="lessons")
        yield Static("\n".join(f"! {each}" for each in lessons.library.faults), id="faults",
                     markup=False)  # fmt: skip
        yield LessonPanel(lessons)

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002
        """Show the list, or the page that is open."""
        self.show_lesson()

    async def watch_lesson(self) -> None:
        """Show what changed in the lesson."""
        self.show_lesson()

    def show_lesson(self) -> None:
        """Show the list, or the page that is open."""
        lessons, panel = self._lessons, self.query_one(LessonPanel)
        is_reading = lessons.opened is not None
        panel.display = is_reading
        self.set_class(is_reading, "-reading")
        if is_reading:
            panel.show()
            if not panel.has_focus:
                panel.focus()
            return
        options = self.query_one(Options)
        brief, progress = self.has_class("-narrow"), lessons.progress
        lines = [lesson_line(each, progress, brief=brief) for each in lessons.library.lessons]
        if lines != self._shown:
            self._shown = lines
            at = options.highlighted or 0
            options.set_options(Option(Content(self.app.look.text(line))) for line in lines)
            options.highlighted = min(at, len(lines) - 1) if lines else None
        self._describe(options.highlighted)
        if self.focused is None or self.focused is panel:
            options.focus()

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say what a lesson is about."""
        self._describe(message.option_index)

    def _describe(self, index: int | None) -> None:
        lessons = self._lessons
        words = "There are no lessons here."
        if index is not None and lessons.library.lessons:
            words = lesson_words(lessons.library.lessons[index], lessons.progress)
        if words != self._described:
            self._described = words
            self.query_one("#about", Static).update(self.app.look.text(words))

    @on(OptionList.OptionSelected)
    def begin(self, message: OptionList.OptionSelected) -> None:
        """Open a lesson."""
        self._lessons.open(self._lessons.library.lessons[message.option_index])
