"""The dialog that lists the edits of the run."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Static

from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.dialogs.edits.model import edit_lines, place_of, said
from screens.widgets.listing import Listing


class EditsDialog(Dialog[None]):
    """Lists what a person changed, of the newest snapshot; enter goes to where it was."""

    HEADING = "Edits of this run"
    KEYS = "enter goes there · ctrl+z undoes the last one · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "edits.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", tooltip="Go to where this edit was made"),
        Binding("ctrl+z", "app.undo", "undo", tooltip="Undo the last edit"),
        Binding("ctrl+t", "close", "close", show=False, tooltip="Close this window"),
    ]

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, and the line under it."""
        yield Listing(id="edits")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Follow the run, which goes on; begin with the last edit."""
        self.watch(self.app, "snapshot", self.show)
        self.query_one(Listing).focus()

    def show(self) -> None:
        """List what there is."""
        listing, lines = self.query_one(Listing), edit_lines(self.app.snapshot)
        names = [each.name for each in lines if each.name]
        selected = listing.selected if listing.selected in names else (names or [""])[-1]
        listing.show(lines, selected)
        self.say(said(self.app.snapshot))

    def on_click(self, event: Click) -> None:
        """A second click goes to what the first one selected."""
        if event.chain == 2 and isinstance(event.widget, Listing):
            self.action_go()

    def action_go(self) -> None:
        """Go to where the selected edit was made."""
        place = place_of(self.app.snapshot, self.query_one(Listing).selected)
        if place is not None:
            self.app.navigator.go_to(place)
            self.dismiss()
