"""What is said of a digit that is kept."""

from tui_nn.training.session.snapshot import Snapshot

QUESTION = "Press the digit that it is, 0 to 9. It is kept among your own digits, with that label."
NOTHING = "Draw a digit first: there is nothing to keep."


def guess_words(snapshot: Snapshot) -> str:
    """Return what the network takes it for, as far as it is asked for a digit."""
    probe = snapshot.probe
    if probe is None or probe.task.is_binary or probe.task.is_numeric:
        return ""
    return f"The network says {probe.task.names[probe.said]}."


def kept_words(label: int, count: int) -> str:
    """Return what was kept."""
    digits = "the first" if count == 1 else f"now {count:,}"
    return f"Kept as a {label}: {digits} of your own digits. t trains on them, y exports them."


def forgotten_words(label: int, left: int) -> str:
    """Return what was removed."""
    return f"Taken back: the one kept last, a {label}. {left:,} of your own digits are left."
