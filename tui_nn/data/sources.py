"""What ``--data`` accepts: sets known by name, and paths in several formats.

A named set is a row of ``SOURCES``, a format a row of ``files.formats.FORMATS``. Loading never
fetches, and returns a whole data set or raises, so that a mistake leaves what was loaded before as
it was.
"""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tui_nn.data import embedded, own, torchvision_sets
from tui_nn.data.dataset import Dataset
from tui_nn.data.files.options import MARK, ReadOptions, split_name
from tui_nn.data.folders import SETS, NamedSet, is_here, load_set
from tui_nn.data.forms import with_form
from tui_nn.data.mixture import ingredients, mixed, renamed
from tui_nn.data.mnist import Progress, fetch_mnist
from tui_nn.data.worlds import WORLDS
from tui_nn.data.worlds.world import World
from tui_nn.errors import TuiNNError

if TYPE_CHECKING:
    from tui_nn.data.files.reading import Part, Reading

Fetch = Callable[[Path, Progress | None, Sequence[str] | None], None]


class Source(Struct, frozen=True):
    """A set that ``--data`` knows by name. All functions are given the data folder.

    Attributes:
        name: What ``--data`` is given.
        title: What it shows, in a few words.
        where: Returns where its files are, or would be; None of what is generated.
        is_here: Returns whether they are there, without reading them.
        load: Returns the data set, or raises a ``TuiNNError``.
        how_to_get: Returns the command that gets it.
        fetch: Fetches it; None for a set that comes with the program.
    """

    name: str
    title: str
    where: Callable[[Path], Path | None]
    is_here: Callable[[Path], bool]
    load: Callable[[Path], Dataset]
    how_to_get: Callable[[], str]
    fetch: Fetch | None = None


class SourceInfo(NamedTuple):
    """One of the sets that ``--data`` knows by name.

    Attributes:
        name: What ``--data`` is given.
        title: What it shows, in a few words.
        here: Whether its files are here. They are not read.
        where: Where its files are, or would be; None of what is generated.
        how: The command that gets it, empty where it is here.
    """

    name: str
    title: str
    here: bool
    where: Path | None
    how: str

    @property
    def place(self) -> str:
        """Where its files are, in words."""
        return "generated" if self.where is None else str(self.where)


