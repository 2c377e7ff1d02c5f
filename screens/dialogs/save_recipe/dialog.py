"""The dialog in which one says where a recipe is to be saved."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.inspect.paths import expanded
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.file import write_recipe
from tui_nn.training.recipe.recipe import Recipe


class SaveRecipeDialog(Dialog[None]):
    """Asks for a path, and writes a recipe there; over a file only if asked twice."""

    HEADING = "Save these hyperparameters as a recipe"
    KEYS = "enter saves · escape closes without saving"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "save_recipe.tcss"]

    def __init__(self, recipe: Recipe) -> None:
        """Make the dialog.

        Args:
            recipe: What to write.
        """
        super().__init__()
        self._recipe = recipe
        self._asked: Path | None = None  # where it is written
        self._refused: Path | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Make the field, and the line that says what went wrong."""
        yield Input(f"{self._recipe.name}.toml", max_length=1000)
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Say where it would be written."""
        self.describe()

    @property
    def path(self) -> Path:
        """Where to.

        Raises:
            TuiNNError: It is of somebody who is not known here.
        """
        path = expanded(self.query_one(Input).value)
        return (path if path.suffix or not path.name else path.with_suffix(".toml")).absolute()

    @on(Input.Changed)
    def describe(self) -> None:
        """Another path: it has not been refused. Say where that is."""
        self._refused = None
        typed = self.query_one(Input).value.strip()
        try:
            self.say(f"enter writes {self.path}" if typed else "type the name of a file")
        except TuiNNError as error:
            self.say(str(error), refused=True)

    @on(Input.Submitted)
    def save(self) -> None:
        """Save it."""
        if not self.query_one(Input).value.strip():
            return
        try:
            path = self._asked = self.path
        except TuiNNError as error:
            self.say(str(error), refused=True)
        else:
            self.write(path, overwrite=path == self._refused)

    @work(thread=True, name="save recipe", group="save", exclusive=True, exit_on_error=False)
    def write(self, path: Path, *, overwrite: bool) -> Path:
        """Write the file."""
        write_recipe(self._recipe, path, overwrite=overwrite)
        return path

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Say that it is written, or why it is not."""
        worker = message.worker
        if message.state is WorkerState.SUCCESS:
            self.app.tell(f"Saved {worker.result}. To open it: tui-nn --recipe {worker.result}")
            self.dismiss()
        elif message.state is WorkerState.ERROR:
            asked = self._asked
            may_overwrite = self._refused != asked and _is_file(asked)
            self._refused = asked if may_overwrite else None
            hint = "; enter overwrites it" if may_overwrite else ""
            self.say(f"{failure_words(worker.error)}{hint}", refused=True)


def _is_file(path: Path | None) -> bool:
    try:
        return path is not None and path.is_file()
    except OSError:  # its name is too long
        return False
