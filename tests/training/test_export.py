"""What other programs are given: the history, tensors, and names that replace nothing."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest

from tests.training.runs import session
from tui_nn.errors import TuiNNError
from tui_nn.files import write_file
from tui_nn.training.storage.csv_files import free_paths, tensor_text, write_history


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_matrix_can_be_read_back_to_the_last_bit() -> None:
    values = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    header, *body = rows(tensor_text(values, "dW2 5×3 step 127"))
    assert header == ["dW2 5×3 step 127", "0", "1", "2"]
    assert [row[0] for row in body] == ["0", "1", "2", "3", "4"]
    again = np.array([row[1:] for row in body], np.float32)
    assert again.tobytes() == values.tobytes()


def test_no_more_digits_than_it_takes() -> None:
    assert rows(tensor_text(np.array([[0.1]], np.float32), "a"))[1] == ["0", "0.1"]


def test_a_vector_is_a_row_and_a_number_is_one() -> None:
    assert rows(tensor_text(np.array([1, 2]), "b1")) == [["b1", "0", "1"], ["0", "1", "2"]]
    assert rows(tensor_text(np.array(2.5), "L")) == [["L", "0"], ["0", "2.5"]]


def test_kernels_and_maps_have_a_row_each_and_columns_by_their_places() -> None:
    values = np.arange(24).reshape(2, 3, 2, 2)
    header, *body = rows(tensor_text(values, "W2"))
    assert header[:6] == ["W2", "0,0,0", "0,0,1", "0,1,0", "0,1,1", "1,0,0"]
    assert [row[0] for row in body] == ["0", "1"]
    assert [list(map(int, row[1:])) for row in body] == values.reshape(2, 12).tolist()


def test_a_number_a_sample_is_a_column_with_their_names() -> None:
    text = tensor_text(np.array([1.0, 2.0]), "l 2 step 0", ("train #7", "train #3"))
    assert rows(text) == [["l 2 step 0", "0"], ["train #7", "1.0"], ["train #3", "2.0"]]


def test_what_is_not_finite_is_written_as_it_is() -> None:
    _, body = rows(tensor_text(np.array([np.nan, np.inf, -np.inf]), "z"))
    assert math.isnan(float(body[1]))
    assert [float(cell) for cell in body[2:]] == [math.inf, -math.inf]


def test_history_has_a_row_a_step_and_its_epochs_in_their_last(tmp_path: Path) -> None:
    run = session()
    run.step_epoch()
    run.step_batch()
    path = tmp_path / "history.csv"
    write_history(path, run.history)
    table = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [row["step"] for row in table] == ["1", "2", "3", "4", "5", "6"]
    assert [float(row["loss"]) for row in table] == run.history.curves.loss.tolist()
    assert [row["epoch"] for row in table] == ["", "", "", "", "1", ""]
    assert float(table[4]["validation_loss"]) == run.history.epochs[0].validation_loss
    norms = [float(table[2][f"gradient_norm_{layer}"]) for layer in (1, 2, 3)]
    assert norms == run.history.curves.gradient_norm[2].tolist()


def test_a_pair_of_files_gets_one_number(tmp_path: Path) -> None:
    assert [path.name for path in free_paths(tmp_path, "loss", [".svg", ".csv"])] == [
        "loss.svg",
        "loss.csv",
    ]
    (tmp_path / "loss.csv").touch()
    (tmp_path / "loss-2.svg").touch()
    assert [path.name for path in free_paths(tmp_path, "loss", [".svg", ".csv"])] == [
        "loss-3.svg",
        "loss-3.csv",
    ]


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(TuiNNError, match=r"nowhere/a\.csv: cannot be written: No such file"):
        write_file(tmp_path / "nowhere" / "a.csv", "")
    with pytest.raises(TuiNNError, match="cannot be written"):
        write_history(tmp_path, session().history)
