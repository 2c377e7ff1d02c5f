"""What the list of edits says."""

from screens.inspect.edits import NO_EDITS, edit_words
from screens.shapes.format import counted
from screens.shapes.line import Line
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.place import Place

_BETWEEN = 2  # columns
_HOW = (
    "+ and - change the learning rate, p other hyperparameters; "
    "i sets a weight or bias, m mutes a neuron."
)


def edit_lines(snapshot: Snapshot) -> tuple[Line, ...]:
    """Return a line for each edit of the run, under a heading."""
    listed = edit_words(snapshot.recipe, snapshot.schedule, snapshot.edits)
    rows = [("where", "what", "from → to"), *((e.where, e.what, e.change) for e in listed)]
    widths = [max(len(row[column]) for row in rows) + _BETWEEN for column in range(2)]
    texts = [f"{row[0]:{widths[0]}}{row[1]:{widths[1]}}{row[2]}" for row in rows]
    heading = (Line(f" {texts[0]}", "heading"),) if listed else ()
    return (*heading, *(Line(text, "plain", str(at)) for at, text in enumerate(texts[1:])))


def said(snapshot: Snapshot) -> str:
    """Return how many edits there are, and what they mean."""
    if not snapshot.edits:
        return f"{NO_EDITS} {_HOW}"
    ahead = sum(edit.place > snapshot.position.place for edit in snapshot.edits)
    words = f"{counted(len(snapshot.edits), 'edit')}: without them the run would be its recipe's."
    return f"{words} {ahead} ahead of step {snapshot.position.step:,}." if ahead else words


def place_of(snapshot: Snapshot, name: str) -> Place | None:
    """Return where the edit of a line was made, if it is still there."""
    at = int(name) if name else len(snapshot.edits)
    return snapshot.edits[at].place if at < len(snapshot.edits) else None
