"""Tables of points: two numbers a row and a class, as ``--data`` takes them beside digits."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.data.files import csv, digits
from tests.screens.bench import Person, at_the_keyboard
from tests.test_cli import Run, run  # noqa: F401  # a fixture
from tui_nn.data.dataset import SPLITS, Dataset
from tui_nn.data.form import DIGITS, points_form
from tui_nn.data.forms import form_of
from tui_nn.data.sources import lasting_name, load, load_unlabelled
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session

MOONS = load("moons")
POINTS = np.concatenate([split.images for split in MOONS.splits.values()])
LABELS = np.concatenate([split.labels for split in MOONS.splits.values()])


def table(names: Sequence[str] = ("0", "1"), header: str = "", label: int = 2) -> str:
    """The points of a world as a file: with all nine digits of a float32."""
    lines = [header] if header else []
    for (x, y), code in zip(POINTS.tolist(), LABELS.tolist(), strict=True):
        fields = [f"{x:.9g}", f"{y:.9g}"]
        fields.insert(label, names[code])
        lines.append(",".join(fields))
    return "\n".join(lines) + "\n"


def written(folder: Path, text: str, name: str = "points.csv") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def pairs(dataset: Dataset) -> list[tuple[float, float, str]]:
    """All samples of a set with the names of their classes, in an order of their own."""
    splits = [dataset[name] for name in SPLITS if name in dataset.splits]
    classes = dataset.form.classes
    return sorted(
        (*map(float, point), classes[label])
        for split in splits
        for point, label in zip(split.images, split.labels, strict=True)
    )


def expected(names: Sequence[str] = ("0", "1")) -> list[tuple[float, float, str]]:
    return sorted(
        (*map(float, point), names[code]) for point, code in zip(POINTS, LABELS, strict=True)
    )


def refusal(path: str) -> str:
    with pytest.raises(TuiNNError) as caught:
        load(path)
    text = str(caught.value)
    assert "\n" not in text
    return text.removeprefix(f"{path.partition('::')[0]}: ")


@pytest.mark.parametrize(
    ("header", "label", "names"),
    [
        ("", 2, ("0", "1")),
        ("x,y,label", 2, ("0", "1")),
        ("label,x,y", 0, ("no", "yes")),
        ("x1,y,x2", 1, ("a", "b")),  # beside no x, y is the class
        ("x,y,colour", 2, ("blue", "red")),
        ("", 2, ("blue", "red")),
        ("x,class,y", 1, ("-1", "1")),
    ],
)
def test_points_are_read_to_the_last_bit(
    tmp_path: Path, header: str, label: int, names: tuple[str, str]
) -> None:
    dataset = load(written(tmp_path, table(names, header, label)))
    assert dataset.form == points_form(names)
    assert dataset["train"].images.dtype == np.float32
    assert pairs(dataset) == expected(names)
    place = ("first", "last")[label // 2] if label != 1 else None
    where = f"the {place} column" if place else f"column 2, {header.split(',')[1]!r}"
    assert dataset.said == f"600 points, labels in {where}, 2 classes: {', '.join(names)}"
    assert not dataset.warnings


@pytest.mark.parametrize("delimiter", ["\t", ";", " "], ids=repr)
def test_an_index_and_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    lines = [f"{number},{line}" for number, line in enumerate(table().splitlines())]
    path = written(tmp_path, "\n".join(lines).replace(",", delimiter), "points.txt")
    assert pairs(load(path)) == expected()


def test_a_comma_may_end_each_row(tmp_path: Path) -> None:
    assert pairs(load(written(tmp_path, table().replace("\n", ",\n")))) == expected()


def test_the_column_of_the_class_may_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, table(label=0))
    message = refusal(path)
    assert message.startswith("cannot tell which column is the class: the last column holds ")
    assert message.endswith("say which: --label-column first, or ::label=first after the path")
    assert pairs(load(f"{path}::label=first")) == expected()
    named = written(tmp_path, table(header="kind7,x,y", label=0), "named.csv")
    assert pairs(load(f"{named}::label=kind7")) == expected()
    assert refusal(f"{named}::label=sort") == "no column called 'sort'"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0.5,x,1", "line 602: column 2: expected a number, found 'x'"),
        ("0.5,nan,1", "line 602: column 2: expected a number, found 'nan'"),
        ("1e39,0.5,1", "line 602: column 1: expected a number, found '1e39'"),
        ("0.5,0.5,", "line 602: column 3: expected a class, found ''"),
        ("0.5,0.5", "line 602: expected 3 columns, found 2"),
        ("0.5,0.5,0.25", "cannot tell which column is the class: the last column holds 0.25; "),
    ],
)
def test_what_is_no_point_is_said_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = written(tmp_path, table(header="x,y,label") + row + "\n")
    assert refusal(path).startswith(message)


def test_classes_must_be_several_and_few(tmp_path: Path) -> None:
    one = written(tmp_path, table(("a", "a")))
    assert refusal(one) == "every point is of class a; expected two or more"
    many = written(tmp_path, "".join(f"0.{n},0.5,{n}\n" for n in range(11)))
    assert "the last column holds 11 different values" in refusal(many)


def test_a_pair_has_the_classes_of_both_files(tmp_path: Path) -> None:
    train, test = "0,0,b\n0,1,c\n1,0,c\n", "1,1,a\n0,0,b\n"
    written(tmp_path, train, "train.csv")
    path = written(tmp_path, test, "test.csv")
    for name in (path, str(tmp_path)):
        dataset = load(name)
        assert dataset.form == form_of(name) == points_form(("a", "b", "c"))
        assert dataset["train"].labels.tolist() == [1, 2, 2]
        assert dataset["test"].labels.tolist() == [0, 1]
    written(tmp_path, csv(digits()["test"]), "test.csv")
    assert refusal(str(tmp_path / "train.csv")) == (
        "points in one file of the pair, digits in the other"
    )


def test_a_few_points_are_trained_on_and_measured(tmp_path: Path) -> None:
    dataset = load(written(tmp_path, "x,y,label\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"))
    assert all(len(dataset[name]) == 4 for name in SPLITS)
    assert dataset.warnings == (
        "with 4 points, none is held out: test and validation are what it trains on",
    )


def test_large_numbers_are_warned_of_and_left(tmp_path: Path) -> None:
    dataset = load(written(tmp_path, "".join(f"{n},{2 * n},{n % 2}\n" for n in range(90))))
    assert dataset.warnings == (
        "numbers up to 178 are read as they are: a network learns from ±1 more easily",
    )
    assert dataset["train"].images.max() > 150


def test_the_lasting_name_says_the_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, table(("no, not", "yes+")).replace("no, not", '"no, not"'))
    monkeypatch.chdir(tmp_path)
    name = lasting_name("points.csv")
    assert name == f"{path}::points=no%2C%20not,yes%2B"
    assert lasting_name(name) == name
    assert load(name).form == points_form(("no, not", "yes+"))
    Path(path).unlink()
    assert form_of(name) == points_form(("no, not", "yes+"))
    assert form_of(path) == DIGITS
    written(tmp_path, "0,0,c\n0,1,yes+\n")
    assert refusal(name) == "line 1: class c where one of no, not, yes+ was expected"


def test_a_recipe_names_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, table(("no", "yes")))
    text = '[data]\nname = "{}"\n[network]\nlayers = [2, 8, 1]\noutput = "sigmoid"\n'
    (tmp_path / "mine.toml").write_text(text.format(path))
    recipe = load_recipe(str(tmp_path / "mine.toml"))
    assert recipe.task.names == ("no", "yes")
    assert form_of(f"{path}+3*{path}") == recipe.form


def test_it_is_trained_saved_measured_and_predicted(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path, saved = written(tmp_path, table(("no", "yes"))), str(tmp_path / "net.safetensors")
    said = run("train", "moons", "--data", path, "--epochs", "10", "--save", saved)
    assert "600 points, labels in the last column, 2 classes: no, yes" in said.err
    assert "on 60 test points of " in run("evaluate", saved).out
    bare = written(tmp_path, "".join(f"{x},{y}\n" for x, y in POINTS[:50].tolist()), "bare.csv")
    assert load_unlabelled(bare).labels is None
    assert refusal(bare) == "no points with labels to learn from; `tui-nn predict` finds labels"
    rows = run("predict", saved, "--data", bare).out.splitlines()
    assert rows[0] == "ImageId,Label"
    right = [row.split(",")[1] == ("no", "yes")[code]
             for row, code in zip(rows[1:], LABELS[:50].tolist(), strict=True)]  # fmt: skip
    assert sum(right) > 45


@pytest.mark.slow  # of a world it is test_planes.py that looks
def test_the_plane_shows_it(tmp_path: Path) -> None:
    name = lasting_name(written(tmp_path, table(("cold", "warm"))))
    recipe = load_recipe("moons").on(name)

    async def script(person: Person) -> None:
        await person.sees("○ cold", "p over the plane: is it warm?")
        await person.press("b", "1")
        await person.sees("train: 486 points", "○ cold", "× warm")

    at_the_keyboard(script, run=Session(recipe, load(name), threads=1, history_memory=2**22))
