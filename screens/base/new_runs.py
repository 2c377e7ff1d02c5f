"""What is said when another run begins: what becomes of the one before."""

from screens.inspect.places import furthest
from tui_nn.training.session.snapshot import Snapshot


def left_words(snapshot: Snapshot) -> str:
    """Return what becomes of a run that another one replaces: without a step, nothing is lost."""
    step = furthest(snapshot)
    if not step:
        return ""
    return f"Run {snapshot.number} (step {step:,}) stays on 7 Compare: enter there goes on with it."


def restarted_words(snapshot: Snapshot) -> str:
    """Return what is said of a run that begins again."""
    words = "A new run, from the same initial weights."
    return f"{words} {left_words(snapshot)}".strip()
