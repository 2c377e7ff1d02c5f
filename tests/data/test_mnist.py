"""Fetching MNIST, from mirrors that work and mirrors that fail."""

import logging
import shutil
import socket
import stat
import sys
from pathlib import Path
from typing import BinaryIO

import pooch
import pytest

from tests.data.conftest import Mirror
from tests.data.files import digits, idx_files, publish, same
from tui_nn.data import mnist, sources
from tui_nn.data.folders import SETS
from tui_nn.errors import TuiNNError

FILES = SETS["mnist"].files
PUBLISHED = digits()


@pytest.fixture
def root(tmp_path: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and a mirror that publishes a small MNIST."""
    monkeypatch.setattr(mnist, "CHECKSUMS", publish(mirror.folder, PUBLISHED))
    monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
    root = tmp_path / "data"
    monkeypatch.setenv("TUI_NN_DATA", str(root))
    return root


def dead_url() -> str:
    """An address where nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def stored(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def refusal(root: Path, *mirrors: str) -> str:
    with pytest.raises(TuiNNError) as caught:
        mnist.fetch_mnist(root, mirrors=mirrors)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_fetches_into_torchvisions_layout(root: Path, mirror: Mirror) -> None:
    mnist.fetch_mnist(root)
    expected = [f"MNIST/raw/{file}{ending}" for file in FILES for ending in ("", ".gz")]
    assert stored(root) == sorted(expected)
    for file, content in idx_files(PUBLISHED).items():
        unpacked, packed = (root / "MNIST" / "raw" / name for name in (file, f"{file}.gz"))
        assert unpacked.read_bytes() == content
        assert packed.read_bytes() == (mirror.folder / packed.name).read_bytes()
        assert stat.S_IMODE(packed.stat().st_mode) == stat.S_IMODE(unpacked.stat().st_mode)
    assert same(sources.load("mnist"), PUBLISHED)
    assert same(sources.load(str(root)), PUBLISHED)


def test_what_is_here_is_not_fetched_again(root: Path, mirror: Mirror) -> None:
    sources.fetch("mnist")
    assert len(mirror.asked) == 4
    sources.fetch("mnist")
    mnist.fetch_mnist(root)
    assert len(mirror.asked) == 4
    for file in FILES:
        (root / "MNIST" / "raw" / f"{file}.gz").unlink()
    sources.fetch("mnist")
    assert len(mirror.asked) == 4


def test_a_checked_archive_is_unpacked_without_fetching(root: Path, mirror: Mirror) -> None:
    shutil.copytree(mirror.folder, root / "MNIST" / "raw")
    mnist.fetch_mnist(root)
    assert mirror.asked == []
    assert same(sources.load("mnist"), PUBLISHED)


@pytest.mark.parametrize("damage", [b"", b"\0\0\x08\x03", idx_files(PUBLISHED)[FILES[0]][:5000]])
def test_a_damaged_file_is_fetched_again(root: Path, mirror: Mirror, damage: bytes) -> None:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for file, content in idx_files(PUBLISHED).items():
        (raw / file).write_bytes(content)
    (raw / FILES[0]).write_bytes(damage)
    with pytest.raises(TuiNNError, match=FILES[0]):
        sources.load("mnist")
    sources.fetch("mnist")
    assert len(mirror.asked) == 4
    assert same(sources.load("mnist"), PUBLISHED)


def test_a_damaged_archive_is_fetched_again(root: Path, mirror: Mirror) -> None:
    raw = root / "MNIST" / "raw"
    shutil.copytree(mirror.folder, raw)
    (raw / f"{FILES[1]}.gz").write_bytes(b"half of")
    mnist.fetch_mnist(root)
    assert mirror.asked == [f"/{FILES[1]}.gz"]
    assert same(sources.load("mnist"), PUBLISHED)


def test_a_mirror_that_fails_gives_way_to_the_next(root: Path, mirror: Mirror) -> None:
    mnist.fetch_mnist(root, mirrors=(dead_url(), f"{mirror.url}elsewhere/", mirror.url))
    missed = [path for path in mirror.asked if path.startswith("/elsewhere/")]
    assert len(missed) == 4, "the second mirror was not tried"
    assert same(sources.load("mnist"), PUBLISHED)


def test_a_mirror_with_other_files_gives_way_to_the_next(root: Path, mirror: Mirror) -> None:
    publish(mirror.folder / "altered", digits(seed=1))
    mnist.fetch_mnist(root, mirrors=(f"{mirror.url}altered/", mirror.url))
    assert f"/altered/{FILES[0]}.gz" in mirror.asked
    assert same(sources.load("mnist"), PUBLISHED)


def test_says_why_every_mirror_failed(root: Path, mirror: Mirror) -> None:
    publish(mirror.folder / "altered", digits(seed=1))
    dead = dead_url()
    message = refusal(root, dead, f"{mirror.url}elsewhere/", f"{mirror.url}altered/")
    here = mirror.url.removeprefix("http://").rstrip("/")
    assert message == (
        f"could not fetch {FILES[0]}.gz from any mirror "
        f"({dead.removeprefix('http://').rstrip('/')}: ConnectionError; "
        f"{here}: 404 File not found; {here}: wrong MD5 checksum); "
        f"check the connection, or put MNIST's four files into {root / 'MNIST' / 'raw'}"
    )
    assert stored(root) == []


def test_a_line_that_drops_leaves_nothing_behind(root: Path, mirror: Mirror) -> None:
    mirror.cut = True
    assert "ChunkedEncodingError" in refusal(root, mirror.url)
    assert mirror.asked == [f"/{FILES[0]}.gz"]
    assert stored(root) == []
    with pytest.raises(TuiNNError, match="mnist is not here"):
        sources.load("mnist")


def test_a_mirror_lost_halfway_leaves_a_set_that_is_not_here(root: Path, mirror: Mirror) -> None:
    (mirror.folder / f"{FILES[2]}.gz").unlink()
    assert f"{FILES[2]}.gz" in refusal(root, mirror.url)
    assert len(stored(root)) == 4
    with pytest.raises(TuiNNError, match="mnist is not here"):
        sources.load("mnist")


def test_a_full_disk_leaves_no_half_of_a_file(
    root: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(source: BinaryIO, target: BinaryIO, size: int) -> None:
        target.write(source.read(size // 100))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfileobj", fill_up)
        message = refusal(root, mirror.url)
    assert message == f"{root / 'MNIST' / 'raw'}: cannot store MNIST: No space left on device"
    assert stored(root) == [f"MNIST/raw/{FILES[0]}.gz"]
    mnist.fetch_mnist(root)
    assert same(sources.load("mnist"), PUBLISHED)


def test_published_nonsense_is_not_unpacked_into_place(
    root: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Right by its checksum and still no IDX: the reader has the last word.
    swapped = mirror.folder / f"{FILES[0]}.gz"
    shutil.copy(mirror.folder / f"{FILES[1]}.gz", swapped)
    sums = mnist.CHECKSUMS | {swapped.name: mnist.CHECKSUMS[f"{FILES[1]}.gz"]}
    monkeypatch.setattr(mnist, "CHECKSUMS", sums)
    assert "expected IDX images" in refusal(root, mirror.url)
    assert stored(root) == [f"MNIST/raw/{FILES[0]}.gz"]


def test_says_that_it_cannot_store(root: Path, mirror: Mirror) -> None:
    root.mkdir()
    (root / "MNIST").write_text("in the way")
    assert refusal(root, mirror.url).endswith("MNIST/raw: cannot store MNIST: Not a directory")
    assert mirror.asked == []


@pytest.mark.usefixtures("root")
def test_progress_counts_the_bytes_of_each_file(mirror: Mirror) -> None:
    calls: list[tuple[str, int, int]] = []
    sources.fetch("mnist", progress=lambda *call: calls.append(call))
    for file in mnist.CHECKSUMS:
        counts = [(done, total) for name, done, total in calls if name == file]
        size = (mirror.folder / file).stat().st_size
        assert {total for _, total in counts} == {size}
        assert counts[-1] == (size, size)
        assert [done for done, _ in counts] == sorted(done for done, _ in counts)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_bar_is_drawn_only_on_a_terminal(
    root: Path,
    terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    mnist.fetch_mnist(root)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("100%" in err) is terminal
    assert terminal or err == ""
    # pooch writes its log to the stderr it found at its import, out of capsys' sight.
    assert not pooch.get_logger().isEnabledFor(logging.INFO)
