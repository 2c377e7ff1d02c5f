"""CSV files: with and without a header, alone and in pairs, whole and damaged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.files import csv, digits, outcome, same
from tui_nn.data.dataset import Split
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.table import read_table
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError

TRAIN = digits()["train"]
LINES = csv(TRAIN).splitlines()
HEADER = csv(TRAIN, header=True).splitlines()[0]
PIXEL, LABEL = "expected a pixel from 0 to 255, found", "expected a label from 0 to 9, found"
COLUMNS = "expected 785 columns, a label and 784 pixels, found"


def read_csv(path: Path) -> Split:
    part = read_table(path, ReadOptions())
    assert part.labels is not None
    return Split(part.images, part.labels)


def equal(one: Split, other: Split) -> bool:
    return np.array_equal(one.images, other.images) and np.array_equal(one.labels, other.labels)


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(TuiNNError) as caught:
        read_csv(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


def changed(row: int, column: int, value: str, header: bool = False) -> str:
    """A good file with one field changed, both counted from 1 as the messages count."""
    lines = csv(TRAIN, header).splitlines()
    fields = lines[row - 1].split(",")
    fields[column - 1] = value
    lines[row - 1] = ",".join(fields)
    return "\n".join(lines)


@pytest.mark.parametrize("header", [False, True], ids=["no header", "header"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n", " \n"], ids=repr)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte order mark"])
def test_reads_what_was_written(tmp_path: Path, header: bool, newline: str, mark: str) -> None:
    path = tmp_path / "digits.csv"
    path.write_bytes((mark + csv(TRAIN, header).replace("\n", newline)).encode())
    assert equal(read_csv(path), TRAIN)


def test_the_last_line_may_lack_its_newline(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(csv(TRAIN).rstrip())
    assert equal(read_csv(path), TRAIN)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(3, 5, "abc"), f"line 3: column 5: {PIXEL} 'abc'"),
        (changed(3, 5, "nan"), f"line 3: column 5: {PIXEL} 'nan'"),
        (changed(3, 5, ""), f"line 3: column 5: {PIXEL} ''"),
        (changed(3, 5, "256"), f"line 3: column 5: {PIXEL} '256'"),
        (changed(3, 5, "-1"), f"line 3: column 5: {PIXEL} '-1'"),
        (changed(1, 785, "x"), f"line 1: column 785: {PIXEL} 'x'"),
        (changed(12, 1, "10"), f"line 12: column 1: {LABEL} '10'"),
        (changed(1, 1, "nan"), f"line 1: column 1: {LABEL} 'nan'"),
        (changed(4, 1, "seven", True), f"line 4: column 1: {LABEL} 'seven'"),
        (changed(4, 9, "9" * 5000), f"line 4: column 9: {PIXEL} '{'9' * 20}'"),
        ("\n\n".join([*LINES, "1,2"]), f"line 25: {COLUMNS} 2"),
        ("\n".join(line + ",0" for line in LINES), f"{COLUMNS} 786"),
        (HEADER, "a header without rows of digits below it"),
        (HEADER + "\n1,2\n3,4", f"line 2: {COLUMNS} 2"),
        ("", "an empty file where rows of digits were expected"),
        ("\n \n", "an empty file where rows of digits were expected"),
        ("\n".join(line[:-40] for line in LINES), f"{COLUMNS} 774"),
        (LINES[0].encode() + b"\n5,\xff\xfe" + b",0" * 783, f"line 2: column 2: {PIXEL} '��'"),
    ],
    ids=range(18),
)
def test_says_what_is_wrong(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert refusal(tmp_path / "digits.csv", content) == message


def test_says_that_a_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TuiNNError, match=r"gone.csv: expected a CSV file: No such file"):
        read_csv(tmp_path / "gone.csv")


NOISE = st.binary(max_size=200) | st.text('0123456789,\n.-e+ "#x').map(str.encode)


@given(st.integers(0, 3), NOISE)
def test_noise_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, rows: int, noise: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    path.write_bytes("".join(f"{line}\n" for line in LINES[:rows]).encode() + noise)
    split = outcome(lambda: read_csv(path))
    assert isinstance(split, str) or equal(split, TRAIN.take(np.arange(rows)))


@pytest.mark.parametrize("given", ["mnist_train.csv", "mnist_test.csv", ""])
def test_a_pair_is_one_data_set(tmp_path: Path, given: str) -> None:
    (tmp_path / "mnist_train.csv").write_text(csv(digits()["train"]))
    (tmp_path / "mnist_test.csv").write_text(csv(digits()["test"], header=True))
    dataset = load(str(tmp_path / given))
    assert dataset.name == str(tmp_path / given)
    assert same(dataset, digits())


def test_several_pairs_in_a_folder_are_refused(tmp_path: Path) -> None:
    for file in ("a_train.csv", "a_test.csv", "b_train.csv", "b_test.csv"):
        (tmp_path / file).write_text(csv(TRAIN))
    with pytest.raises(TuiNNError, match=r"several pairs of CSV files; choose one: .*a_train"):
        load(str(tmp_path))


def test_a_file_alone_gives_a_tenth_to_the_test(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    whole = digits(train=40)["train"]
    order = np.argsort(whole.labels, kind="stable")
    by_label = whole.take(order)
    path.write_text(csv(by_label))
    first, again = load(str(path)), load(str(path))
    assert same(first, again)
    assert len(first["train"]) == 36
    assert len(first["test"]) == 4
    # Drawn at random from a file sorted by label: not the last rows, and nothing twice or lost.
    assert not equal(first["test"], by_label.take(np.arange(36, 40)))
    both = np.concatenate([first["train"].images, first["test"].images])
    assert sorted(image.tobytes() for image in both) == sorted(
        image.tobytes() for image in whole.images
    )


def test_one_row_is_too_few(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(LINES[0])
    with pytest.raises(TuiNNError, match="one row; expected two or more"):
        load(str(path))
    path.write_text("\n".join(LINES[:2]))
    assert len(load(str(path))["test"]) == 1
