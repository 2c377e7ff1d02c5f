"""What is said to somebody who wants to leave while the run goes on."""

from tui_nn.training.session.snapshot import Snapshot

TITLE = "Leave while the run goes on?"


def leaving_words(snapshot: Snapshot, *, finishes: bool) -> str:
    """Return what leaving means now.

    Args:
        snapshot: The run.
        finishes: Whether the epoch is to be finished first.
    """
    position = snapshot.position
    where = f"epoch {position.epoch}, batch {position.batch} of {position.batches}"
    if finishes:
        return f"Finishing the epoch: {where}. Then the run is saved and the app closes."
    return f"The run goes on: {where}. It is saved when you leave; ctrl+o opens it again."


def key_words(*, finishes: bool) -> str:
    """Return what the keys do."""
    if finishes:
        return "q saves and leaves now · escape trains on"
    return "q saves and leaves · e leaves after this epoch · escape trains on"
