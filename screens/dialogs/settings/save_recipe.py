"""The window in which one says where a recipe is to be saved."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from screens.base.frame import Plain
from screens.shapes.look import Look
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.file import write_recipe
from tui_nn.training.recipe.recipe import Recipe

_HINT = "enter saves · escape does not"


class SaveRecipeScreen(ModalScreen[None]):
    """Asks for a path, and writes a recipe there; over a file only if asked twice."""

    CSS_PATH: ClassVar[str] = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "close", tooltip="Do not save")
    ]

    def __init__(self, recipe: Recipe) -> None:
        """Make the window.

        Args:
            recipe: What to write.
        """
        super().__init__()
        self._recipe = recipe
        self._refused: Path | None = None

    def compose(self) -> ComposeResult:
        """Make the field, and the line that says what happens."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        with Vertical(id="window"):
            yield Plain("Save these hyperparameters as a recipe", classes="title")
            yield Input(f"{self._recipe.name}.toml", max_length=1000)
            yield Static(id="said", markup=False)
            yield Plain(look.text(_HINT), classes="note")

    @property
    def path(self) -> Path:
        """Where to."""
        path = Path(self.query_one(Input).value.strip()).expanduser()
        return path if path.suffix or not path.name else path.with_suffix(".toml")

    @on(Input.Changed)
    def begin_again(self) -> None:
        """Another path: it has not been refused."""
        self._refused = None
        self.say("")

    @on(Input.Submitted)
    def save(self) -> None:
        """Save it."""
        if self.path.name:
            self.write(self.path, overwrite=self.path == self._refused)

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
            said = f"Saved. To open it: tui-nn --recipe {worker.result}"
            self.app.notify(said, markup=False)
            self.dismiss()
        elif message.state is WorkerState.ERROR:
            error, path = worker.error, self.path
            if not isinstance(error, TuiNNError):
                raise error or RuntimeError("the recipe was not saved")
            again = "" if self._refused == path or not path.is_file() else "; enter overwrites it"
            self._refused = path if again else None
            self.say(f"! {error}{again}")

    def say(self, words: str) -> None:
        """Say what went wrong."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        self.query_one("#said", Static).update(look.text(words))
