"""How a path is to be read, where that cannot be told from the file: ``digits.csv::label=last``.

The options are part of the name, so that they stand wherever a data set is named: in a recipe, in
the app's dialog and in a saved run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from tui_nn.errors import TuiNNError

MARK = "::"
TRANSPOSE = "transpose"
LABEL = "label="
POINTS = "points="


class ReadOptions(NamedTuple):
    """What the person says of a file.

    Attributes:
        label: The column of the labels in a table: ``first``, ``last`` or its name; "" to judge.
        transpose: Whether the images lie on their side, as in EMNIST's files.
        alone: Whether to read a file without its partner, as for prediction.
        classes: The classes of the points in it, in their order; none to find them.
    """

    label: str = ""
    transpose: bool = False
    alone: bool = False
    classes: tuple[str, ...] = ()


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
        elif word.startswith(POINTS) and word != POINTS:
            classes = word.removeprefix(POINTS).split(",")
            options = options._replace(classes=tuple(map(unquote, classes)))
        else:
            raise TuiNNError(
                f"no option called {word!r} in {name!r}; "
                f"expected {MARK}{LABEL}first, last or a column's name, or {MARK}{TRANSPOSE}"
            )
    return Path(path), options


def points_word(classes: Sequence[str]) -> str:
    """Return the option that says which classes there are, whatever they are called."""
    return POINTS + ",".join(quote(each, safe="") for each in classes)


def with_options(name: str, label: str | None, transpose: bool) -> str:
    """Return a name with options added to it."""
    if label:
        name += f"{MARK}{LABEL}{label}"
    return name + MARK + TRANSPOSE if transpose else name
