"""What the samples of a data set are, told by the name that ``--data`` was given."""

from contextlib import suppress
from functools import lru_cache

from tui_nn.data.files.options import MARK, POINTS, points_word, split_name
from tui_nn.data.folders import SETS
from tui_nn.data.form import DIGITS, Form, points_form
from tui_nn.data.mixture import ingredients
from tui_nn.data.own import is_own
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError


def form_of(name: str) -> Form:
    """Return what the samples of a data set are, given what ``--data`` names.

    That is in the name of a world, and in a lasting name of a file of points, which may be gone by
    now; else a file is looked at. Every other file or set holds digits.
    """
    if name in WORLDS:
        return WORLDS[name].form
    if name in SETS or name == "embedded" or is_own(name):
        return DIGITS
    with suppress(TuiNNError, OSError):  # which loading it says
        if parts := ingredients(name):
            return form_of(parts[0].name)
        path, options = split_name(name)
        if options.classes:
            return points_form(options.classes)
        if path.exists():
            about = path.stat()
            return _looked_at(name, (about.st_mtime_ns, about.st_size))
    return DIGITS


@lru_cache(8)
def _looked_at(name: str, stamp: tuple[int, int]) -> Form:
    """Return what a file holds, which is looked at again when it has changed."""
    del stamp
    from tui_nn.data.files.tables import points_at  # what has a name does not wait for it

    return points_at(*split_name(name)) or DIGITS


def with_form(name: str) -> str:
    """Return the name of a data set that says of a file of points which classes there are."""
    form = form_of(name)
    is_said = name in WORLDS or f"{MARK}{POINTS}" in name or not form.is_point
    return name if is_said else name + MARK + points_word(form.classes)
