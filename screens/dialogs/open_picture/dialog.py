"""The dialog in which one chooses a photo of a digit."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, cast

from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.base.frame import Plain
from screens.base.messages import PictureOpened
from screens.dialogs.open_picture.model import HINT, NONE_HERE, picture_path, pictures_in
from screens.widgets.options import Options
from tui_nn.data.files.pictures import read_picture
from tui_nn.errors import TuiNNError

SIDE = 360  # pixels: enough for a digit that takes a tenth of the photo


class OpenPictureDialog(Dialog[PictureOpened]):
    """Offers the pictures of this folder and takes a path; reads in a thread of its own."""

    HEADING = "Open a photo of a digit"
    KEYS = "enter opens · tab goes to the path · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "open_picture.tcss"]

    _listed: tuple[Path, ...] = ()

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask which picture to open, and hand it to the screen under the dialog."""
        below = app.screen

        def hand_over(opened: PictureOpened | None) -> None:
            if opened is not None:
                below.post_message(opened)

        app.push_screen(cls(), hand_over)

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, the field and the line that says what is being done."""
        yield Options()
        yield Plain("a file (PNG, JPEG …)", classes="heading")
        yield Input(placeholder="~/photos/seven.jpg")
        yield Static(HINT, id="said", markup=False)

    def on_mount(self) -> None:
        """List what there is."""
        self.list_pictures()

    @work(thread=True, name="list", exit_on_error=False)
    def list_pictures(self) -> tuple[Path, ...]:
        """List what there is, beside the event loop: disks may be slow."""
        return pictures_in(Path())

    def show(self, found: tuple[Path, ...]) -> None:
        """Show what there is."""
        self._listed = found
        options, text = self.query_one(OptionList), self.app.look.text
        options.display = bool(found)
        options.add_options(Option(Content(text(each.name))) for each in found)
        options.highlighted = 0 if found else None
        if not found:
            self.say(f"{NONE_HERE} {HINT}")
            self.query_one(Input).focus()

    @on(OptionList.OptionSelected)
    def open_listed(self, message: OptionList.OptionSelected) -> None:
        """Open a picture of the list."""
        self.load(self._listed[message.option_index])

    @on(Input.Submitted)
    def open_typed(self, message: Input.Submitted) -> None:
        """Open a picture that was typed."""
        try:
            self.load(picture_path(message.value))
        except (TuiNNError, OSError) as error:
            self.say(str(error), refused=True)

    def load(self, path: Path) -> None:
        """Open a picture."""
        self.say(f"opening {path} …")
        self.read(path)

    @work(thread=True, name="open", group="open", exclusive=True, exit_on_error=False)
    def read(self, path: Path) -> PictureOpened:
        """Read a picture, beside the event loop."""
        return PictureOpened(path.name, read_picture(path, SIDE))

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over what was read, or say why it was not."""
        worker = message.worker
        if message.state is WorkerState.ERROR:
            self.say(failure_words(worker.error), refused=True)
        elif message.state is WorkerState.SUCCESS and worker.name == "list":
            self.show(cast("tuple[Path, ...]", worker.result))
        elif message.state is WorkerState.SUCCESS:
            self.dismiss(cast(PictureOpened, worker.result))
