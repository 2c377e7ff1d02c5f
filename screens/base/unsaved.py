"""What of a run is in a file: nothing is lost that somebody might want again."""

from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from tui_nn.training.runs.library import LAST, is_kept_here, keep_run
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.storage.checkpoint import Checkpoint, save_checkpoint

Progress = tuple[int, tuple[Edit, ...]]
"""How far a run has come, and what was changed on the way."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A run at one moment, to be written to a file while it goes on.

    Attributes:
        session: Whose it is; only to know it again.
        checkpoint: The run.
        progress: How far it had come.
        is_long: Whether there is more than an epoch in no file yet.
    """

    session: Session
    checkpoint: Checkpoint
    progress: Progress
    is_long: bool


class Keeper:
    """Knows which runs are in which file, and what is in none.

    Attributes:
        path: The file that a person saved to or opened last, or None.
    """

    def __init__(self) -> None:
        self.path: Path | None = None
        self._files: WeakKeyDictionary[Session, Path] = WeakKeyDictionary()
        self._saved: WeakKeyDictionary[Session, Progress] = WeakKeyDictionary()
        self._kept: Progress | None = None

    # In the training thread

    def take(self, session: Session) -> Taken:
        """Take a run as it is now."""
        progress = _progress(session)
        return Taken(session, session.checkpoint(), progress, self._is_long(session, progress))

    def unsaved(self, session: Session) -> Taken | None:
        """Take a run as it is now, unless it has no step or all of it is in a file."""
        progress = _progress(session)
        if not progress[0] or self._saved.get(session) == progress:
            return None
        return self.take(session)

    def due(self, session: Session) -> Taken | None:
        """Take a run if much of it is in no file, not even one that is kept by itself."""
        progress = _progress(session)
        if self._kept == progress or not self._is_long(session, progress):
            return None
        return self.take(session)

    def _is_long(self, session: Session, progress: Progress) -> bool:
        steps, edits = self._saved.get(session, (0, ()))
        if not session.history.epochs or progress == (steps, edits):
            return False
        return progress[1] != edits or progress[0] - steps >= session.position.batches

    # In any thread

    def opened(self, session: Session, path: Path) -> None:
        """Take note that a run was read from a file."""
        self._saved[session] = _progress(session)
        self._belongs(session, path)

    def save(self, taken: Taken, path: Path) -> None:
        """Write a run to the file that a person named.

        Raises:
            TuiNNError: It cannot be written.
        """
        save_checkpoint(path, taken.checkpoint)
        self._saved[taken.session] = taken.progress
        self._belongs(taken.session, path)

    def keep(self, taken: Taken) -> None:
        """Write a run to where the last one is kept by itself.

        Raises:
            TuiNNError: It cannot be written.
        """
        keep_run(taken.checkpoint, LAST)
        self._kept = taken.progress

    def is_own(self, taken: Taken, path: Path) -> bool:
        """Return whether a file is the one that this very run was saved to or read from."""
        return self._files.get(taken.session) == path.absolute()

    def _belongs(self, session: Session, path: Path) -> None:
        if not is_kept_here(path):
            self.path = path
            self._files[session] = path.absolute()


def _progress(session: Session) -> Progress:
    return len(session.history), tuple(session.journal)
