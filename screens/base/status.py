"""The lines that stand on every screen: where the run is, and what comes next."""

import numpy as np

from screens.inspect.places import furthest, is_past
from screens.shapes.format import fixed
from tui_nn.nn.operation import Operation, Phase
from tui_nn.training.analysis.health.nonfinite import overflow
from tui_nn.training.analysis.typical_error import typical_error
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.snapshot import Activity, Snapshot

SEPARATOR = " · "
MISTAKEN = "mistake"


def status_line(snapshot: Snapshot, width: int) -> str:
    """Return where the run is, as far as it fits.

    Where it is too long, words give way from the right, but never step, op, that it has a mistake,
    and the state.

    Args:
        snapshot: What to describe.
        width: Columns there are.
    """
    loss, accuracy = _figures(snapshot)
    words = {
        "step": f"step {snapshot.position.step}",
        **_place(snapshot),
        "loss": _loss_words(loss),
        "acc": _accuracy_words(snapshot, loss, accuracy),
        "past": past_the_recipe(snapshot),
        "mistake": mistake_words(snapshot.recipe),
        "state": state_words(snapshot),
    }
    words = {name: each for name, each in words.items() if each}
    if words.get("mistake") and len(SEPARATOR.join(words.values())) > width:
        words["mistake"] = MISTAKEN
    return fitted(words, ("past", "acc", "loss", "batch", "epoch"), width)


def mistake_words(recipe: Recipe) -> str:
    """Return that a run has a mistake, and which; not which it is that somebody has to find."""
    named = recipe.training.mistake
    return f"{MISTAKEN}: {named}" if named else ""


def state_words(snapshot: Snapshot) -> str:
    """Return what the run is doing, and why it stopped if there is more to say."""
    state = snapshot.activity.value
    is_running = snapshot.activity is Activity.RUNNING
    return f"{state}: {snapshot.reason}" if snapshot.reason and not is_running else state


def past_the_recipe(snapshot: Snapshot) -> str:
    """Return that the run goes on after the recipe's last epoch, or "" where it does not."""
    epochs = snapshot.recipe.training.epochs
    if snapshot.position.epoch <= epochs or snapshot.activity is Activity.FINISHED:
        return ""
    return f"past the recipe's {epochs} epoch{'' if epochs == 1 else 's'}"


def _place(snapshot: Snapshot) -> dict[str, str]:
    """Return the epoch, the batch and the operations done; of a finished run, its last ones.

    Between two epochs the program counter stands before the first batch of the next one, which a
    finished run does not have.
    """
    position, operations = snapshot.position, snapshot.program.operations
    epoch, batch, batches = position.epoch, position.batch, position.batches
    done, following = position.operation, operations[position.operation].symbol
    if snapshot.activity is Activity.FINISHED:
        epoch -= 1
        batch = batches = snapshot.schedule.batches(epoch)
        done = len(operations)
    return {
        "epoch": f"epoch {epoch}",
        "batch": f"batch {batch}/{batches}",
        "op": f"op {done}/{len(operations)} next {following}",
    }


def _figures(snapshot: Snapshot) -> tuple[float | None, float | None]:
    """Return loss and accuracy of the last completed batch.

    Before the first one they are those of the current batch, as soon as they are computed.
    """
    program, tensors = snapshot.program, snapshot.computed.tensors
    if snapshot.loss is not None or not snapshot.has(program.loss.name):
        return snapshot.loss, snapshot.accuracy
    outputs, labels = tensors[program.output.name], tensors[program.labels.name]
    if len(outputs) < len(snapshot.batch):  # the rows of earlier chunks are gone
        return float(tensors[program.loss.name]), None
    task = snapshot.recipe.task
    right = task.said(outputs) == task.said(labels)
    return float(tensors[program.loss.name]), float(right.mean())


def next_operation(snapshot: Snapshot) -> Operation:
    """Return the operation that the program counter stands before."""
    return snapshot.program.operations[snapshot.position.operation]


def next_line(snapshot: Snapshot, width: int) -> str:
    """Return what the next operation is, and whatever else one should know before pressing a key.

    Args:
        snapshot: What to describe.
        width: Columns there are.
    """
    formula = next_operation(snapshot).formula
    if snapshot.activity is not Activity.RUNNING and (found := overflow(snapshot)):
        return f"{found.operation.symbol} is not finite: 4 says why, B goes back"
    if is_past(snapshot):
        place = f"{snapshot.position.step} of {furthest(snapshot)}"
        words = (
            f"in the past: step {place} · next: {formula}",
            f"past: {place} · next: {formula}",
        )
        return next((each for each in words if len(each) <= width), words[-1])
    if snapshot.activity is Activity.FINISHED:
        return "finished: space, b or e train on"
    if snapshot.shown_step is None and snapshot.activity is not Activity.RUNNING:
        return f"press n to compute {formula}"
    return f"next: {formula}"


def phase_names(snapshot: Snapshot) -> list[tuple[str, bool]]:
    """Return the four phases, and whether the next operation belongs to it."""
    current = next_operation(snapshot).phase
    return [(phase.value.capitalize(), phase is current) for phase in Phase]


def run_line(snapshot: Snapshot, speed: str, width: int) -> str:
    """Return what is trained on what, and how fast, as far as it fits."""
    name = snapshot.dataset.name.rstrip("/").rpartition("/")[2] or snapshot.dataset.name
    words = {
        "recipe": snapshot.recipe.name,
        "data": name,
        "rate": f"η {snapshot.learning_rate:.4g}",
        "speed": speed,
    }
    return fitted(words, ("recipe", "data", "rate", "speed"), width)


def fitted(words: dict[str, str], dispensable: tuple[str, ...], width: int) -> str:
    """Return words in a line, without as many of the dispensable ones as it takes to fit."""
    kept = dict(words)
    for word in dispensable:
        if len(SEPARATOR.join(kept.values())) <= width:
            break
        kept.pop(word, None)
    return SEPARATOR.join(kept.values())


def _accuracy_words(snapshot: Snapshot, loss: float | None, accuracy: float | None) -> str:
    """Return the share that is right or, where numbers are wanted, how far off the outputs are."""
    if snapshot.recipe.task.is_numeric:
        error = np.nan if loss is None else float(typical_error(snapshot.recipe, loss))
        return f"|p − y| {fixed(error, 4)}" if np.isfinite(error) else "|p − y| –"
    return "acc –" if accuracy is None else f"acc {accuracy:.1%}"


def _loss_words(loss: float | None) -> str:
    """Return a loss to four places, unless it is so large that they say nothing."""
    if loss is None:
        return "loss –"
    return f"loss {fixed(loss, 4)}"
