"""How a path is to be read, where that cannot be told from the file: ``digits.csv::label=last``.

The options are part of the name, so that they stand wherever a data set is named: in a recipe, in
the app's dialog and in a saved run.
"""

from pathlib import Path
from typing import NamedTuple

from tui_nn.errors import TuiNNError

MARK = "::"
TRANSPOSE = "transpose"
LABEL = "label="


class ReadOptions(NamedTuple):
    """What the person says of a file.

    Attributes:
        label: The column of the labels in a table: ``first``, ``last`` or its name; "" to judge.
        transpose: Whether the images lie on their side, as in EMNIST's files.
        alone: Whether to read a file without its partner, as for prediction.
    """

    label: str = ""
    transpose: bool = False
    alone: bool = False


def split_name(name: str) -> tuple[Path, ReadOptions]:
    """Return the path and the options of what ``--data`` was given.

    Raises:
        TuiNNError: There is no such option.
    """
    path, *words = name.split(MARK)
    options = ReadOptions()
    if not words or Path(name).exists():
        return Path(name), options
    for word in words:
        if word == TRANSPOSE:
            options = options._replace(transpose=True)
        elif word.startswith(LABEL) and word != LABEL:
            options = options._replace(label=word.removeprefix(LABEL))
        else:
            raise TuiNNError(
                f"no option called {word!r} in {name!r}; "
                f"expected {MARK}{LABEL}first, last or a column's name, or {MARK}{TRANSPOSE}"
            )
    return Path(path), options


def with_options(name: str, label: str | None, transpose: bool) -> str:
    """Return a name with options added to it."""
    if label:
        name += f"{MARK}{LABEL}{label}"
    return name + MARK + TRANSPOSE if transpose else name
