"""The lines that stand on every screen: where the run is, and what comes next."""

from screens.inspect.places import furthest, is_past
from screens.shapes.format import fixed
from tui_nn.nn.operation import Operation, Phase
from tui_nn.training.analysis.health.nonfinite import overflow
from tui_nn.training.session.snapshot import Activity, Snapshot

SEPARATOR = " · "


def status_line(snapshot: Snapshot, width: int) -> str:
    """Return where the run is, as far as it fits.

    Where it is too long, words give way from the right, but never step, op and the state.

    Args:
        snapshot: What to describe.
        width: Columns there are.
    """
    position = snapshot.position
    operations = snapshot.program.operations
    following = operations[position.operation].symbol
    words = {
        "step": f"step {position.step}",
        "epoch": f"epoch {position.epoch}",
        "batch": f"batch {position.batch}/{position.batches}",
        "op": f"op {position.operation}/{len(operations)} next {following}",
        "loss": f"loss {'–' if snapshot.loss is None else fixed(snapshot.loss, 4)}",
        "acc": f"acc {_figure(snapshot.accuracy, '.1%')}",
        "state": state_words(snapshot),
    }
    return fitted(words, ("acc", "loss", "batch", "epoch"), width)


def state_words(snapshot: Snapshot) -> str:
    """Return what the run is doing, and why it stopped if there is more to say."""
    if snapshot.activity is Activity.PAUSED and snapshot.reason:
        return f"paused: {snapshot.reason}"
    return snapshot.activity.value


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
    if snapshot.activity is Activity.PAUSED and (found := overflow(snapshot)):
        return f"{found.operation.symbol} is not finite: 4 says why, B goes back"
    if is_past(snapshot):
        place = f"{snapshot.position.step} of {furthest(snapshot)}"
        words = (
            f"in the past: step {place} · next: {formula}",
            f"past: {place} · next: {formula}",
        )
        return next((each for each in words if len(each) <= width), words[-1])
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
    return fitted(words, ("recipe", "data", "rate"), width)


def fitted(words: dict[str, str], dispensable: tuple[str, ...], width: int) -> str:
    """Return words in a line, without as many of the dispensable ones as it takes to fit."""
    kept = dict(words)
    for word in dispensable:
        if len(SEPARATOR.join(kept.values())) <= width:
            break
        del kept[word]
    return SEPARATOR.join(kept.values())


def _figure(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
