"""Fetches MNIST and its relatives through ``torchvision.datasets``, an optional extra."""

import contextlib
import io
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tui_nn.data.folders import NamedSet, load_set
from tui_nn.errors import TuiNNError

INSTALL = "pip install 'tui-nn[torchvision]'"


def is_installed() -> bool:
    """Return whether torchvision is here, without the seconds that importing it takes."""
    return find_spec("torchvision") is not None


def fetch_through_torchvision(each: NamedSet, root: Path, quiet: bool = True) -> None:
    """Fetch a set into torchvision's layout below ``root``.

    torchvision unpacks in place, where an interruption leaves half a file that it then takes for
    the whole. So it works in a temporary folder, and the files are moved only after all of them
    have been read without an error.

    Args:
        each: One of ``SETS``.
        root: The data folder.
        quiet: Keeps torchvision's own progress bar off stderr.

    Raises:
        TuiNNError: torchvision is not installed, could not fetch, or the folder is not writable.
    """
    if not is_installed():
        raise TuiNNError(f"{each.name} is fetched by torchvision, which is missing; run: {INSTALL}")
    raw = each.raw(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=root) as workshop:
            with contextlib.redirect_stderr(io.StringIO()) if quiet else contextlib.nullcontext():
                _download(each, Path(workshop))
            fetched = each.raw(Path(workshop))
            load_set(each, fetched, each.name)
            raw.mkdir(parents=True, exist_ok=True)
            for file in each.files:
                (fetched / file).replace(raw / file)
    except OSError as error:
        raise TuiNNError(f"{raw}: cannot store {each.name}: {error.strerror or error}") from error


def _download(each: NamedSet, root: Path) -> None:
    try:
        from torchvision import datasets

        for arguments in each.parts:
            getattr(datasets, each.torchvision)(root, download=True, **arguments)
    except Exception as error:  # from a broken installation to a mirror's bad zip: all foreign
        reason = " ".join(str(error).split())
        raise TuiNNError(f"torchvision could not fetch {each.name}: {reason}") from error
