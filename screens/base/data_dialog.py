"""The base of the dialogs that choose data: loads them beside the event loop, as a new run."""

import msgspec
from textual import on, work
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import Dialog, failure_words
from screens.inspect.datasets import loaded_words
from tui_nn.data.sources import lasting_name, load
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session


class DataDialog(Dialog[Session]):
    """Loads a data set in a thread of its own; its result is a session on what was loaded.

    What was loaded before stays as it was until then.
    """

    def __init__(self, recipe: Recipe, memory: int) -> None:
        """Make the dialog.

        Args:
            recipe: What the new data will be trained with.
            memory: Bytes for going back in time.
        """
        super().__init__()
        self._recipe = recipe
        self._memory = memory

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask for other data, and start a new run on them."""

        def start(session: Session | None) -> None:
            if session is not None:
                cls.begin(app, session)

        app.push_screen(cls(app.snapshot.recipe, app.history_memory), start)

    @classmethod
    def begin(cls, app: DebuggerApp, session: Session) -> None:
        """Debug the new run, and say what was loaded."""
        app.debug_session(session)
        app.tell(loaded_words(session.dataset))

    def load(self, name: str) -> None:
        """Load a data set."""
        self.say(f"loading {name} …")
        self.load_session(name)

    @work(thread=True, name="load data", group="load", exclusive=True, exit_on_error=False)
    def load_session(self, name: str) -> Session:
        """Load a data set, and make a session on it."""
        name = lasting_name(name)
        return Session(self.recipe_on(name), load(name), history_memory=self._memory)

    def recipe_on(self, name: str) -> Recipe:
        """Return what is trained on a data set; called beside the event loop."""
        data = msgspec.structs.replace(self._recipe.data, name=name)
        return msgspec.structs.replace(self._recipe, data=data)

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over what was loaded, or say why it was not."""
        worker = message.worker
        if message.state is WorkerState.SUCCESS:
            self.dismiss(worker.result)
        elif message.state is WorkerState.ERROR:
            self.say(f"Not loaded: {failure_words(worker.error)}")
