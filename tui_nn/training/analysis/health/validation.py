"""Whether what the network learns holds for samples that it is not trained on."""

from collections.abc import Iterable

from msgspec.structs import replace

from tui_nn.training.analysis.health.finding import Finding, Verdict
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.epochs import EpochRecord, Epochs

_NAME = "new digits"
_RISEN = 1.05  # times the lowest validation loss: less is the noise between epochs
_MUCH_RISEN = 1.5
_SMALL_GAP, _LARGE_GAP = 0.04, 0.1
_FAR = 0.5  # of validation right: below, hardly anything is learnt that could hold


def validation_gap(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the network is better on what it was trained on than on what it was not."""
    task = snapshot.recipe.task
    if not snapshot.epochs or task.is_numeric:
        return
    last = snapshot.epochs[-1]
    figures = f"{_train_words(snapshot, last)}, validation {last.validation_accuracy:.1%}"
    found = _overfitting(snapshot.epochs, figures) or _gap(snapshot, last, figures)
    yield replace(found, name=f"new {task.form.nouns[1]}")


def _overfitting(epochs: Epochs, figures: str) -> Finding | None:
    """Return what to say where validation loss has risen while train loss went on down."""
    last, best = epochs[-1], epochs.lowest
    if best is None:
        return None
    risen = last.validation_loss / best.validation_loss if best.validation_loss else 1.0
    if last.epoch - best.epoch < 2 or risen < _RISEN or last.train_loss > _RISEN * best.train_loss:
        return None
    says = (
        f"{figures}. Overfitting since epoch {best.epoch}: validation loss rose from "
        f"{best.validation_loss:.3g} to {last.validation_loss:.3g} while train loss went "
        f"from {best.train_loss:.3g} to {last.train_loss:.3g}: it memorises the training set."
    )
    advice = (
        f"Epoch {best.epoch} was best (g, step {best.step}). More data, dropout, L2 or early "
        "stopping (p) help."
    )
    gap = last.train_accuracy - last.validation_accuracy
    verdict = Verdict.BAD if risen > _MUCH_RISEN or gap > _LARGE_GAP else Verdict.WARN
    return Finding(_NAME, verdict, says, advice)


def _gap(snapshot: Snapshot, last: EpochRecord, figures: str) -> Finding:
    """Judge how far validation stands below train."""
    task, gap = snapshot.recipe.task, last.train_accuracy - last.validation_accuracy
    if not task.is_binary and last.validation_accuracy < 2 / task.outputs:
        return Finding(_NAME, Verdict.WARN, f"{figures}: hardly better than guessing.")
    if gap > _LARGE_GAP:
        says = f"{figures}, far apart: it memorises the training set."
        advice = "Use more data, a smaller network, dropout or L2 (p)."
        return Finding(_NAME, Verdict.BAD, says, advice)
    if last.validation_accuracy < _FAR:
        return Finding(_NAME, Verdict.WARN, f"{figures}: far from learnt yet.")
    if gap > _SMALL_GAP and last.validation_loss > last.train_loss:
        says = f"{figures}, moving apart: it begins to memorise the training set."
        return Finding(_NAME, Verdict.WARN, says, "More data, dropout or L2 (p) would help.")
    nouns = task.form.nouns[1]
    says = f"{figures}: what it learnt holds for {nouns} that it never saw."
    return Finding(_NAME, Verdict.OK, says)


def _train_words(snapshot: Snapshot, epoch: EpochRecord) -> str:
    """Return the accuracy on train, and what made that harder than validation is."""
    harder = [
        *(["with dropout"] if any(snapshot.program.method.dropped) else []),
        *(["distorted"] if snapshot.program.distortion else []),
    ]
    how = f" ({', '.join(harder)})" if harder else ""
    return f"train {epoch.train_accuracy:.1%}{how}"
