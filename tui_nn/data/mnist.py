"""Fetches MNIST into torchvision's layout, so that either finds what the other fetched."""

import gzip
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui_nn.data.folders import SETS
from tui_nn.data.idx import read_images, read_labels
from tui_nn.errors import TuiNNError
from tui_nn.files import open_replacement

# Mirrors and checksums as torchvision publishes them, the mirrors in its order.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
CHECKSUMS = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
_CHUNK = 1 << 16

Progress = Callable[[str, int, int], None]
"""Is told the file, the bytes that have arrived, and the bytes in all (0 where unknown)."""


def fetch_mnist(
    root: Path, progress: Progress | None = None, mirrors: Sequence[str] | None = None
) -> None:
    """Fetch MNIST's four files into ``root/MNIST/raw``, both as published and unpacked.

    A file gets its name only once its checksum is right, so nothing partial can be taken for
    the data; what is there and right already is not fetched again.

    Args:
        root: The data folder.
        progress: Is called as bytes arrive; without it a bar is drawn where stderr is a terminal.
        mirrors: Addresses to fetch from, in this order, instead of ``MIRRORS``.

    Raises:
        TuiNNError: No mirror had a file with the right checksum, or the folder is not writable.
    """
    raw = SETS["mnist"].raw(root)
    try:
        raw.mkdir(parents=True, exist_ok=True)
        for file, md5 in CHECKSUMS.items():
            _fetch(raw, file, md5, MIRRORS if mirrors is None else mirrors, progress)
            _unpack(raw / file)
    except OSError as error:
        raise TuiNNError(f"{raw}: cannot store MNIST: {error.strerror or error}") from error


def _fetch(
    raw: Path, file: str, md5: str, mirrors: Sequence[str], progress: Progress | None
) -> None:
    """Fetch one file from the first mirror that has it."""
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")  # the bar says it all, and a screen may be up
    bar = _Bar(file, progress) if progress else sys.stderr.isatty()
    failures = []
    for mirror in mirrors:
        downloader = pooch.HTTPDownloader(progressbar=bar, chunk_size=_CHUNK)
        try:
            pooch.retrieve(f"{mirror}{file}", f"md5:{md5}", file, raw, downloader=downloader)
            return
        except requests.RequestException as error:
            failures.append(f"{urlsplit(mirror).netloc}: {_reason(error)}")
        except ValueError:
            failures.append(f"{urlsplit(mirror).netloc}: wrong MD5 checksum")
    raise TuiNNError(
        f"could not fetch {file} from any mirror ({'; '.join(failures)}); "
        f"check the connection, or put MNIST's four files into {raw}"
    )


def _reason(error: Any) -> str:
    """Say in a few words why a request failed; what requests says fills a screen."""
    if error.response is not None:
        return f"{error.response.status_code} {error.response.reason}"
    return type(error).__name__


def _unpack(packed: Path) -> None:
    """Write the unpacked file beside a gzipped one; it gets its name once it has been read."""
    target = packed.with_suffix("")
    with gzip.open(packed) as source, open_replacement(target) as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        partial = Path(file.name)
        (read_images if "images" in target.name else read_labels)(partial)
        # pooch leaves its files readable by their owner alone; a class may share the folder.
        packed.chmod(partial.stat().st_mode)


class _Bar:
    """What pooch asks of a progress bar, passed on to a callback."""

    def __init__(self, file: str, progress: Progress) -> None:
        self._file, self._progress = file, progress
        self.total = 0
        self._done = 0

    def reset(self) -> None:
        self._done = 0

    def update(self, size: int) -> None:
        """Count bytes; pooch says a full chunk even of the last, shorter one."""
        self._done += size
        if self.total:
            self._done = min(self._done, self.total)
        self._progress(self._file, self._done, self.total)

    def close(self) -> None:
        """Nothing to close."""
