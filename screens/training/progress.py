"""How far the epoch and the run are, in bars and in words, and the table of epochs."""

from screens.shapes.format import figure
from screens.training.pace import Pace, clock_time
from tui_nn.training.analysis.health import stopped_early
from tui_nn.training.analysis.typical_error import typical_error
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord

_DONE, _TO_DO = "█", "░"


def bar(share: float, width: int) -> str:
    """Return a bar with its track: ``███░░``."""
    done = round(min(max(share, 0.0), 1.0) * width)
    return _DONE * done + _TO_DO * (width - done)


def last_step(snapshot: Snapshot) -> int:
    """Return how many steps make the whole run."""
    return snapshot.schedule.first_step(snapshot.recipe.training.epochs + 1)


def progress_line(snapshot: Snapshot, pace: Pace, width: int) -> str:
    """Return how far the run is, how fast it goes and how long it will take.

    Args:
        snapshot: Of the run.
        pace: Its speed.
        width: Columns there are; the bars take what the words leave.
    """
    position, epochs = snapshot.position, snapshot.recipe.training.epochs
    over = min(position.step / last_step(snapshot), 1.0)
    pieces = filter(None, [_place(snapshot), progress_words(snapshot, pace)])
    words = f" {' · '.join(pieces)}"
    if len(words) + 12 > width:
        words = f" {_place(snapshot)}"
    return f"{bar(over, max(min(width - len(words), 40), 4))}{words}" if epochs else words


def _place(snapshot: Snapshot) -> str:
    position, epochs = snapshot.position, snapshot.recipe.training.epochs
    epoch, done = position.epoch, position.batch - 1
    if snapshot.activity is Activity.FINISHED and not done:
        return f"epoch {epoch - 1}/{epochs} finished"
    past = "" if epoch <= epochs else f" (the recipe has {epochs})"
    of = f"/{epochs}" if epoch <= epochs else ""
    if position.batches == 1:
        return f"epoch {epoch}{of}{past}, all of train in one step"
    return f"epoch {epoch}{of}{past} · batch {done:,}/{position.batches:,} done"


def progress_words(snapshot: Snapshot, pace: Pace) -> str:
    """Return how fast it goes and how long it will take."""
    if best := stopped_early(snapshot):
        return f"stopped early; best was epoch {best.epoch}: g {best.step} goes there"
    speed = pace.steps_per_second
    words = "---" if speed is None else f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
    left = last_step(snapshot) - snapshot.position.step
    if speed is None and snapshot.activity is not Activity.RUNNING:
        return ""
    if left <= 0:
        return f"{words} steps/s"
    return f"{words} steps/s · {clock_time(pace.seconds_for(left))} left"


_LEFT = f"{'epoch':>5} │{'train loss':>11} {'validation':>11} │"
HEADER = f"{_LEFT}{'train acc':>10} {'validation':>11}"
_OF_NUMBERS = f"{_LEFT}{'|p − y|':>10} {'validation':>11}"


def epoch_lines(snapshot: Snapshot, lines: int) -> list[str]:
    """Return a table of the newest epochs, its header first.

    The epoch whose validation loss is the lowest is marked.

    Args:
        snapshot: Whose epochs.
        lines: How many there is room for.
    """
    if lines <= 0:
        return []
    header = _OF_NUMBERS if snapshot.recipe.task.is_numeric else HEADER
    if not snapshot.epochs:
        return [header, "the first line comes at an epoch's end: press e"][:lines]
    best = snapshot.epochs.lowest
    rows = [
        f"{each.epoch:>5} │{figure(each.train_loss, 4):>11} {figure(each.validation_loss, 4):>11} │"
        f"{_success(snapshot, each)}"
        f"{' ◀ lowest validation loss' if best and each.epoch == best.epoch else ''}"
        for each in snapshot.epochs[-max(lines - 1, 1) :]
    ]
    return [header, *rows][:lines]


def _success(snapshot: Snapshot, record: EpochRecord) -> str:
    """Return the shares that were right or, where numbers are wanted, how far off they were."""
    if not snapshot.recipe.task.is_numeric:
        return f"{record.train_accuracy:>10.1%} {record.validation_accuracy:>11.1%}"
    losses = (record.train_loss, record.validation_loss)
    train, validation = typical_error(snapshot.recipe, losses)
    return f"{train:>10.4f} {validation:>11.4f}"
