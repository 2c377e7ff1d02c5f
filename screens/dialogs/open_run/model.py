"""What the dialog that opens a run says: what there is, what is in it, and how it went."""

import time

from screens.shapes.format import counted
from tui_nn.files import size_words
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.library import SavedRun, Summary, trained_names
from tui_nn.training.runs.resuming import ResumedRun

_NAME = 20  # columns


def listed_line(each: SavedRun) -> str:
    """Return a line of the list: what it is called, and in short what it is."""
    if each.summary is None:
        return f"{_fitted(each.name)} ! cannot be opened"
    summary = each.summary
    how_far = _how_far(summary).removesuffix(" on validation")
    edits = f", {counted(summary.edits, 'edit')}" if summary.edits else ""
    return f"{_fitted(each.name)} {_layers(summary.recipe)}, {how_far}{edits}"


def description(each: SavedRun) -> list[str]:
    """Return what is known of a file without opening it."""
    if each.summary is None:
        return [each.fault.removeprefix(f"{each.path}: ")]
    summary, recipe = each.summary, each.summary.recipe
    first = f"{recipe.name}: {recipe.title}" if recipe.title else recipe.name
    where = [] if each.name in trained_names() else [str(each.path)]
    trained = f"{_how_far(summary)}, trained on {recipe.data.name}"
    when = time.strftime("saved %d %b %Y %H:%M", time.localtime(summary.saved_at))
    rest = ["included in tui-nn" if each.name in trained_names() else when]
    rest.append(size_words(summary.size))
    if summary.edits:
        rest.append(counted(summary.edits, "edit"))
    if summary.stops:
        rest.append(_stops_words(summary.stops))
    return [first, trained, " · ".join(rest), *where, *filter(None, [summary.caution])]


def opened_words(taken_up: ResumedRun) -> str:
    """Return what is said when a run was opened."""
    session = taken_up.session
    count = len(session.journal)
    edits = f", with {counted(count, 'edit')} (ctrl+t)" if count else ""
    words = f"Opened {taken_up.path.stem} at step {session.position.step:,}{edits}."
    return " ".join((words, *map(_sentence, taken_up.notes)))


def _fitted(name: str) -> str:
    return name.ljust(_NAME) if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:].rstrip('.')}."


def _layers(recipe: Recipe) -> str:
    return "-".join(map(str, recipe.network.layers))


def _how_far(summary: Summary) -> str:
    words = f"step {summary.step:,}"
    if not summary.epochs:
        return f"{words}, in epoch 1"
    accuracy = summary.epochs[-1].validation_accuracy
    return f"{words}, {100 * accuracy:.1f} % correct on validation"


def _stops_words(count: int) -> str:
    return f"{count:,} {'breakpoint or watch' if count == 1 else 'breakpoints and watches'}"
