"""Opens the app: loads the data while Textual is being imported, so that neither waits.

And sees to it that a run outlives a dropped line, a signal and a fault of ours.
"""

import os
import signal
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from screens.shapes.look import detect
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions

PATIENCE = 3.0  # seconds to leave in order after a signal

if TYPE_CHECKING:
    from screens.app import Lab
    from screens.base.unsaved import Taken
    from tui_nn.training.session.session import Session

    Opened = tuple[Session, Path | None, tuple[str, ...]]


def run_app(options: AppOptions) -> int:
    """Open the app, and return its exit code when it has been left.

    Raises:
        TuiNNError: The recipe, the saved run or the data cannot be read; the terminal is as it
            was.
        Exception: Whatever failed inside the app, after the terminal was restored.
    """
    look = detect(options.color, options.ascii)
    look.apply_environment()
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_resume if options.resume is not None else _begin, options)
        from screens.app import Lab

        session, path, notes = loading.result()
        app = Lab(session, look, " ".join(notes))
    if path is not None:
        app.keeper.opened(session, path)
    signals = _leave_on_signals(app)
    code = app.run()
    if not signals:
        _keep_what_was_left(app)
    if app._exception is not None:
        raise app._exception
    return app.return_code or 0 if code is None else code


def _begin(options: AppOptions) -> "Opened":
    from msgspec.structs import replace

    from tui_nn.data.sources import lasting_name, load
    from tui_nn.training.recipe.recipe import load_recipe
    from tui_nn.training.session.session import Session

    recipe = load_recipe(options.recipe)
    if options.seed is not None:
        recipe = replace(recipe, training=replace(recipe.training, seed=options.seed))
    name = options.data or recipe.data.name
    recipe = replace(recipe, data=replace(recipe.data, name=lasting_name(name)))
    return Session(recipe, load(name), history_memory=options.history_memory << 20), None, ()


def _resume(options: AppOptions) -> "Opened":
    from screens.dialogs.runs.model import opened_words
    from tui_nn.training.runs.library import run_path
    from tui_nn.training.runs.resuming import resume_run

    assert options.resume is not None
    memory = options.history_memory << 20
    taken_up = resume_run(run_path(options.resume), data=options.data, history_memory=memory)
    return taken_up.session, taken_up.path, (opened_words(taken_up),)


def _keep_what_was_left(app: "Lab") -> None:
    """Keep the run that one quit, and one that a fault of ours ended, where it is in no file."""
    from tui_nn.training.runs.library import INTERRUPTED, LAST, keep_run

    failed = app._exception is not None
    if (left := app.left) is not None and (failed or left.is_long):
        try:
            keep_run(left.checkpoint, INTERRUPTED if failed else LAST)
        except TuiNNError as error:
            print(f"tui-nn: the run could not be kept: {error}", file=sys.stderr)


def _leave_on_signals(app: "Lab") -> list[int]:
    """Leave in order when the line drops or somebody ends the program.

    A handler that Python runs between two instructions does not wake an event loop that waits
    for a key: the loop has to be told.

    Returns:
        The signals that came, as they come.
    """
    signals: list[int] = []

    def leave(number: int, frame: object) -> None:  # noqa: ARG001
        signals.append(number)
        if len(signals) == 1:
            # In a thread, which may wait for locks that this one holds just now. The program
            # does not end before it.
            threading.Thread(target=_cut_off, args=(app, 128 + number), name="leaving").start()

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
    return signals


def _cut_off(app: "Lab", code: int) -> None:
    """Leave, and keep the run as far as it is in no file."""
    from tui_nn.training.runs.library import INTERRUPTED, keep_run

    # Where the terminal is gone, writing to it can wait for ever.
    ending = threading.Timer(PATIENCE, os._exit, (code,))
    ending.daemon = True
    ending.start()
    asked: Future[Taken | None] = Future()
    app.trainer.ask(app.keeper.unsaved, asked.set_result)
    app.leave(code)
    if (taken := asked.result()) is not None:
        with suppress(TuiNNError):  # there is nobody left to tell
            keep_run(taken.checkpoint, INTERRUPTED)
