"""The page of a lesson, beside the screen that it speaks of; or the line that stands for it."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Static

from screens.base.app import DebuggerApp
from screens.base.closing import is_gone
from screens.base.frame import Plain
from screens.base.lessons.model import CHOOSING, folded_words, heading, todo_lines
from screens.base.lessons.teacher import Teacher

_STYLES = {
    "done": "$text-success",
    "todo": "bold",
    "hint": "$text-muted",
    "chosen": "bold reverse",
    "": "",
}


class LessonPanel(VerticalScroll, can_focus=True):
    """A page: its text, its questions and tasks, and what was said to them."""

    DEFAULT_CSS = """
    LessonPanel { background: $boost; padding: 0 1; height: 1fr; scrollbar-size-vertical: 1; }
    LessonPanel #lesson-title { dock: top; width: 1fr; text-style: bold; color: $text-accent; }
    LessonPanel #lesson-title { background: $boost; }
    LessonPanel #lesson-title { text-overflow: ellipsis; }
    LessonPanel:focus #lesson-title { text-style: bold reverse; }
    LessonPanel #lesson-page { height: auto; layout: vertical; }
    LessonPanel Markdown { padding: 0; margin: 1 0 0 0; background: transparent; }
    LessonPanel Markdown MarkdownParagraph { margin: 0 0 1 0; }
    LessonPanel Markdown MarkdownBulletList { margin: 0 0 1 0; }
    LessonPanel #lesson-todo { height: auto; margin: 0 0 1 0; }
    LessonPanel.-below #lesson-page { layout: horizontal; }
    LessonPanel.-below Markdown { width: 3fr; margin: 0 2 0 0; }
    LessonPanel.-below #lesson-todo { width: 2fr; }
    LessonPanel.-beside { dock: right; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "answer/go on", key_display="enter",
                tooltip="Answer the question; or, once all of the page is done, the next page"),
        Binding("h", "help", "hint",
                tooltip="A hint for the task; after the last hint, its solution is played"),
        Binding("right,l", "turn(1)", "next page", show=False, key_display="→",
                tooltip="The next page, also where something is left to do"),
        Binding("left", "turn(-1)", "page before", show=False, key_display="←",
                tooltip="The page before"),
        Binding("up,k", "choose(-1)", "up", show=False, tooltip="The answer before, or scroll up"),
        Binding("down,j", "choose(1)", "down", show=False, tooltip="The next answer, or scroll"),
        Binding("r", "reset", "again",
                tooltip="This page again: nothing of it is done, and the app is set up for it"),
        Binding("f", "app.fold_lesson", "fold",
                tooltip="Fold the page to a line, or unfold it"),
        Binding("escape", "close", "list", key_display="escape",
                tooltip="Close the lesson; the list shows how far you are"),
    ]  # fmt: skip

    app = getters.app(DebuggerApp)

    def __init__(self, teacher: Teacher) -> None:
        super().__init__(id="lesson")
        self._teacher = teacher
        self._page: object = None

    def compose(self) -> ComposeResult:
        """Make the title, the text, and what is to be done."""
        yield Plain(id="lesson-title")
        with Container(id="lesson-page"):
            yield Markdown(open_links=False)
            yield Static(id="lesson-todo", markup=False)

    def on_mount(self) -> None:
        """Show the page."""
        self.show()

    def show(self) -> None:
        """Show the page as it now is."""
        opened, look = self._teacher.opened, self.app.look
        if opened is None or is_gone(self):  # perhaps before it had anything in it
            return
        width = self.size.width or self.app.size.width  # none before it is laid out
        self.query_one("#lesson-title", Plain).show(heading(opened, width))
        if self._page is not opened.page:
            self._page = opened.page
            # Later: it mounts widgets, and a new snapshot is drawn outside of any message.
            self.call_later(self.query_one(Markdown).update, look.text(opened.page.text))
            self.scroll_home(animate=False)
        lines = [
            Content.styled(look.text(words), _STYLES[style])
            for words, style in todo_lines(opened, self._teacher.progress)
        ]
        self.query_one("#lesson-todo", Static).update(Content("\n").join(lines))
        if opened.said:  # what was said has pushed the rest down
            self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """Scroll down, if need be, to the end of the question in hand, or of all there is."""
        opened, todo = self._teacher.opened, self.query_one("#lesson-todo", Static)
        if opened is None:
            return
        words = [self.app.look.text(each) for each, _ in todo_lines(opened, self._teacher.progress)]
        choosing = self.app.look.text(CHOOSING)
        upto = words[: words.index(choosing) + 1] if choosing in words else words
        lines = Content("\n".join(upto)).get_height({}, max(todo.content_size.width, 1))
        bottom = todo.region.y - self.content_region.y + round(self.scroll_y) + lines
        if bottom > self.scroll_y + self.content_size.height:
            self.scroll_to(y=bottom - self.content_size.height, animate=False)

    def action_go_on(self) -> None:
        """Answer, or go on."""
        if not self._teacher.answer():
            self._teacher.go_on()

    def action_help(self) -> None:
        """Give a hint, or play the solution; a hint stands at the end."""
        self._teacher.help()
        self.call_after_refresh(self.scroll_end, animate=False)

    def action_turn(self, by: int) -> None:
        """Go to another page."""
        self._teacher.turn(by)

    def action_choose(self, by: int) -> None:
        """Point at another answer; without a question, scroll."""
        if self._teacher.choose(by):
            self.call_after_refresh(self._keep_in_sight)
        else:
            self.scroll_relative(y=by, animate=False)

    def action_reset(self) -> None:
        """Begin the page again."""
        self._teacher.reset()

    def action_close(self) -> None:
        """Close the lesson."""
        self._teacher.close()


class LessonLine(Plain):
    """The task in hand, where there is no room for its page."""

    DEFAULT_CSS = "LessonLine { width: 1fr; padding: 0 1; background: $boost; text-style: bold; }"

    def __init__(self, teacher: Teacher) -> None:
        super().__init__(id="lesson-line")
        self._teacher = teacher

    def on_mount(self) -> None:
        """Show it."""
        self.refresh_line()

    def on_resize(self) -> None:
        """Fit the words into the new width."""
        self.refresh_line()

    def refresh_line(self) -> None:
        """Show the task in hand."""
        if self._teacher.opened is not None:
            width = self.app.size.width - 2
            self.show(folded_words(self._teacher.opened, self._teacher.progress, width))
