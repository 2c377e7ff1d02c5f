"""What the dialog says of a sample whose pixels are changed."""

from screens.inspect.predictions import said_words
from tui_nn.data.form import INK, Form
from tui_nn.training.analysis.pixels import STEP
from tui_nn.training.session.snapshot import Probe

UNSUITED = "Only pictures of 28×28 pixels can be changed: this network reads something else."
NOTE = (
    f"A step gives every pixel more ink or less, by {STEP} of {INK}, as the sign of ∂L/∂x says: "
    "away from its class the loss rises, towards a class that one's loss falls. The weights stay."
)


def next_goal(goal: int | None, form: Form) -> int | None:
    """Return the goal after another: away from the class, then towards each class in turn."""
    following = 0 if goal is None else goal + 1
    return following if following < len(form.classes) else None


def goal_words(goal: int | None, target: int, form: Form) -> str:
    """Return where a step leads.

    Args:
        goal: Towards which class; None for away from what it is.
        target: The class whose loss a step changes.
        form: What samples are.
    """
    if goal is None:
        return f"enter leads away from {form.one(target)}: L of {form.one(target)} rises"
    return f"enter leads towards {form.one(goal)}: L of {form.one(goal)} falls"


def outcome_words(before: Probe, now: Probe, farthest: int) -> str:
    """Return what the network says, what it said at first, and how far the pixels were changed."""
    if not farthest:
        return f"says {said_words(now)}"
    return (
        f"says {said_words(now)}; it said {said_words(before)}. No pixel is changed by more than "
        f"{farthest} of {INK}."
    )
