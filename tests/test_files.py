import os
from pathlib import Path

import pytest

from tui_nn.errors import TuiNNError
from tui_nn.files import open_replacement, write_file


@pytest.mark.parametrize("content", ["two\r\nlines\n", b"\0bytes"])
def test_writes_a_file_as_it_is(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older")
    write_file(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    path.write_bytes(b"older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TuiNNError, match="file: cannot be written: No space left on device"):
        write_file(path, "newer")
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replacement_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with open_replacement(tmp_path / "file") as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        write()
    assert list(tmp_path.iterdir()) == []


def test_two_that_write_the_same_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with open_replacement(path) as first:
        first.write(b"first")
        with open_replacement(path) as second:
            second.write(b"se")
        assert path.read_bytes() == b"se"
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
