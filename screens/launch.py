"""Opens the app, and sees to it that a run survives a dropped line, a signal and an error."""

import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from screens.shapes.look import Look, detect
from tui_nn.errors import TuiNNError
from tui_nn.first_run import is_first_run
from tui_nn.options import AppOptions

PATIENCE = 3.0  # seconds to exit in order after a signal

if TYPE_CHECKING:
    from screens.base.app import DebuggerApp
    from screens.base.run_files import CapturedRun
    from tui_nn.data.dataset import Dataset
    from tui_nn.mistakes.checking.report import Report
    from tui_nn.training.recipe.recipe import Recipe
    from tui_nn.training.session.session import Session
    from tui_nn.training.storage.foreign import ForeignWeights

    Opened = tuple[Session, Path | None, tuple[str, ...]]


def run_app(options: AppOptions) -> int:
    """Open the app, and return its exit code.

    Raises:
        TuiNNError: The recipe, the saved run or the data cannot be read; the terminal is as it
            was.
        Exception: Whatever failed inside the app, after the terminal was restored.
    """
    # What is imported stays: looking for garbage in it takes a sixth of the time until the first
    # frame. The app enables it when it has been built up.
    gc.disable()
    look = detect(options.color, options.ascii, theme=options.theme)
    look.apply_environment()
    app = _loaded(options, look) if _may_be_missing(options) else _opening(options, look)
    _begin_lessons(app, options)
    app.follows_terminal = options.theme == "auto"
    app.presenting = options.present
    signals = _exit_on_signals(app, is_served=options.is_served)
    code = app.run()
    if app.problem is not None:
        raise app.problem
    if not signals and _keep_unsaved_run(app):
        _discard_autosave()
    if app._exception is not None:
        raise app._exception
    if app.faults:
        _report_faults(len(app.faults))
    return app.return_code or 0 if code is None else code


def _begin_lessons(app: "DebuggerApp", options: AppOptions) -> None:
    """Have it begin with a lesson, if the person asked for one; else greet at the first run.

    Raises:
        TuiNNError: There is no such lesson, or no such folder.
    """
    if options.lesson is None and options.lessons is None:
        app.greets = options.resume is None and options.at is None and is_first_run()
        return
    from tui_nn.lessons.library import read_library

    app.lessons_folder = Path(options.lessons) if options.lessons else None
    library = read_library(app.lessons_folder)
    if options.lesson is not None:
        app.first_lesson = library.lesson(options.lesson).number


def _discard_autosave() -> None:
    from tui_nn.training.runs.kept import discard_autosave

    discard_autosave()


def _report_faults(count: int) -> None:
    from tui_nn.fault_log import log_path

    print(f"tui-nn: {count} internal errors were survived; see {log_path()}", file=sys.stderr)


def _may_be_missing(options: AppOptions) -> bool:
    """Return whether the person names something that may not be there, or not be readable."""
    named = options.data, options.resume, options.weights, options.at, options.checked
    return options.recipe != AppOptions.recipe or any(each is not None for each in named)


def _loaded(options: AppOptions, look: Look) -> "DebuggerApp":
    """Return an app with its run, so that what is wrong is said before the screen is taken."""
    if options.checked is not None:
        return _checking(options.checked, options.history_memory << 20, look)
    from screens.app import TuiNNApp

    if options.at is not None:
        return _linked(options, look)
    session, path, notes = (start if options.resume is None else _resume)(options)
    app = TuiNNApp(session, look, " ".join(notes))
    if path is not None:
        app.run_files.mark_opened(session, path)
    return app


def _checking(report: "Report", memory: int, look: Look) -> "DebuggerApp":
    """Return an app at the first gradient that is wrong, with somebody's beside the right one."""
    from screens.checking import CheckingApp

    return CheckingApp(report, memory, look)


def _linked(options: AppOptions, look: Look) -> "DebuggerApp":
    """Return an app that opens a place."""
    from screens.app import TuiNNApp
    from screens.inspect.link import read_link
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.session.session import Session

    link = read_link(options.at or "", [entry.mode for entry in TuiNNApp.SCREEN_TABLE])
    dataset = load_wanted(link.recipe)
    session = Session(link.recipe, dataset, history_memory=options.history_memory << 20)
    app = TuiNNApp(session, look, " ".join(_notes(dataset)))
    app.link = link
    return app


def _opening(options: AppOptions, look: Look) -> "DebuggerApp":
    """Return an app that makes its run when it has drawn something."""
    from screens.opening import OpeningApp

    return OpeningApp(lambda: start(options)[0], look)


