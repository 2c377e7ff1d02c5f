"""``tui-nn predict``, and what the command line says of the files that it reads."""

import csv as csv_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.test_kinds_of_tables import named, real, rows, text
from tests.test_cli import Run, run  # noqa: F401  # a fixture
from tui_nn.data.embedded import load_embedded

TEST = load_embedded()["test"].take(np.arange(300, 400))


@pytest.fixture
def contest(tmp_path: Path) -> Path:
    """A folder as competitions hand it out: train.csv, and test.csv without labels."""
    (tmp_path / "train.csv").write_text(text(named(rows(real(300)), "label", last=False)))
    names = [f"pixel{number}" for number in range(784)]
    (tmp_path / "test.csv").write_text(text([names, *(row[1:] for row in rows(TEST))]))
    return tmp_path


def answers(table: str) -> list[int]:
    found = list(csv_module.DictReader(table.splitlines()))
    assert list(found[0]) == ["ImageId", "Label"]
    assert [row["ImageId"] for row in found] == [str(number + 1) for number in range(len(found))]
    return [int(row["Label"]) for row in found]


def share_right(table: str) -> float:
    return float((np.array(answers(table)) == TEST.labels).mean())


def test_a_competition_from_its_files_to_its_answers(run: Run, contest: Path) -> None:  # noqa: F811
    net = contest / "net.safetensors"
    said = run("train", "default", "--data", contest, "--epochs", "20", "--save", net, "--json")
    assert said.code == 0
    assert said.err == (
        f"{contest}: 300 digits, labels in the first column, 10 classes, "
        "and 100 without labels, left out\n"
    )
    said = run("predict", net, "--data", contest / "test.csv")
    assert (said.code, said.err) == (0, f"{contest / 'test.csv'}: 100 digits\n")
    assert share_right(said.out) > 0.7
    written = run("predict", net, "--data", contest, "--out", contest / "answers.csv")
    assert (written.code, written.out) == (0, "")
    assert (contest / "answers.csv").read_text() == said.out


@pytest.mark.parametrize("kind", ["csv", "labelled csv", "npz", "png"])
def test_any_file_of_images_is_predicted(run: Run, tmp_path: Path, kind: str) -> None:  # noqa: F811
    path = tmp_path / "d"
    if kind.endswith("csv"):
        path = tmp_path / "test.csv"
        labelled = kind.startswith("labelled")
        path.write_text(text([row if labelled else row[1:] for row in rows(TEST)]))
        (tmp_path / "train.csv").write_text("not asked for")
    elif kind == "npz":
        path = tmp_path / "d.npz"
        np.savez(path, X=TEST.images / 255)
    else:
        path.mkdir()
        for number, image in enumerate(TEST.images):
            Image.fromarray(image).save(path / f"{number:03}.png")
    said = run("predict", "trained", "--data", path)
    assert said.code == 0
    assert share_right(said.out) > 0.9


def test_what_cannot_be_predicted_is_one_line(run: Run, contest: Path) -> None:  # noqa: F811
    for arguments, code, words in (
        (("trained",), 2, "Missing option '--data'"),
        (("nothing", "--data", contest), 1, "no saved run nothing"),
        (("trained", "--data", contest / "gone.csv"), 1, "no data set or file called"),
        (("trained", "--data", contest, "--out", contest / "no" / "x.csv"), 1, "no folder"),
    ):
        said = run("predict", *arguments)
        assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
        assert words in said.err
    assert sorted(path.name for path in contest.iterdir()) == ["test.csv", "train.csv"]


def test_a_column_and_a_turn_are_given_as_options(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "digits.csv"
    path.write_text(
        text([[*row[:-1], str(number % 10)] for number, row in enumerate(rows(real(100)))])
    )
    said = run("train", "default", "--data", path, "--epochs", "1")
    assert said.code == 1
    assert "--label-column first" in said.err
    options = ["--label-column", "last", "--transpose", "--json", "--epochs", "1"]
    said = run("train", "default", "--data", path, *options)
    assert said.code == 0
    read, warning = said.err.splitlines()
    assert read == (
        f"{path}::label=last::transpose: 100 digits, labels in the last column, transposed, "
        "10 classes"
    )
    assert "lie on their side" in warning  # they were upright
    assert said.json["dataset"] == f"{path}::label=last::transpose"
    said = run("train", "default", "--transpose")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "want a path by --data" in said.err


def test_what_looks_wrong_is_a_warning(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "digits.csv"
    path.write_text(text([row for row in rows(real(100)) if row[0] != "4"]))
    said = run("train", "default", "--data", path, "--epochs", "1", "--json")
    assert said.code == 0
    assert said.err.splitlines()[1] == "tui-nn: warning: no sample of class 4"
