"""Saving and opening runs: what is in them, where they go, and what is said of it."""

import re
import time
from pathlib import Path

from tui_nn.errors import TuiNNError
from tui_nn.files import size_words
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.storage.checkpoint import Checkpoint
from tui_nn.training.storage.library import SUFFIX, Listed, Summary, TakenUp, trained_names

_BYTES_A_NUMBER = 8
_NAME = 26  # columns
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


def suggested(checkpoint: Checkpoint) -> str:
    """Return a name for a file that says what is in it."""
    name = _NOT_IN_A_NAME.sub("-", checkpoint.recipe.name).strip("-.") or "run"
    return f"{name}-step{checkpoint.step}{SUFFIX}"


def offered(path: Path | None, checkpoint: Checkpoint) -> str:
    """Return what one may save to without typing: the file used last, else a new one here."""
    if path is None:
        return suggested(checkpoint)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def typed_path(text: str) -> Path:
    """Return the file that somebody typed: ``~`` is their home, and the suffix may be left out.

    Raises:
        TuiNNError: Nothing was typed, or it is no file.
    """
    if not text.strip():
        raise TuiNNError("type the name of a file")
    try:
        path = Path(text.strip()).expanduser()
    except RuntimeError:
        raise TuiNNError(f"{text.strip()}: nobody of that name has a home here") from None
    if text.rstrip().endswith("/") or path.is_dir():
        raise TuiNNError(f"{path} is a folder: type the name of a file in it")
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def contents(checkpoint: Checkpoint) -> list[str]:
    """Return what is saved, a line each."""
    recipe, history = checkpoint.recipe, checkpoint.history
    shapes = recipe.architecture()
    slots = ", ".join(each.letter for each in recipe.program().optimizer.slots)
    done = f", {checkpoint.operation} operations into the next" if checkpoint.operation else ""
    stops = [
        _number(len(checkpoint.breakpoints), "breakpoint"),
        _number(len(checkpoint.watches), "watch", "watches"),
    ]
    return [
        f"network    {_layers(recipe)}: {shapes.parameter_count:,} weights and biases",
        f"optimiser  {recipe.training.optimizer}" + (f", with its {slots}" if slots else ""),
        f"run        step {checkpoint.step:,}{done}",
        f"history    {_number(len(history), 'step')}, {_number(len(history.epochs), 'epoch')}",
        f"changes    {_number(len(checkpoint.edits), 'edit')}, {', '.join(stops)}",
        f"size       about {size_words(expected_size(checkpoint))}",
    ]


def expected_size(checkpoint: Checkpoint) -> int:
    """Return about how many bytes the file will have; how well the history packs is not known."""
    numbers = len(checkpoint.history) * (2 + len(checkpoint.recipe.network.layers))
    return checkpoint.state.flat.nbytes + numbers * _BYTES_A_NUMBER + 4000


def saved_words(path: Path, checkpoint: Checkpoint, size: int) -> str:
    """Return what is said when a run was saved."""
    return f"Saved {path}: step {checkpoint.step:,}, {size_words(size)}."


def replacing_words(path: Path) -> str:
    """Return what is asked before a file is replaced that is not this run's."""
    return f"{path.name} is there already, and is not this run's: enter again replaces it."


def listed_line(each: Listed) -> str:
    """Return a line of the list: what it is called, and in short what it is."""
    if each.summary is None:
        return f"{_fitted(each.name)} ! cannot be opened"
    summary = each.summary
    how_far = _how_far(summary).removesuffix(" on validation")
    return f"{_fitted(each.name)} {_layers(summary.recipe)}, {how_far}"


def description(each: Listed) -> list[str]:
    """Return what is known of a file without opening it."""
    if each.summary is None:
        return [each.fault.removeprefix(f"{each.path}: ")]
    summary, recipe = each.summary, each.summary.recipe
    first = f"{recipe.name}: {recipe.title}" if recipe.title else recipe.name
    trained = f"{_how_far(summary)}, trained on {recipe.data.name}"
    when = time.strftime("saved %d %b %Y %H:%M", time.localtime(summary.saved_at))
    rest = ["comes with tui-nn" if each.name in trained_names() else when]
    rest.append(size_words(summary.size))
    if summary.edits:
        rest.append(_number(summary.edits, "edit"))
    if summary.stops:
        rest.append(_number(summary.stops, "breakpoint or watch", "breakpoints and watches"))
    return [first, trained, " · ".join(rest), *filter(None, [summary.caution])]


def cut_off_words(summary: Summary) -> str:
    """Return what is said at the start after a run that was cut off."""
    return f"The last run was cut off at step {summary.step:,}: ctrl+o opens it."


def opened_words(taken_up: TakenUp) -> str:
    """Return what is said when a run was opened."""
    words = f"Opened {taken_up.path.stem} at step {taken_up.session.position.step:,}."
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
        return f"{words}, in its first epoch"
    accuracy = summary.epochs[-1].validation_accuracy
    return f"{words}, {100 * accuracy:.1f} % right on validation"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
