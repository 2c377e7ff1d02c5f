"""A screen beside which the page of a lesson stands while one is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import getters
from textual.events import DescendantFocus, Resize
from textual.geometry import Size
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.focus import FocusKeeper
from screens.base.frame import WatchLine
from screens.base.lessons.room import Dock, Place, place_of_page
from screens.shapes.room import HEIGHTS, WIDTHS

if TYPE_CHECKING:
    from screens.base.lessons.teacher import Teacher

Result = TypeVar("Result")

PAGE = "lesson"


class TaughtScreen(FocusKeeper[Result]):
    """A screen that makes room for the page of a lesson.

    Attributes:
        HAS_PAGE_BESIDE: Whether it does; the list of lessons has no page beside.
    """

    HAS_PAGE_BESIDE: ClassVar[bool] = True

    app = getters.app(DebuggerApp)

    _lesson_place: Place | None = None
    _focused_before: Widget | None = None

    @property
    def teacher(self) -> Teacher | None:
        """Who teaches, if a lesson is open that stands beside this screen."""
        taught = self.app.teacher
        if taught is None or taught.opened is None or not self.HAS_PAGE_BESIDE:
            return None
        from screens.base.lessons.teacher import teacher_of  # with NumPy, which a start is without

        return teacher_of(self.app)

    @property
    def live(self) -> Size:
        """The terminal's size without what the page of a lesson takes."""
        size, taken = self.app.size, self._taken
        return Size(size.width - taken.columns, size.height - taken.lines) if taken else size

    @property
    def _taken(self) -> Place | None:
        if self.teacher is None:
            return None
        return place_of_page(*self.app.size, is_folded=self.app.is_lesson_folded)

    @property
    def worked_on(self) -> Widget | None:
        """What has the focus; while that is the page of a lesson, what had it before."""
        if not self.is_page_focused:
            return self.focused
        before = self._focused_before
        if before is not None and before.is_attached and before.focusable:
            return before
        return next((each for each in self.focus_chain if each.id != PAGE), None)

    @property
    def is_page_focused(self) -> bool:
        """Whether the keys belong to the page of a lesson."""
        return self.focused is not None and self.focused.id == PAGE

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Remember what has the focus, for while the page of the lesson has it."""
        if event.widget.id != PAGE:
            self._focused_before = event.widget

    def _get_breakpoint_classes(
        self, dimension: int, breakpoints: list[tuple[int, str]]
    ) -> set[str]:
        """Lay out for the room that the page of a lesson leaves."""
        if (taken := self._taken) is not None:
            dimension -= taken.columns if breakpoints[0] == WIDTHS[0] else taken.lines
        return super()._get_breakpoint_classes(dimension, breakpoints)

    def lesson_widgets(self) -> Iterable[Widget]:
        """Yield the page or its line, where a lesson is open."""
        place, teacher = self._taken, self.teacher
        self._lesson_place = place
        if place is None or teacher is None:
            return
        from screens.base.lessons.panel import LessonLine, LessonPanel

        if place.dock is Dock.LINE:
            yield LessonLine(teacher)
            return
        panel = LessonPanel(teacher)
        panel.add_class(place.dock.value)
        if place.dock is Dock.SIDE:
            panel.styles.width = place.columns
        else:
            panel.styles.height = place.lines
        yield panel

    async def watch_lesson(self) -> None:
        """Show what changed in the lesson; make room for it, or take that back."""
        if self.is_gone:
            return
        if self._taken != self._lesson_place:
            await self.query(f"#{PAGE}, #lesson-line").remove()
            await self.mount_all(self.lesson_widgets(), before=self.query_one(WatchLine))
            self.remove_class(*(name for _, name in (*WIDTHS, *HEIGHTS)))
            if self.is_gone:  # by now
                return
            self.refit()
            self.post_message(Resize(self.app.size, self.app.size))
        self.show_lesson()

    def refit(self) -> None:
        """Lay out for another room, in a subclass."""

    def show_lesson(self) -> None:
        """Show the page as it now is."""
        if self.teacher is None or self._lesson_place is None:
            return
        from screens.base.lessons.panel import LessonLine, LessonPanel

        for panel in self.query(LessonPanel):
            panel.show()
        for line in self.query(LessonLine):
            line.refresh_line()
