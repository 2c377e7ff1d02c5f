"""The dialog that asks what becomes of a run that goes on."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.base.frame import DialogKeys
from screens.dialogs.quit.model import TITLE, key_words, leaving_words
from tui_nn.training.session.snapshot import Activity


class QuitDialog(Dialog[None]):
    """Asks whether to leave at once, or after the epoch. The run goes on meanwhile."""

    KEYS = key_words(finishes=False)
    CSS_PATH: ClassVar = [DIALOG_STYLE, "quit.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "app.quit", "save and leave", tooltip="Save the run, and leave"),
        Binding("e", "finish", "finish the epoch", tooltip="Finish the epoch, save, and leave"),
    ]

    finishes: var[bool] = var(False, init=False)

    def compose_body(self) -> Iterable[Widget]:
        """Make the words."""
        yield Static(id="words", markup=False)

    def on_mount(self) -> None:
        """Follow the run. It has no title of its own, so that the palette does not offer it."""
        self.retitle(TITLE)
        self.watch(self.app, "snapshot", self.follow)

    def watch_finishes(self) -> None:
        """Say so."""
        self.query_one(DialogKeys).show(key_words(finishes=self.finishes))
        self.follow()

    def follow(self) -> None:
        """Show how far the run is; leave once the epoch is over."""
        snapshot = self.app.snapshot
        words = leaving_words(snapshot, finishes=self.finishes)
        self.query_one("#words", Static).update(self.app.look.text(words))
        if self.finishes and snapshot.activity is not Activity.RUNNING:
            self.app.save_and_exit()

    def action_finish(self) -> None:
        """Train to the end of the epoch, then leave."""
        self.app.trainer.run_to_epoch_end()
        self.finishes = True
