"""The form of hyperparameters: what each means, applied to the run or to a new one, or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import ClassVar

from msgspec.structs import replace
from rich.console import Group
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, DescendantFocus
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.controls import Control, Controls
from screens.base.dialog import DIALOG_STYLE, Dialog, ask_and_open
from screens.base.new_runs import left_words
from screens.dialogs.edits.dialog import EditsDialog
from screens.dialogs.save_recipe.dialog import SaveRecipeDialog
from screens.dialogs.settings import model as form
from screens.dialogs.settings import words as form_words
from screens.dialogs.settings.entry import Entry
from screens.dialogs.settings.fields import FIELD_AT, FIELDS, Field
from screens.shapes.format import counted
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session

_NAMES = 25  # columns, as in settings.tcss
_FIRST = "training.learning_rate"  # what people change most
_FAULT = "settings--fault"
_KEYS = (
    Control("↑↓", "field", "", "app.focus_next"),
    Control("enter", "apply", "", "screen.apply"),
    Control("ctrl+r", "restart", "", "screen.restart"),
    Control("ctrl+s", "save recipe", "", "screen.save"),
    Control("escape", "close", "", "screen.close"),
)


class SettingsDialog(Dialog[None]):
    """A form over the run's recipe, each field with its meaning. The run goes on meanwhile."""

    CSS_PATH: ClassVar = [DIALOG_STYLE, "settings.tcss"]
    COMPONENT_CLASSES: ClassVar[set[str]] = {_FAULT}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "restart", "restart", tooltip="A new run with these hyperparameters"),
        Binding("ctrl+s", "save", "save", tooltip="Save these hyperparameters as a recipe file"),
        Binding("ctrl+t", "edits", "edits", tooltip="The edits of this run so far"),
    ]

    def __init__(self, recipe: Recipe, first: str = _FIRST) -> None:
        """Make the form.

        Args:
            recipe: The run's, as it now is.
            first: Which field to begin at.
        """
        super().__init__()
        self._first = first
        self._present = recipe
        self._filled = form.filled(recipe, {})
        self._shown: dict[str, tuple[object, ...]] = {}

    @classmethod
    def open(cls, app: DebuggerApp, first: str = _FIRST) -> None:
        """Show the run's hyperparameters as they are now.

        Args:
            app: The app.
            first: Which field to begin at.
        """
        ask_and_open(
            app,
            lambda session: session.recipe_now,
            lambda recipe: app.push_screen(cls(recipe, first)),
        )

    @property
    def _field(self) -> Field:
        """The one that has the focus."""
        focused = self.focused
        return focused.field if isinstance(focused, Entry) else FIELD_AT[_FIRST]

    def compose_body(self) -> Iterable[Widget]:
        """Make a line for each field, and the words beside or below."""
        texts, first = form.texts_of(self._present), _section_starts()
        with Container(id="form"):
            with VerticalScroll(id="fields", can_focus=False), Horizontal():
                yield Static(id="names")
                with Vertical(id="values"):
                    for field in FIELDS:
                        yield Entry(field, texts[field.path], first=field.path in first)
                yield Static(id="marks")
            yield Static(id="about")
        yield Static(id="plan")
        yield Controls()

    def on_mount(self) -> None:
        """Begin where people change most."""
        self.watch(self.app, "snapshot", self._count_edits)
        self.query_one("#keys").display = False
        self.query_one(Controls).show(_KEYS)
        for part in self.query("#names, #marks"):
            part.styles.height = len(FIELDS) + len(_section_starts())
        self._entry(self._first).focus()

    def _count_edits(self) -> None:
        """Say in the title how many edits the run has, which may become more meanwhile."""
        count = len(self.app.snapshot.edits)
        edits = f" · {counted(count, 'edit')} so far: ctrl+t lists them" if count else ""
        self.retitle(f"Hyperparameters of {self._present.name}{edits}")

    def _entry(self, path: str) -> Entry:
        return next(each for each in self.query(Entry) if each.field.path == path)

    # What is to be seen; nothing of it changes its size, so nothing has to be laid out again

    @on(Input.Changed)
    @on(DescendantFocus)
    def show(self) -> None:
        """Say what the form comes to, and what the focused field means."""
        texts = {each.field.path: each.value for each in self.query(Entry)}
        self._filled = filled = form.filled(self._present, texts)
        field, faults = self._field, filled.faults
        for entry in self.query(Entry):
            entry.set_class(entry.field.path in faults, "-refused")
        marks = tuple(form_words.mark(each, filled, self._present) for each in FIELDS)
        self._update("names", self._names, field)
        self._update("marks", self._marks, marks)
        self._update("about", self._about, field, self._present, faults.get(field.path, ""))
        self._update("plan", self._plan, form_words.plan(filled, field.path), bool(faults))

    def _update(self, part: str, draw: Callable[..., VisualType], *shown: object) -> None:
        """Draw a part of the window, if it shows something else than it did."""
        if self._shown.get(part) != shown:
            self._shown[part] = shown
            self.query_one(f"#{part}", Static).update(draw(*shown), layout=False)

    def on_resize(self) -> None:
        """Space the words out where there is room."""
        self._shown.clear()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Keep the focused field in sight."""
        self.show()
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def _names(self, focused: Field) -> Content:
        look, starts, lines = self.app.look, _section_starts(), []
        for field in FIELDS:
            if field.path in starts:
                lines.append(Content.styled(field.section, "bold $text-accent"))
            cursor, symbol = (
                look.text("▶" if field is focused else ""),
                look.text(field.about.symbol),
            )
            name = f"{cursor:2} {field.name:{_NAMES - len(symbol) - 4}}{symbol}"
            lines.append(Content.styled(name, "bold" if field is focused else ""))
        return Content("\n").join(lines)

    def _marks(self, marks: Sequence[str]) -> Content:
        look, starts, lines = self.app.look, _section_starts(), []
        for field, mark in zip(FIELDS, marks, strict=True):
            if field.path in starts:
                lines.append(Content(""))
            style = "bold $text-error" if mark.startswith("!") else "bold"
            lines.append(Content.styled(look.text(mark), style))
        return Content("\n").join(lines)

    def _plan(self, words: str, is_refused: bool) -> Content:
        style = "bold $text-error" if is_refused else "bold"
        return Content.styled(self.app.look.text(words), style)

    def _about(self, field: Field, present: Recipe, fault: str) -> Group:
        """What a field means, and what is wrong with it."""
        look, wide = self.app.look, not self.has_class("-narrow")
        heading = form_words.heading(field, present)
        lines = [Text(look.text(heading), "bold")]
        if fault:
            color = self.get_component_rich_style(_FAULT).color
            lines.append(Text(look.text(f"! {fault}"), Style(bold=True, color=color)))
        lines.append(Text(look.text(field.about.meaning)))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for name, words in form_words.description(field):
            table.add_row(look.text(name), Text(look.text(words)))
            if wide:
                table.add_row()
        return Group(*(Padding(line, (0, 0, int(wide), 0)) for line in lines), table)

    # Keys

    def action_section(self, by: int) -> None:
        """Go to the first field of the next section, or of the one before."""
        starts = [path for path in _section_starts() if path]
        sections = [FIELD_AT[path].section for path in starts]
        place = sections.index(self._field.section) + by
        self._entry(starts[place % len(starts)]).focus()

    def on_click(self, event: Click) -> None:
        """A click on a field's name, or beside it, goes to it."""
        if self.query_one("#fields").region.contains_point(event.screen_offset):
            for entry in self.query(Entry):
                if entry.region.y == event.screen_y:
                    entry.focus()

    @on(Input.Submitted)
    def action_apply(self) -> None:
        """Apply what needs no restart."""
        changes = self._filled.now
        if self._filled.faults or not self._filled.changes:
            self.app.bell()
        elif not changes:
            self.app.notify("Press ctrl+r for a new run with these.", markup=False)
        else:
            self._apply(changes)

    def _apply(self, changes: Iterable[form.Change]) -> None:
        app = self.app

        def tell(recipe: Recipe) -> None:
            app.tell(form_words.applied_words(changes))
            if not self.is_gone:
                self._close_if_done(recipe)

        def command(session: Session) -> None:
            for change in changes:
                session.set_hyperparameter(*change.edit)
            app.call_soon(tell, session.recipe_now)

        self.app.trainer.adjust(command)

    def _close_if_done(self, recipe: Recipe) -> None:
        """Close, unless there are changes that need a restart."""
        self._present = recipe
        if self.is_current:
            self.show()
            if not self._filled.changes and not self._filled.faults:
                self.dismiss()

    def action_restart(self) -> None:
        """Start a new run with what is filled in, on the data that are loaded."""
        if (wanted := self._filled.recipe) is None:
            self.app.bell()
            return
        app, message = self.app, form_words.new_run_words(self._filled.changes)
        message = f"{message} {left_words(app.snapshot)}".strip()
        recipe = form.descended(wanted, app.snapshot.recipe)

        def tell(message: str) -> None:
            app.tell(message)
            if self.is_current:
                self.dismiss()

        def make(session: Session) -> Session:
            another = session.with_recipe(recipe)
            app.call_soon(tell, message)
            return another

        # Before the new run is there: it may have fewer layers and neurons than is selected.
        app.selection = replace(
            app.selection, layer=1, neuron=0, row=0, operation=None, element=None
        )
        app.trainer.replace(make)

    def action_edits(self) -> None:
        """List what was changed so far."""
        self.app.push_screen(EditsDialog())

    def action_save(self) -> None:
        """Ask where to save what is filled in."""
        if (wanted := self._filled.recipe) is None:
            self.app.bell()
        else:
            recipe = form.descended(wanted, self.app.snapshot.recipe)
            self.app.push_screen(SaveRecipeDialog(recipe))


def _section_starts() -> list[str]:
    """Return the path of each section's first field."""
    return [next(fields).path for _, fields in groupby(FIELDS, lambda field: field.section)]
