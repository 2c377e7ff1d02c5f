"""Opens the app: loads the data while Textual is being imported, so that neither waits."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from screens.look import detect
from tui_nn.options import AppOptions

PATIENCE = 3.0  # seconds to leave in order after a signal

if TYPE_CHECKING:
    from screens.app import Lab
    from tui_nn.training.session import Session


def run_app(options: AppOptions) -> int:
    """Open the app, and return its exit code when it has been left.

    Raises:
        TuiNNError: The recipe or the data cannot be read; the terminal is as it was.
        Exception: Whatever failed inside the app, after the terminal was restored.
    """
    look = detect(options.color, options.ascii)
    look.apply_environment()
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_load, options)
        from screens.app import Lab

        app = Lab(loading.result(), look)
    _leave_on_signals(app)
    code = app.run()
    if app._exception is not None:
        raise app._exception
    return app.return_code or 0 if code is None else code


def _load(options: AppOptions) -> "Session":
    from msgspec.structs import replace

    from tui_nn.data.sources import load
    from tui_nn.training.recipe import load_recipe
    from tui_nn.training.session import Session

    recipe = load_recipe(options.recipe)
    if options.seed is not None:
        recipe = replace(recipe, training=replace(recipe.training, seed=options.seed))
    dataset = load(options.data or recipe.data.name)
    return Session(recipe, dataset, history_memory=options.history_memory << 20)


def _leave_on_signals(app: "Lab") -> None:
    """Leave in order when the line drops or somebody ends the program.

    A handler that Python runs between two instructions does not wake an event loop that waits
    for a key: the loop has to be told.
    """

    def leave(number: int, frame: object) -> None:  # noqa: ARG001
        app.leave(128 + number)
        # Where the terminal is gone, writing to it can wait for ever.
        ending = threading.Timer(PATIENCE, os._exit, (128 + number,))
        ending.daemon = True
        ending.start()

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
