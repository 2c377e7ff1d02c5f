"""What the dialog that saves a run says: where to, what is in the file, and how it went."""

import re
from contextlib import suppress
from pathlib import Path

from screens.shapes.format import counted
from tui_nn.files import size_words
from tui_nn.training.runs.kept import SUFFIX
from tui_nn.training.storage.checkpoint import Checkpoint

_BYTES_A_NUMBER = 8
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


def suggested_name(checkpoint: Checkpoint) -> str:
    """Return a name for a file that says what is in it."""
    name = _NOT_IN_A_NAME.sub("-", checkpoint.recipe.name).strip("-.") or "run"
    return f"{name}-step{checkpoint.step}{SUFFIX}"


def suggested_path(path: Path | None, checkpoint: Checkpoint) -> str:
    """Return where to save without typing: the file used last, else a new one here."""
    if path is None:
        return suggested_name(checkpoint)
    with suppress(OSError):  # the current folder may be gone
        here = Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)
    return str(path)


def contents(checkpoint: Checkpoint) -> list[str]:
    """Return what is saved, a line each."""
    recipe, history = checkpoint.recipe, checkpoint.history
    shapes = recipe.architecture()
    layers = "-".join(map(str, recipe.network.layers))
    slots = ", ".join(each.letter for each in recipe.program().optimizer.slots)
    operations = checkpoint.place.operation
    done = f", {counted(operations, 'operation')} into the next" if operations else ""
    stops = [
        counted(len(checkpoint.breakpoints), "breakpoint"),
        f"{len(checkpoint.watches):,} watch{'' if len(checkpoint.watches) == 1 else 'es'}",
    ]
    return [
        f"network    {layers}: {shapes.parameter_count:,} weights and biases",
        f"optimiser  {recipe.training.optimizer}" + (f", with its {slots}" if slots else ""),
        f"run        step {checkpoint.step:,}{done}",
        f"history    {counted(len(history), 'step')}, {counted(len(history.epochs), 'epoch')}",
        f"changes    {counted(len(checkpoint.edits), 'edit')}, {', '.join(stops)}",
        f"size       about {size_words(expected_size(checkpoint))}",
    ]


def expected_size(checkpoint: Checkpoint) -> int:
    """Return about how many bytes the file will have; how well the history packs is not known."""
    numbers = len(checkpoint.history) * (2 + len(checkpoint.recipe.network.layers))
    return checkpoint.state.flat.nbytes + numbers * _BYTES_A_NUMBER + 4000


def saved_words(path: Path, checkpoint: Checkpoint, size: int) -> str:
    """Return what is said when a run was saved."""
    edits = f", {counted(len(checkpoint.edits), 'edit')}" if checkpoint.edits else ""
    return f"Saved {path.absolute()}: step {checkpoint.step:,}{edits}, {size_words(size)}."


def writing_words(path: Path) -> str:
    """Return where a file is going to be written, whatever was typed of its path."""
    return f"enter writes {path.absolute()}"


def replacing_words(path: Path) -> str:
    """Return what is asked before a file is replaced that is not this run's."""
    return f"{path.name} is there already, and is not this run's: enter again replaces it."
