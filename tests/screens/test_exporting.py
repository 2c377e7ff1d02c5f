"""What ``y`` writes: the selected tensor, the selected plot, and where it says they are."""

import csv
import io
import os
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from screens.inspect.export import Drawing, points_text, tensor_of
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.curves import Curves, Series
from screens.shapes.look import Look
from screens.shapes.svg import svg_of
from screens.widgets.numbers import Numbers
from screens.widgets.table import Table
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import session
from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a CSV file."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    return header, rows


def numbers(rows: list[list[str]]) -> np.ndarray:
    return np.array([row[1:] for row in rows], np.float32)


def scene(run: Session, selection: Selection | None = None) -> Scene:
    image, label = run.dataset["train"].images[0], int(run.dataset["train"].labels[0])
    return Scene(run.snapshot(Activity.PAUSED, run.probe(image, label)), selection or Selection())


# At the keyboard


def test_a_tensor_of_the_batch_with_its_samples(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("n", "n", "3")
        await person.sees("a1[0,:]")
        await person.press("y")
        await person.until((folder / "a1-step0.csv").exists, "the file")
        await person.sees("Exported a1")
        snapshot = person.app.snapshot
        header, rows = table(folder / "a1-step0.csv")
        assert header[:3] == ["a1 32×12 step 0", "0", "1"]
        indices = snapshot.computed.context.indices
        assert [row[0] for row in rows] == [f"train #{index}" for index in indices]
        assert numbers(rows).tobytes() == snapshot.computed.tensors["a1"].tobytes()
        await person.press("y")
        await person.until((folder / "a1-step0-2.csv").exists, "a file beside it")

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_table_has_the_headings_of_the_screen(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "plus", "r", "b", "7", "y")
        await person.is_told("Exported runs step 1: ", str(folder / "runs-step1.csv"))
        header, rows = table(folder / "runs-step1.csv")
        contents = person.app.screen.query_one(Table).contents
        assert header == [column.name for column in contents.columns]
        assert rows == [list(row.cells) for row in contents.rows]
        await person.press("5", "tab", "tab")
        grid = person.app.screen.query_one("#table", Numbers)
        await person.until(lambda: grid.table is not None, "the evaluation")
        grid.focus()
        await person.press("y")
        await person.until(lambda: len(list(folder.glob("*.csv"))) == 2, "the other table")
        (path,) = set(folder.glob("*.csv")) - {folder / "runs-step1.csv"}
        assert grid.table is not None
        columns = range(grid.table.values.shape[1])
        assert table(path)[0][1:] == [grid.table.column_name(column) for column in columns]

    at_the_keyboard(script)


def test_the_selected_plot_as_picture_and_points(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("e", "4")
        await person.sees("step 5 ", "gradient")
        await person.press("y")
        await person.until((folder / "loss-step5.csv").exists, "the file")
        await person.sees("Exported loss of small at step 5")
        header, rows = table(folder / "loss-step5.csv")
        assert header == ["step", "validation", "train", "each batch"]
        assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
        losses = person.app.snapshot.curves.loss
        assert [float(row[3]) for row in rows] == losses.tolist()
        assert [row[1] == "" for row in rows] == [True] * 4 + [False]
        await person.press("v", "v", "y")
        await person.until((folder / "gradient-norm-step5.csv").exists, "the other plot")

    at_the_keyboard(script)
    for name in ("loss-step5", "gradient-norm-step5"):
        ElementTree.parse(folder / f"{name}.svg")


def test_the_loss_along_a_step(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "a")
        await person.sees("Along step 0")
        await person.sees_no("computing")
        await person.press("y")
        await person.until((folder / "along-step0.csv").exists, "the file")
        header, rows = table(folder / "along-step0.csv")
        assert header[:2] == ["t", "loss of this batch"]
        assert float(rows[0][0]) > 0  # a length, not its logarithm

    at_the_keyboard(script)


@pytest.mark.slow
def test_explained_numbers_are_of_the_step_that_was_explained(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "enter")
        await person.sees("z1[0,0]")
        explained = person.app.snapshot.probe
        assert explained is not None
        await person.press("b")
        await person.sees("step 2 ")
        await person.press("y")
        path = folder / "z1-0-0-train0-step1-terms.csv"
        await person.until(path.exists, "the file")
        header, rows = table(path)
        assert header == [
            "term",
            "value",
            "sum so far",
            "factor 1",
            "value 1",
            "factor 2",
            "value 2",
        ]
        *terms, rounding, whole = rows
        assert len(terms) == 785
        assert rounding[0] == "float32 rounding"
        stored = float(explained.computed.tensors["z1"][0, 0])
        assert whole == ["z1[0,0]", str(stored), str(stored)]
        assert sum(float(row[1]) for row in (*terms, rounding)) == pytest.approx(stored)
        for row in terms[:-1]:
            if len(row) == 7:  # a pixel times a weight
                assert float(row[1]) == float(row[4]) * float(row[6])

    at_the_keyboard(script)


def test_a_plot_that_is_still_empty_is_not_exported(folder: Path) -> None:
    with pytest.raises(TuiNNError, match="The loss along step 3: there is nothing"):
        Drawing("along-step3", "The loss along step 3", Curves()).write(folder)
    assert not list(folder.iterdir())


def test_says_where_there_is_nothing_and_where_it_cannot_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async def script(person: Person) -> None:
        await person.press("1")
        await person.sees("one-hot label")
        await person.press("y")
        await person.sees("Nothing is selected that can be exported")
        monkeypatch.setattr(os, "fsync", refuse)
        await person.press("2", "y")
        await person.is_told("Not exported", "No space left")
        monkeypatch.undo()

    at_the_keyboard(script, look=Look("none", ascii=True), screen="data")
    assert list(folder.iterdir()) == []


# Without a terminal


@pytest.mark.parametrize(
    ("target", "name", "step"),
    [
        (Target(Source.BATCH, "W2", (0, 0)), "W2-step1", "after"),
        (Target(Source.BATCH, "W2", (0, 0), read=True), "W2-step0", "before"),
    ],
)
def test_a_parameter_is_that_of_the_step_it_is_named_after(
    target: Target, name: str, step: str
) -> None:
    run = session(history_memory=2**26)
    before = run.state.tensors["W2"].copy()
    run.step_batch()
    exported = tensor_of(scene(run), target)
    assert exported.name == name
    expected = before if step == "before" else run.state.tensors["W2"]
    assert exported.values.tobytes() == expected.tobytes()


def test_the_loss_of_each_sample_is_a_column() -> None:
    run = session(history_memory=2**26)
    run.step_batch()
    exported = tensor_of(scene(run), Target(Source.BATCH, "l", (0,)))
    assert exported.values.shape == (32,)
    assert len(exported.rows) == 32
    assert len(tensor_of(scene(run), Target(Source.BATCH, "b1", (0,))).rows) == 0


def curves(**options: object) -> Curves:
    x = np.array([1.0, 2.0, 3.0])
    return Curves(
        (
            Series("train", x, np.array([3.0, np.nan, 1.0])),
            Series("train", x[1:], np.array([2.0, 2.5])),
            Series("every & each", np.array([1.0, 1.0]), np.array([2.0, 4.0]), faint=True),
        ),
        x_label="step (an epoch has 3)",
        **options,  # type: ignore[arg-type]
    )


def test_points_stand_in_a_column_a_curve() -> None:
    header, *rows = csv.reader(io.StringIO(points_text(curves())))
    assert header == ["step", "train", "train 2", "every & each"]
    assert rows == [
        ["1", "3.0", "", "2.0"],
        ["1", "", "", "4.0"],
        ["2", "nan", "2.0", ""],
        ["3", "1.0", "2.5", ""],
    ]


def drawn(text: str, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(f"{SVG}{kind}"))


def words(text: str) -> list[str]:
    return [str(each.text) for each in drawn(text, "text")]


def test_a_picture_says_what_it_shows() -> None:
    said = words(svg_of(curves(), "loss < 5"))
    assert said[0] == "loss < 5"
    assert {"train", "every & each", "step (an epoch has 3)"} <= set(said)
    assert said.count("train") == 1
    ticks = [float(each) for each in said if each.replace(".", "").isdigit()]
    assert min(ticks) <= 1.0
    assert max(ticks) >= 4.0


def test_a_curve_breaks_where_it_is_not_finite() -> None:
    paths = [each.get("d", "") for each in drawn(svg_of(curves(), ""), "path")]
    broken = [
        path for path in paths if path.count("M") == 2 and "L" not in path and "h" not in path
    ]
    assert len(broken) == 1  # 3, nothing, 1


@pytest.mark.parametrize(
    ("options", "inside"),
    [({}, True), ({"log_y": True}, True), ({"cursor": 2}, True)],
    ids=["linear", "log", "cursor"],
)
def test_every_point_is_inside_the_picture(options: dict[str, object], inside: bool) -> None:
    text = svg_of(curves(**options), "")
    for circle in drawn(text, "circle"):
        assert (0 < float(circle.get("cx", "")) < 840) is inside
        assert (60 < float(circle.get("cy", "")) < 420) is inside
    assert drawn(text, "circle")


def test_long_curves_become_small_pictures_and_whole_tables(folder: Path) -> None:
    x = np.arange(20_000.0)
    long = Curves((Series("train", x, np.sin(x)),), x_label="step")
    picture, points = Drawing("long", "long", long).write(folder)
    assert picture.stat().st_size < 60_000
    assert len(table(points)[1]) == 20_000


def test_nothing_to_draw_says_so() -> None:
    assert "press space" in " ".join(words(svg_of(Curves(empty="press space"), "loss")))
