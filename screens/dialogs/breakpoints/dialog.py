"""The dialog of breakpoints and watches: what there is, and a line in which one adds to it."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.base.frame import Plain
from screens.base.screen import DebuggerScreen
from screens.dialogs.breakpoints.model import (
    Entry,
    Suggestion,
    entries,
    entry_name,
    read_sentence,
    suggestions,
)
from screens.widgets.listing import Listing
from tui_nn.training.session.session import Session
from tui_nn.training.stops.watches import Watch

_PLACEHOLDER = "what to stop at, or which number to watch"
_LIST_KEYS = "enter fills in · space on/off · d deletes · escape closes"
_FIELD_KEYS = "enter adds · escape back to the list"


class BreakpointsDialog(Dialog[None]):
    """Lists where the run stops and what is watched; a sentence in the field adds another.

    Commands go to the session without pausing it; the list is that of the newest snapshot.
    """

    HEADING = "Breakpoints and watches"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "breakpoints.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "fill in", tooltip="Copy this one to the line below"),
        Binding("space", "turn", "on/off", tooltip="Turn a breakpoint off, or on again"),
        Binding("d,delete", "delete", "delete", tooltip="Delete a breakpoint or a watch"),
        Binding("x", "close", "close", show=False, tooltip="Close this window"),
    ]

    def __init__(self, suggested: tuple[Suggestion, ...], *, to_add: bool) -> None:
        """Make the dialog.

        Args:
            suggested: What could be added.
            to_add: Whether the selection begins at the first suggestion, else at the top.
        """
        super().__init__()
        self._suggested = suggested
        self._entries: tuple[Entry, ...] = ()
        self._awaited = suggested[0].name if to_add else ""

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Suggest what suits the screen that is seen."""
        if isinstance(screen := app.screen, DebuggerScreen):
            target = screen.number_in(screen.worked_on)
            suggested = suggestions(app.snapshot, app.selection, target)
            app.push_screen(cls(suggested, to_add=app.current_mode == "backprop"))

    @property
    def _selected(self) -> Entry | None:
        name = self.query_one(Listing).selected
        return next((each for each in self._entries if name and each.line.name == name), None)

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, the field, and the line that says what it means."""
        yield Listing(id="entries")
        yield Input(placeholder=_PLACEHOLDER, max_length=100)
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Follow the run, which goes on."""
        self.watch(self.app, "snapshot", self.show)
        self.query_one(Listing).focus()
        self.on_descendant_focus()

    def show(self) -> None:
        """List what there is, and say what the field means now."""
        listing = self.query_one(Listing)
        before = [each.line.name for each in self._entries if each.line.name]
        self._entries = entries(self.app.snapshot, self._suggested, ascii=self.app.look.ascii)
        names = [each.line.name for each in self._entries if each.line.name]
        selected = listing.selected
        if self._awaited in names:
            selected, self._awaited = self._awaited, ""
        elif selected not in names:  # it was deleted: select the next one
            place = before.index(selected) if selected in before else 0
            selected = names[min(place, len(names) - 1)]
        listing.show(tuple(each.line for each in self._entries), selected)
        self.describe()

    @on(Input.Changed)
    def describe(self) -> None:
        """Say what the typed sentence means, or what is missing."""
        found = read_sentence(self.query_one(Input).value, self.app.snapshot)
        self.say(found.says, refused=bool(found.says) and found.of is None)

    @on(Input.Submitted)
    def add(self) -> None:
        """Add what was typed, if it means something."""
        found = read_sentence(self.query_one(Input).value, self.app.snapshot).of
        if found is None:
            return
        if isinstance(found, Watch):
            self._send(lambda session: session.watches.add(found))
        else:
            self._send(lambda session: session.breakpoints.add(found))
        self._awaited = entry_name(found, self.app.snapshot.program)
        self.query_one(Input).clear()
        self.query_one(Listing).focus()

    def on_descendant_focus(self) -> None:
        """Name the keys of what has the focus."""
        typing = self.query_one(Input).has_focus
        self.query_one("#keys", Plain).show(_FIELD_KEYS if typing else _LIST_KEYS)

    def on_click(self, event: Click) -> None:
        """A second click fills in what the first one selected."""
        if event.chain == 2 and isinstance(event.widget, Listing):
            self.action_choose()

    def action_choose(self) -> None:
        """Put the selected one into the field."""
        if entry := self._selected:
            field = self.query_one(Input)
            field.value = self.app.look.text(entry.sentence)
            field.focus()
            field.cursor_position = len(field.value)

    def action_turn(self) -> None:
        """Turn the selected breakpoint off, or on again."""
        entry = self._selected
        if entry and (found := entry.breakpoint):
            self._send(lambda session: session.breakpoints.toggle(found))

    def action_delete(self) -> None:
        """Delete the selected breakpoint or watch."""
        entry = self._selected
        if entry and (stop := entry.breakpoint):
            self._send(lambda session: session.breakpoints.remove(stop))
        if entry and (watch := entry.watch):
            self._send(lambda session: session.watches.remove(watch))

    def action_close(self) -> None:
        """Leave the field, else close the dialog."""
        if self.query_one(Input).has_focus:
            self.query_one(Listing).focus()
        else:
            self.dismiss()

    def _send(self, command: Callable[[Session], None]) -> None:
        self.app.trainer.adjust(command)
