"""A source and a format that are added from outside: a row each."""

from pathlib import Path

import pytest

from tests.data.files import digits, same
from tui_nn.cli import main
from tui_nn.data.dataset import Dataset
from tui_nn.data.files.formats import FORMATS, Format
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.reading import Part, Reading
from tui_nn.data.sources import (
    SOURCES,
    Source,
    available,
    fetch,
    lasting_name,
    load,
)
from tui_nn.errors import TuiNNError


def toy(name: str) -> Dataset:
    return Dataset(name, {"train": digits()["train"], "test": digits()["test"]})


def test_a_set_with_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))
    source = Source(
        name="toy",
        title="digits for a test",
        where=lambda root: root / "toy",
        is_here=lambda root: (root / "toy").exists(),
        load=lambda _: toy("toy"),
        how_to_get=lambda: "tui-nn data fetch toy",
        fetch=lambda root, *_: (root / "toy").touch(),
    )
    monkeypatch.setitem(SOURCES, "toy", source)
    assert available()[-1].how == "tui-nn data fetch toy"
    fetch("toy")
    assert available()[-1].here
    assert same(load("toy"), toy("toy"))
    assert lasting_name("toy") == "toy"
    assert main(["data"]) == 0
    assert "digits for a test" in capsys.readouterr().out


def test_a_format(tmp_path: Path) -> None:
    path = tmp_path / "digits.toy"
    path.touch()
    with pytest.raises(TuiNNError, match="holds no data set; expected"):
        load(str(path))

    def read(path: Path, _: ReadOptions) -> Reading | None:
        parts = {name: Part(split.images, split.labels) for name, split in toy("").splits.items()}
        return Reading(parts) if path.suffix == ".toy" else None

    row = Format("a .toy", read)
    FORMATS.append(row)
    try:
        assert same(load(str(path)), toy(str(path)))
        with pytest.raises(TuiNNError, match=r"a \.toy"):
            load(str(tmp_path / "nothing"))
    finally:
        FORMATS.remove(row)
