"""Going to another step or to a number: where one can go, what was typed, what is said of it."""

import re
from typing import NamedTuple

from screens.inspect.elements import typed_element
from screens.inspect.meaning import meaning
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.format import figure
from tui_nn.errors import TuiNNError
from tui_nn.training.session.snapshot import Snapshot

_TYPED = re.compile(r"\s*(?P<what>step|epoch|s|e)?\s*(?P<number>\d+)\s*", re.IGNORECASE)


class Destination(NamedTuple):
    """What somebody typed.

    Attributes:
        step: Where to go, or None where that cannot be.
        says: Where that is, or why it cannot be.
        number: The number to explain instead, if it is one.
    """

    step: int | None
    says: str
    number: Target | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a place or number."""
        return self.step is not None or self.number is not None


def furthest(snapshot: Snapshot) -> int:
    """Return the newest step that the run has reached."""
    return len(snapshot.curves)


def is_past(snapshot: Snapshot) -> bool:
    """Return whether the run has been further than where one stands."""
    return snapshot.position.step < furthest(snapshot)


def possible(snapshot: Snapshot) -> str:
    """Return where one can go, in the words that one can type."""
    last = furthest(snapshot)
    if not last:
        return "the run is at step 0: there is no other step yet"
    epoch, _ = snapshot.schedule.place(last)
    return f"step 0 to {last}, or epoch 1{f' to {epoch}' if epoch > 1 else ''}"


def destination(text: str, scene: Scene, sample: Source = Source.BATCH) -> Destination:
    """Return where ``1200`` or ``epoch 3`` is, or which number ``W1[241,0]`` is.

    An epoch is gone to its beginning.

    Args:
        text: What was typed.
        scene: Where numbers are looked for.
        sample: Whose numbers are shown.
    """
    snapshot = scene.snapshot
    if not text.strip():
        return Destination(None, f"{possible(snapshot)}; or a number, which is explained")
    typed = _TYPED.fullmatch(text)
    if typed is None:
        if re.match(r"\s*[-−\d.]", text):
            return Destination(None, f"type {possible(snapshot)}")
        return _number(text, scene, sample)
    number = int(typed["number"])
    schedule, step = snapshot.schedule, number
    if (typed["what"] or "s").lower().startswith("e"):
        if not number:
            return Destination(None, "epochs count from 1")
        step = schedule.first_step(number)
    if step > furthest(snapshot):
        return Destination(None, f"the run has not reached it: {possible(snapshot)}")
    epoch, batch = schedule.place(step)
    batches = schedule.batches(epoch)
    return Destination(step, f"step {step}: epoch {epoch}, batch {batch + 1}/{batches}")


def _number(text: str, scene: Scene, sample: Source) -> Destination:
    """Return the number that was typed, and what it is."""
    try:
        target = typed_element(text, scene, sample)
    except TuiNNError as error:
        return Destination(None, str(error))
    value = figure(scene.value(target), 4)
    says = f"{scene.symbol(target)} = {value}: {meaning(scene, target)}"
    return Destination(None, says, target)


def past_words(snapshot: Snapshot, width: int) -> str:
    """Return where in the past the run stands and what stepping does, or "" at the newest step."""
    if not is_past(snapshot):
        return ""
    place = f"in the past: step {snapshot.position.step} of {furthest(snapshot)}"
    words = f"{place}; stepping replays the recording until you change something"
    return words if len(words) <= width else f"{place}; a change here starts a branch"


def travel_words(where: str, passing: int) -> str:
    """Return what is said while going somewhere takes long."""
    return f"{where} … passing {passing} (escape stops)"
