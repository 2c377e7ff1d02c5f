"""A saved run, as the commands open it that look into one."""

from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.cli.output import tell_what_was_read

if TYPE_CHECKING:
    from tui_nn.training.session.session import Session


def open_saved(file: Path, data: str | None, history_memory: int = 0) -> "Session":
    """Return a session that stands where a saved run was, and say what was read of its data.

    Args:
        file: The run.
        data: Other data than it was trained on, or None.
        history_memory: Bytes for copies of the parameters.

    Raises:
        TuiNNError: The run or its data cannot be read.
    """
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.session.session import Session
    from tui_nn.training.storage.checkpoint import load_checkpoint

    saved = load_checkpoint(file)
    dataset = load_wanted(saved.recipe, data)
    tell_what_was_read(dataset)
    pin_threads(saved.threads)
    return Session.resumed(saved, dataset, history_memory=history_memory)