def data_folder() -> Path:
    """Return where named sets are stored: ``$TUI_NN_DATA``, else the user's data folder."""
    import platformdirs

    chosen = os.environ.get("TUI_NN_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("tui-nn", appauthor=False)


def available() -> list[SourceInfo]:
    """Return the sets that have a name, and whether they are here."""
    return [about(name) for name in SOURCES]


def about(name: str) -> SourceInfo:
    """Return one of the sets that have a name, and whether it is here."""
    source, root = SOURCES[name], data_folder()
    here = source.is_here(root)
    how = "" if here else source.how_to_get()
    return SourceInfo(source.name, source.title, here, source.where(root), how)


def lasting_name(name: str) -> str:
    """Return a name that means the same data set from another folder, and later on, too."""
    if own.is_own(name):
        return own.pinned_name(name)
    if name in SOURCES:
        return name
    if parts := ingredients(name):
        return renamed(parts, lasting_name)
    path, _, options = name.partition(MARK)
    if Path(name).exists():
        path, options = name, ""
    if not Path(path).exists():
        return name
    return with_form(str(Path(path).resolve()) + (MARK + options if options else ""))


def load(name: str) -> Dataset:
    """Return the data set that ``--data`` names.

    Args:
        name: One of ``SOURCES``, or a path in one of ``FORMATS``, with options after it; or
            several of them with ``+`` between.

    Returns:
        Splits ``train`` and ``test``, and ``validation`` where the source has one.

    Raises:
        TuiNNError: The set is not here, or a file is not what was expected.
    """
    try:
        if name in SOURCES:
            return SOURCES[name].load(data_folder())
        if own.is_own(name):
            return own.load_own(name)
        if parts := ingredients(name):
            return mixed(name, parts, load)
        path, options = split_name(name)
        return _read(name, path, options).dataset(path, name)
    except OSError as error:  # a name too long, a folder without permission
        raise TuiNNError(f"{name}: cannot be read: {error.strerror or error}") from error


def load_unlabelled(name: str) -> "Part":
    """Return samples whose labels are to be predicted: of a file itself, or a folder's test images.

    Raises:
        TuiNNError: As for ``load``.
    """
    from tui_nn.data.files.reading import Part

    try:
        if name in SOURCES:
            test = SOURCES[name].load(data_folder())["test"]
            return Part(test.images, test.labels, form=test.form)
        path, options = split_name(name)
        return _read(name, path, options._replace(alone=True)).unlabelled()
    except OSError as error:
        raise TuiNNError(f"{name}: cannot be read: {error.strerror or error}") from error


def fetch(
    name: str, progress: Progress | None = None, mirrors: Sequence[str] | None = None
) -> None:
    """Fetch a named set into the data folder. Does nothing where it is here and undamaged.

    Args:
        name: One of ``SOURCES``.
        progress: Is told the file, the bytes that have arrived and the bytes in all; of MNIST
            only, as torchvision reports nothing. Without it, a progress bar is drawn where
            stderr is a terminal.
        mirrors: Addresses to fetch MNIST from, instead of torchvision's.

    Raises:
        TuiNNError: There is no such set, or it could not be fetched or stored.
    """
    if name not in SOURCES:
        known = ", ".join(each.name for each in SOURCES.values() if each.fetch)
        raise TuiNNError(f"no data set called {name!r} to fetch; expected {known}")
    source, root = SOURCES[name], data_folder()
    if source.fetch is None:
        if not source.is_here(root):
            raise TuiNNError(f"{name} is not here, and is not fetched: {source.how_to_get()}")
        return
    if source.is_here(root):
        with suppress(TuiNNError):
            source.load(root)
            return
    source.fetch(root, progress, mirrors)


def _read(name: str, path: Path, options: ReadOptions) -> "Reading":
    from tui_nn.data.files.formats import FORMATS  # the app's start does not wait for them

    words = ", ".join(each.words for each in FORMATS if each.words)
    if not path.exists():
        raise TuiNNError(
            f"no data set or file called {name!r}; expected {', '.join(SOURCES)}, or {words}"
        )
    for each in FORMATS:
        if (found := each.read(path, options)) is not None:
            return found
    raise TuiNNError(f"{name}: holds no data set; expected {words}")


# The sets with a name


def _torchvision_source(each: NamedSet, fetch: Fetch | None = None) -> Source:
    """Return a set in torchvision's layout; torchvision fetches it, unless ``fetch`` does."""
    command = f"tui-nn data fetch {each.name}"

    def load(root: Path) -> Dataset:
        raw = each.raw(root)
        if not is_here(each, raw):
            raise TuiNNError(
                f"{each.name} is not here: its four files are not all in {raw}; run: {how_to_get()}"
            )
        return load_set(each, raw, each.name)

    def how_to_get() -> str:
        if fetch or torchvision_sets.is_installed():
            return command
        return f"{torchvision_sets.INSTALL} && {command}"

    return Source(
        name=each.name,
        title=each.title,
        where=each.raw,
        is_here=lambda root: is_here(each, each.raw(root)),
        load=load,
        how_to_get=how_to_get,
        fetch=fetch or partial(_fetch_through_torchvision, each),
    )


def _fetch_through_torchvision(
    each: NamedSet, root: Path, progress: Progress | None, mirrors: Sequence[str] | None
) -> None:
    del mirrors
    quiet = progress is not None or not sys.stderr.isatty()
    torchvision_sets.fetch_through_torchvision(each, root, quiet)


def _generated_source(each: World) -> Source:
    return Source(
        name=each.name,
        title=each.title,
        where=lambda _: None,
        is_here=lambda _: True,
        load=lambda _: each.dataset(),
        how_to_get=lambda: "",
    )


_FETCHED_HERE = {"mnist": fetch_mnist}

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="embedded",
            title="handwritten digits that come with tui-nn",
            where=lambda _: embedded.PATH,
            is_here=lambda _: embedded.PATH.is_file(),
            load=lambda _: embedded.load_embedded(),
            how_to_get=lambda: "pip install --force-reinstall tui-nn",
        ),
        *(_torchvision_source(each, _FETCHED_HERE.get(each.name)) for each in SETS.values()),
        Source(
            name=own.OWN,
            title="your own digits, drawn on screen 6",
            where=lambda _: own.own_path(),
            is_here=lambda _: own.own_path().is_file(),
            load=lambda _: own.load_own(own.OWN),
            how_to_get=lambda: own.HOW_TO_GET,
        ),
        *map(_generated_source, WORLDS.values()),
    )
}
"""Every set with a name, in the order in which they are listed."""
