"""Opens a saved run, on the data set that it was trained on or on another one."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import lasting_name, load
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.kept import adopt
from tui_nn.training.session.session import Session
from tui_nn.training.storage.checkpoint import Checkpoint, load_checkpoint


class ResumedRun(NamedTuple):
    """A saved run to go on with.

    Attributes:
        session: The run.
        path: Its file.
        notes: What is different from when it was saved, in sentences.
    """

    session: Session
    path: Path
    notes: tuple[str, ...]


@np.errstate(all="ignore")
def resume_run(
    path: Path,
    *,
    data: str | None = None,
    otherwise: Callable[[], Dataset] | None = None,
    history_memory: int = 0,
) -> ResumedRun:
    """Return a saved run to go on with.

    Args:
        path: Its file.
        data: A data set to use instead of the one that it was trained on.
        otherwise: Returns a data set to use where that one is not here; None if that is an error.
        history_memory: As for a new session.

    Raises:
        TuiNNError: The file cannot be read, is damaged or was not saved by tui-nn; or its data are
            not here, or cannot be split as its recipe says.
    """
    checkpoint = load_checkpoint(path)
    trained_on = checkpoint.recipe.data.name
    dataset, note = _data(path, trained_on, data, otherwise)
    recipe = checkpoint.recipe
    if note:
        section = msgspec.structs.replace(recipe.data, name=lasting_name(dataset.name))
        recipe = msgspec.structs.replace(recipe, data=section)
        checkpoint = replace(checkpoint, recipe=recipe)
    session = Session.resumed(checkpoint, dataset, history_memory=history_memory)
    notes = (note, _other_size(session, checkpoint), checkpoint.caution)
    return ResumedRun(session, adopt(path), tuple(filter(None, notes)))


def _data(
    path: Path, trained_on: str, wanted: str | None, otherwise: Callable[[], Dataset] | None
) -> tuple[Dataset, str]:
    """Return the data set, and a note if it is not the one that the run was trained on."""
    name = wanted or trained_on
    try:
        dataset = load(name)
    except TuiNNError as error:
        if wanted:
            raise
        if otherwise is None:
            raise TuiNNError(
                f"{path}: trained on {name}, which cannot be loaded: {error}; --data names another"
            ) from None
        dataset = otherwise()
        note = f"It was trained on {name}, which is not here: it goes on with {dataset.name}."
        return dataset, note
    if lasting_name(name) == lasting_name(trained_on):
        return dataset, ""
    return dataset, f"It was trained on {trained_on}: it goes on with {dataset.name}."


def _other_size(session: Session, checkpoint: Checkpoint) -> str:
    """Return a note if the data set has another number of samples than it had."""
    for record in checkpoint.history.epochs[-1:]:
        if session.schedule.first_step(record.epoch + 1) != record.step:
            return "An epoch here has another number of steps than those it was trained with."
    return ""
