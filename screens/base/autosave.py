"""What is saved without being asked, and what is said of a run that was interrupted."""

from functools import partial

from screens.base.app import DebuggerApp
from screens.base.run_files import CapturedRun
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.kept import find_interrupted
from tui_nn.training.runs.library import Summary, summarize


def autosave(app: DebuggerApp) -> None:
    """Save what would be missed after a power cut, in a thread of its own."""
    write = partial(_write, app)
    app.trainer.ask(app.run_files.capture_for_autosave, partial(app.call_soon, write))


def _write(app: DebuggerApp, captured: CapturedRun | None) -> None:
    if captured is not None:
        write = partial(_write_or_tell, app, captured)
        app.run_worker(write, "autosave", group="autosave", thread=True, exit_on_error=False)


def _write_or_tell(app: DebuggerApp, captured: CapturedRun) -> None:
    """Save a run; say why not, once for as long as it goes on failing."""
    files = app.run_files
    try:
        files.autosave(captured)
    except TuiNNError as error:
        if not files.autosave_fails:
            app.call_soon(partial(app.tell, is_refusal=True), failing_words(error))
        files.autosave_fails = True
    else:
        files.autosave_fails = False


def report_interrupted_run(app: DebuggerApp) -> None:
    """Say at the start that the last run was interrupted; not for the event loop."""
    if (path := find_interrupted()) is not None:
        app.call_soon(app.tell, interrupted_words(summarize(path)))


def failing_words(error: TuiNNError) -> str:
    """Return what is said where a run cannot be saved by itself."""
    return f"This run cannot be saved by itself ({error}): ctrl+s saves it elsewhere."


def interrupted_words(summary: Summary) -> str:
    """Return what is said at the start after a run that was interrupted."""
    return f"The last run was interrupted at step {summary.step:,}: ctrl+o opens it."
