"""The form of hyperparameters: what each means, applied to the run or to a new one, or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import Group
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, DescendantFocus
from textual.screen import ModalScreen
from textual.visual import VisualType
from textual.widgets import Input, Static

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.dialogs.settings import model as forms
from screens.dialogs.settings import words as views
from screens.dialogs.settings.entry import Entry
from screens.dialogs.settings.fields import FIELD_AT, FIELDS, Field
from screens.dialogs.settings.save_recipe import SaveRecipeScreen
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session

if TYPE_CHECKING:
    from screens.app import Lab

_NAMES = 25  # columns, as in settings.tcss
_FIRST = "training.learning_rate"  # what people change most
_FAULT = "settings--fault"
_KEYS = (
    Control("↑↓", "field", "", "app.focus_next"),
    Control("enter", "apply", "", "screen.apply"),
    Control("ctrl+r", "restart", "", "screen.restart"),
    Control("ctrl+s", "save recipe", "", "screen.save"),
    Control("escape", "leave", "", "screen.dismiss"),
)


def open_settings(lab: Lab) -> None:
    """Show the run's hyperparameters when the moves that were asked for before have been made."""

    def show(recipe: Recipe) -> None:
        if not isinstance(lab.screen, ModalScreen):
            lab.push_screen(SettingsScreen(recipe))

    lab.trainer.ask(lambda session: session.recipe_now, lambda recipe: lab.soon(show, recipe))


class SettingsScreen(ModalScreen[None]):
    """A form over the run's recipe, each field with its meaning. The run goes on meanwhile."""

    CSS_PATH: ClassVar[str] = "settings.tcss"
    COMPONENT_CLASSES: ClassVar[set[str]] = {_FAULT}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "leave", tooltip="Leave everything as it is"),
        Binding("ctrl+r", "restart", "restart", tooltip="A new run with these hyperparameters"),
        Binding("ctrl+s", "save", "save", tooltip="Save these hyperparameters as a recipe file"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012

    def __init__(self, recipe: Recipe) -> None:
        """Make the form.

        Args:
            recipe: The run's, as it now is.
        """
        super().__init__()
        self._present = recipe
        self._filled = forms.filled(recipe, {})
        self._shown: dict[str, tuple[object, ...]] = {}

    @property
    def _lab(self) -> Lab:
        return cast("Lab", self.app)

    @property
    def _field(self) -> Field:
        """The one that has the focus."""
        focused = self.focused
        return focused.field if isinstance(focused, Entry) else FIELD_AT[_FIRST]

    def compose(self) -> ComposeResult:
        """Make a line for each field, and the words beside or below."""
        texts, first = forms.texts_of(self._present), _section_starts()
        with Vertical(id="window"):
            yield Plain(f"Hyperparameters of {self._present.name}", classes="title")
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
        self.query_one(Controls).show(_KEYS)
        self._entry(_FIRST).focus()

    def _entry(self, path: str) -> Entry:
        return next(each for each in self.query(Entry) if each.field.path == path)

    # What is to be seen; nothing of it changes its size, so nothing has to be laid out anew

    @on(Input.Changed)
    @on(DescendantFocus)
    def show(self) -> None:
        """Say what the form comes to, and what the focused field means."""
        texts = {each.field.path: each.value for each in self.query(Entry)}
        self._filled = filled = forms.filled(self._present, texts)
        field, faults = self._field, filled.faults
        for entry in self.query(Entry):
            entry.set_class(entry.field.path in faults, "-refused")
        marks = tuple(views.mark(each, filled, self._present) for each in FIELDS)
        self._update("names", self._names, field)
        self._update("marks", self._marks, marks)
        self._update("about", self._about, field, self._present, faults.get(field.path, ""))
        self._update("plan", self._plan, views.plan(filled, field.path), bool(faults))

    def _update(self, part: str, draw: Callable[..., VisualType], *shown: object) -> None:
        """Draw a part of the window, if it shows something else than it did."""
        if self._shown.get(part) != shown:
            self._shown[part] = shown
            self.query_one(f"#{part}", Static).update(draw(*shown), layout=False)

    def on_resize(self) -> None:
        """Space the words out where there is room."""
        self._shown.clear()
        self.call_after_refresh(self.show)

    def _names(self, focused: Field) -> Content:
        look, starts, lines = self._lab.look, _section_starts(), []
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
        look, starts, lines = self._lab.look, _section_starts(), []
        for field, mark in zip(FIELDS, marks, strict=True):
            if field.path in starts:
                lines.append(Content(""))
            style = "bold $text-error" if mark.startswith("!") else "bold"
            lines.append(Content.styled(look.text(mark), style))
        return Content("\n").join(lines)

    def _plan(self, words: str, is_refused: bool) -> Content:
        style = "bold $text-error" if is_refused else "bold"
        return Content.styled(self._lab.look.text(words), style)

    def _about(self, field: Field, present: Recipe, fault: str) -> Group:
        """What a field means, and what is wrong with it."""
        look, wide = self._lab.look, self.has_class("-wide")
        heading = views.heading(field, present)
        lines = [Text(look.text(heading), "bold")]
        if fault:
            color = self.get_component_rich_style(_FAULT).color
            lines.append(Text(look.text(f"! {fault}"), Style(bold=True, color=color)))
        lines.append(Text(look.text(field.about.meaning)))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for name, words in views.description(field):
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
            self._lab.notify("Press ctrl+r for a new run with these.", markup=False)
        else:
            self._apply(changes)

    def _apply(self, changes: Iterable[forms.Change]) -> None:
        def told(recipe: Recipe) -> None:
            self._lab.notify(self._lab.look.text(views.applied(changes)), markup=False)
            self._go_on(recipe)

        def command(session: Session) -> None:
            for change in changes:
                session.set_hyperparameter(*change.edit)
            self._lab.soon(told, session.recipe_now)

        self._lab.trainer.adjust(command)

    def _go_on(self, recipe: Recipe) -> None:
        """Leave, unless there are changes that need a restart."""
        self._present = recipe
        if self.is_current:
            self.show()
            if not self._filled.changes and not self._filled.faults:
                self.dismiss()

    def action_restart(self) -> None:
        """Begin a new run with what is filled in, on the data that are loaded."""
        if (wanted := self._filled.recipe) is None:
            self.app.bell()
            return
        lab, words = self._lab, views.begun(self._filled.changes)
        recipe = forms.descended(wanted, lab.snapshot.recipe)

        def told(words: str) -> None:
            lab.notify(lab.look.text(words), markup=False)
            if self.is_current:
                self.dismiss()

        def make(session: Session) -> Session:
            another = session.with_recipe(recipe)
            lab.soon(told, words)
            return another

        # Before the new run is there: it may have fewer layers and neurons than is selected.
        lab.selection = replace(
            lab.selection, layer=1, neuron=0, row=1, operation=None, element=None
        )
        lab.trainer.replace(make)

    def action_save(self) -> None:
        """Ask where to save what is filled in."""
        if (wanted := self._filled.recipe) is None:
            self.app.bell()
        else:
            recipe = forms.descended(wanted, self._lab.snapshot.recipe)
            self.app.push_screen(SaveRecipeScreen(recipe))


def _section_starts() -> list[str]:
    """Return the path of each section's first field."""
    return [next(fields).path for _, fields in groupby(FIELDS, lambda field: field.section)]
