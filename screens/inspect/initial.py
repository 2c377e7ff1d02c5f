"""Whether the weights are still those that the run began with, in words."""

from tui_nn.training.session.snapshot import Snapshot


def has_initial_weights(snapshot: Snapshot) -> bool:
    """Return whether no update has changed the weights yet."""
    position = snapshot.position
    updated = position.operation > len(snapshot.program.differentiating)
    return position.step == 0 and not updated


def initial_words(snapshot: Snapshot) -> str:
    """Return what the weights are before the first update."""
    if snapshot.program.network.given:
        return "given weights"
    return "zero weights" if snapshot.recipe.network.initializer == "zeros" else "random weights"