def start(options: AppOptions) -> "Opened":
    """Return a new run, where it is saved, and what is said of it."""
    from msgspec.structs import replace

    from tui_nn.data.sources import lasting_name
    from tui_nn.training.recipe.recipe import load_recipe
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.session.session import Session

    recipe = load_recipe(options.recipe)
    if options.seed is not None:
        recipe = replace(recipe, training=replace(recipe.training, seed=options.seed))
    dataset = load_wanted(recipe, options.data)
    name = lasting_name(options.data or recipe.data.name)
    recipe = replace(recipe, data=replace(recipe.data, name=name))
    notes = _notes(dataset)
    if options.weights is not None:
        recipe, note = _with_weights(recipe, options)
        notes = (*notes, note)
    session = Session(recipe, dataset, history_memory=options.history_memory << 20)
    return session, None, notes


def _with_weights(recipe: "Recipe", options: AppOptions) -> "ForeignWeights":
    """Return the recipe with the weights of others."""
    from tui_nn.training.storage.foreign import with_weights

    assert options.weights is not None
    return with_weights(recipe, Path(options.weights), options.activation)


def _notes(dataset: "Dataset") -> tuple[str, ...]:
    """Return what was read, where that is not known by the name of the set."""
    if not dataset.said:
        return ()
    from screens.inspect.datasets import loaded_words

    return (loaded_words(dataset),)


def _resume(options: AppOptions) -> "Opened":
    from screens.dialogs.open_run.model import opened_words
    from tui_nn.training.runs.library import run_path
    from tui_nn.training.runs.resuming import resume_run

    assert options.resume is not None
    memory = options.history_memory << 20
    taken_up = resume_run(run_path(options.resume), data=options.data, history_memory=memory)
    return taken_up.session, taken_up.path, (opened_words(taken_up),)


def _keep_unsaved_run(app: "DebuggerApp") -> bool:
    """Save a run that is in no file, whether the person quit it or an internal error ended it.

    Returns:
        Whether nothing is lost.
    """
    failed, unsaved = app._exception is not None, app.unsaved_run
    if unsaved is None or not (failed or app.saves_on_exit or unsaved.is_long):
        return True
    try:
        path = _save(app, unsaved, failed=failed)
        print(f"tui-nn: the run is kept in {path}: ctrl+o opens it", file=sys.stderr)
    except TuiNNError as error:
        print(f"tui-nn: the run could not be saved: {error}", file=sys.stderr)
        return False
    return True


def _save(app: "DebuggerApp", run: "CapturedRun", *, failed: bool) -> Path:
    """Save a run in its own file where that was asked for, else where runs are kept."""
    from tui_nn.training.runs.kept import INTERRUPTED, LAST, keep_run

    own = app.run_files.own_path(run)
    if own is None or failed or not app.saves_on_exit:
        return keep_run(run.checkpoint, INTERRUPTED if failed else LAST)
    app.run_files.save(run, own)
    return own


def _exit_on_signals(app: "DebuggerApp", *, is_served: bool) -> list[int]:
    """Exit in order when the line drops or somebody ends the program.

    A handler that Python runs between two instructions does not wake an event loop that waits
    for a key: the loop has to be told.

    Args:
        app: What exits.
        is_served: Whether Ctrl+C is a signal, to the server and to what it has started.

    Returns:
        The signals that came, as they come.
    """
    signals: list[int] = []

    def exit_soon(number: int, frame: object) -> None:  # noqa: ARG001
        signals.append(number)
        if len(signals) == 1:
            # In a thread, which may wait for locks that this one holds just now. The program
            # does not end before it.
            threading.Thread(target=_interrupt, args=(app, 128 + number), name="exit").start()

    # In a terminal Ctrl+C is a key.
    for name in ("SIGTERM", "SIGHUP", *(["SIGINT"] if is_served else [])):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), exit_soon)
    return signals


def _interrupt(app: "DebuggerApp", code: int) -> None:
    """Exit, and save the run if it is in no file."""
    from tui_nn.training.runs.kept import INTERRUPTED, discard_autosave, keep_run

    # Where the terminal is gone, writing to it can block for ever.
    ending = threading.Timer(PATIENCE, os._exit, (code,))
    ending.daemon = True
    ending.start()
    app.exit_soon(code)
    if not app.is_begun:
        return
    if (captured := app.trainer.interrupt(app.run_files.capture_unsaved)) is not None:
        with suppress(TuiNNError):  # there is nobody left to tell
            keep_run(captured.checkpoint, INTERRUPTED)
            discard_autosave()
