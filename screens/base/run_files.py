"""Which run is in which file, so that nothing is lost that somebody might want again."""

from pathlib import Path
from weakref import WeakKeyDictionary

from msgspec import Struct

from tui_nn.training.runs.kept import autosave_run
from tui_nn.training.runs.library import is_kept_here
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.storage.checkpoint import Checkpoint, save_checkpoint

Progress = tuple[int, tuple[Edit, ...]]
"""How far a run has come, and the edits made on the way."""


class CapturedRun(Struct, frozen=True, eq=False):
    """A run at one moment, to be written to a file while it goes on.

    Attributes:
        session: Whose it is; only to recognise it.
        checkpoint: The run.
        progress: How far it had come.
        is_long: Whether more than an epoch of it is in no file yet.
    """

    session: Session
    checkpoint: Checkpoint
    progress: Progress
    is_long: bool


class RunFiles:
    """Knows which runs are in which file, and what is in none.

    Attributes:
        path: The file that the person saved to or opened last, or None.
        autosave_fails: Whether the last automatic save failed.
    """

    def __init__(self) -> None:
        self.path: Path | None = None
        self.autosave_fails = False
        self._files: WeakKeyDictionary[Session, Path] = WeakKeyDictionary()
        self._saved: WeakKeyDictionary[Session, Progress] = WeakKeyDictionary()
        self._autosaved: Progress | None = None

    # In the training thread

    def capture(self, session: Session) -> CapturedRun:
        """Capture a run as it is now."""
        progress = _progress(session)
        is_long = self._is_long(session, progress)
        return CapturedRun(session, session.checkpoint(), progress, is_long)

    def capture_unsaved(self, session: Session) -> CapturedRun | None:
        """Capture a run as it is now, unless it has no step or all of it is in a file."""
        progress = _progress(session)
        if not progress[0] or self._saved.get(session) == progress:
            return None
        return self.capture(session)

    def capture_for_autosave(self, session: Session) -> CapturedRun | None:
        """Capture a run if much of it is in no file, not even in an automatic one."""
        progress = _progress(session)
        if self._autosaved == progress or not self._is_long(session, progress):
            return None
        return self.capture(session)

    def _is_long(self, session: Session, progress: Progress) -> bool:
        steps, edits = self._saved.get(session, (0, ()))
        if not session.history.epochs or progress == (steps, edits):
            return False
        return progress[1] != edits or progress[0] - steps >= session.position.batches

    # In any thread

    def mark_opened(self, session: Session, path: Path) -> None:
        """Take note that a run was read from a file."""
        self._saved[session] = _progress(session)
        self._remember(session, path)

    def save(self, captured: CapturedRun, path: Path) -> None:
        """Write a run to the file that the person named.

        Raises:
            TuiNNError: It cannot be written.
        """
        save_checkpoint(path, captured.checkpoint)
        self._saved[captured.session] = captured.progress
        self._remember(captured.session, path)

    def autosave(self, captured: CapturedRun) -> None:
        """Write a run that goes on to where this process keeps it.

        Raises:
            TuiNNError: It cannot be written.
        """
        autosave_run(captured.checkpoint)
        self._autosaved = captured.progress

    def own_path(self, captured: CapturedRun) -> Path | None:
        """Return the file that this very run was saved to or read from, if there is one."""
        return self._files.get(captured.session)

    def is_own(self, captured: CapturedRun, path: Path) -> bool:
        """Return whether a file is the one that this very run was saved to or read from."""
        return self.own_path(captured) == path.absolute()

    def _remember(self, session: Session, path: Path) -> None:
        if not is_kept_here(path):
            self.path = path
            self._files[session] = path.absolute()


def _progress(session: Session) -> Progress:
    return len(session.history), tuple(session.journal)
