"""The window of breakpoints and watches: what there is, and a line in which one adds to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from screens.base.frame import Plain
from screens.dialogs.breakpoints.model import Entry, Suggestion, entries, entry_name, reading
from screens.widgets.listing import Listing
from tui_nn.training.session.session import Session
from tui_nn.training.stops.watches import Watch

if TYPE_CHECKING:
    from screens.app import Lab

_PLACEHOLDER = "what to stop at, or which number to watch"
_LIST_HINT = "enter fills in · space on/off · d deletes · escape leaves"
_FIELD_HINT = "enter adds · escape back to the list"


class BreakpointScreen(ModalScreen[None]):
    """Lists where the run stops and what is watched; a sentence in the field adds another.

    Commands go to the session without pausing it; the list is that of the newest snapshot.
    """

    CSS_PATH: ClassVar[str] = "breakpoints.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "fill in", tooltip="Put this one into the line below"),
        Binding("space", "turn", "on/off", tooltip="Turn a breakpoint off, or on again"),
        Binding("d,delete", "delete", "delete", tooltip="Delete a breakpoint or a watch"),
        Binding("escape", "leave", "leave", tooltip="Back to the list, and out"),
        Binding("x", "dismiss(None)", "leave", show=False, tooltip="Out"),
    ]

    def __init__(self, suggested: tuple[Suggestion, ...], *, to_add: bool) -> None:
        """Make the window.

        Args:
            suggested: What could be added.
            to_add: Whether the selection begins at the first suggestion, else at the top.
        """
        super().__init__()
        self._suggested = suggested
        self._entries: tuple[Entry, ...] = ()
        self._awaited = suggested[0].name if to_add else ""

    @property
    def _lab(self) -> "Lab":
        return cast("Lab", self.app)

    @property
    def _selected(self) -> Entry | None:
        name = self.query_one(Listing).selected
        return next((each for each in self._entries if name and each.line.name == name), None)

    def compose(self) -> ComposeResult:
        """Make the list, the field, and the lines that say what it means."""
        with Vertical(id="window"):
            yield Plain("Breakpoints and watches", classes="title")
            yield Listing(id="entries")
            yield Input(placeholder=_PLACEHOLDER, max_length=100)
            yield Static(id="said", markup=False)
            yield Plain(id="hint")

    def on_mount(self) -> None:
        """Follow the run, which goes on."""
        self.watch(self.app, "snapshot", self.show)
        self.query_one(Listing).focus()
        self.on_descendant_focus()

    def show(self) -> None:
        """List what there is, and say what the field means now."""
        listing = self.query_one(Listing)
        before = [each.line.name for each in self._entries if each.line.name]
        self._entries = entries(self._lab.snapshot, self._suggested, ascii=self._lab.look.ascii)
        names = [each.line.name for each in self._entries if each.line.name]
        selected = listing.selected
        if self._awaited in names:
            selected, self._awaited = self._awaited, ""
        elif selected not in names:  # it was deleted: what came after it has its place
            place = before.index(selected) if selected in before else 0
            selected = names[min(place, len(names) - 1)]
        listing.show(tuple(each.line for each in self._entries), selected)
        self.say()

    @on(Input.Changed)
    def say(self) -> None:
        """Say what was typed, or what is missing."""
        field, said = self.query_one(Input), self.query_one("#said", Static)
        look, found = self._lab.look, reading(field.value, self._lab.snapshot)
        refused = bool(found.says) and found.of is None
        said.set_class(refused, "-refused")
        said.update(look.text(f"! {found.says}" if refused else found.says))

    @on(Input.Submitted)
    def add(self) -> None:
        """Add what was typed, if it means something."""
        found = reading(self.query_one(Input).value, self._lab.snapshot).of
        if found is None:
            return
        if isinstance(found, Watch):
            self._tell(lambda session: session.watches.add(found))
        else:
            self._tell(lambda session: session.breakpoints.add(found))
        self._awaited = entry_name(found, self._lab.snapshot.program)
        self.query_one(Input).clear()
        self.query_one(Listing).focus()

    def on_descendant_focus(self) -> None:
        """Say which keys there are."""
        typing = self.query_one(Input).has_focus
        self.query_one("#hint", Plain).show(_FIELD_HINT if typing else _LIST_HINT)

    def on_click(self, event: Click) -> None:
        """A second click fills in what the first one selected."""
        if event.chain == 2 and isinstance(event.widget, Listing):
            self.action_choose()

    def action_choose(self) -> None:
        """Put the selected one into the field."""
        if entry := self._selected:
            field = self.query_one(Input)
            field.value = self._lab.look.text(entry.sentence)
            field.focus()
            field.cursor_position = len(field.value)

    def action_turn(self) -> None:
        """Turn the selected breakpoint off, or on again."""
        entry = self._selected
        if entry and (found := entry.breakpoint):
            self._tell(lambda session: session.breakpoints.toggle(found))

    def action_delete(self) -> None:
        """Delete the selected breakpoint or watch."""
        entry = self._selected
        if entry and (stop := entry.breakpoint):
            self._tell(lambda session: session.breakpoints.remove(stop))
        if entry and (watch := entry.watch):
            self._tell(lambda session: session.watches.remove(watch))

    def action_leave(self) -> None:
        """Leave the field, or the window."""
        if self.query_one(Input).has_focus:
            self.query_one(Listing).focus()
        else:
            self.dismiss()

    def _tell(self, command: Callable[[Session], None]) -> None:
        self._lab.trainer.adjust(command)
