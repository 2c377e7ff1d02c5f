"""Keras' mnist.npz, whole and damaged."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.data.files import digits, keras, outcome, same
from tui_nn.data.embedded import load_embedded
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError

X = "expected images, [N, 28, 28] or [N, 784]"
NOTHING = "no images with labels to learn from; `tui-nn predict` finds labels"


class Harmful:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def write(path: Path, **changes: NDArray[Any] | None) -> Path:
    """Keras' file with some arrays changed, or left out."""
    arrays = keras(digits()) | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def refusal(path: Path) -> str:
    with pytest.raises(TuiNNError) as caught:
        load(str(path))
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, ">i4"])
def test_reads_what_was_written(tmp_path: Path, save: Any, dtype: Any) -> None:
    path = tmp_path / "mnist.npz"
    arrays = keras(digits())
    arrays["y_train"] = arrays["y_train"].astype(dtype)
    save(path, **arrays)
    dataset = load(str(path))
    assert dataset.name == str(path)
    assert same(dataset, digits())


def test_reads_fortran_order(tmp_path: Path) -> None:
    path = write(tmp_path / "f.npz", x_train=np.asfortranarray(digits()["train"].images))
    dataset = load(str(path))
    assert same(dataset, digits())
    assert dataset["train"].images.flags.c_contiguous


def bad_one_hot() -> NDArray[Any]:
    rows = np.eye(10)[:5]
    rows[3, 7] = 1
    return rows


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("x_train", None, "y_train has labels, but there are no images for them"),
        ("y_train", None, NOTHING),
        (
            "x_test",
            np.zeros((5, 28, 28, 3), np.uint8),
            f"x_test: {X}, found uint8 of shape (5, 28, 28, 3)",
        ),
        (
            "x_test",
            np.zeros((784, 5)),
            f"x_test: {X}, found float64 of shape (784, 5); are its rows the pixels? X.T turns it",
        ),
        ("x_test", np.uint8(0), "expected images in x_test, found uint8 of shape ()"),
        (
            "x_test",
            np.full((5, 784), "a"),
            "expected images in x_test, found <U1 of shape (5, 784)",
        ),
        ("x_test", np.full((5, 784), np.nan), "x_test: a pixel is not a finite number"),
        (
            "x_test",
            np.full((5, 784), 256),
            "x_test: pixels up to 256; expected 0 to 255, or 0 to 1",
        ),
        (
            "x_test",
            np.linspace(-0.42, 2.82, 3920).reshape(5, 784),
            "x_test: pixels from -0.42 to 2.82; expected 0 to 255, or 0 to 1; "
            "are they standardised?",
        ),
        (
            "x_test",
            np.linspace(-1, 1, 3920).reshape(5, 784),
            "x_test: pixels from -1 to 1; expected 0 to 255, or 0 to 1; (x + 1) / 2 makes that",
        ),
        (
            "x_test",
            np.linspace(0, 1 / 255, 3920).reshape(5, 784),
            "x_test: pixels up to 0.00392; expected 0 to 255, or 0 to 1; "
            "were they divided by 255 twice?",
        ),
        ("y_test", np.full(5, 2.5), "y_test: label 2.5 where 0 to 9 was expected"),
        ("y_test", np.full(5, np.nan), "y_test: label nan where 0 to 9 was expected"),
        (
            "y_test",
            bad_one_hot(),
            "y_test: row 3 of the labels is not one-hot: expected a 1 and nine 0s",
        ),
        ("y_test", np.full(5, 10), "y_test: label 10 where 0 to 9 was expected"),
        ("y_test", np.full(5, -1), "y_test: label -1 where 0 to 9 was expected"),
        (
            "y_test",
            np.arange(1, 6) * 2,
            "y_test: label 10 where 0 to 9 was expected",
        ),
        (
            "y_test",
            np.zeros(4, int),
            "4 labels in y_test where 5 were expected, one for each image of x_test",
        ),
        (
            "x_train",
            np.zeros((0, 28, 28), np.uint8),
            "x_train announces 0 samples, expected 1 to 1,000,000",
        ),
    ],
    ids=range(19),
)
def test_says_what_is_wrong(tmp_path: Path, name: str, array: Any, message: str) -> None:
    assert refusal(write(tmp_path / "mnist.npz", **{name: array})) == message


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    trace = tmp_path / "unpickled"
    path = write(tmp_path / "mnist.npz", x_train=np.array([Harmful(trace)], dtype=object))
    assert refusal(path).endswith("in x_train, found pickled objects, which are never loaded")
    assert not trace.exists()
    with np.load(path, allow_pickle=True) as file:
        assert file["x_train"].dtype == object
    assert trace.exists(), "the pickle would have done no harm, so the test above shows nothing"


def test_says_that_it_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"")
    assert refusal(path) == "expected an .npz file: File is not a zip file"
    path.write_bytes(write(tmp_path / "whole.npz").read_bytes()[:-500])
    assert refusal(path) == "expected an .npz file: File is not a zip file"


def member(shape: tuple[int, ...], content: bytes, version: tuple[int, int] = (1, 0)) -> bytes:
    """An .npy file whose header may say what it likes."""
    file = io.BytesIO()
    description = {"descr": "|u1", "fortran_order": False, "shape": shape}
    if version == (1, 0):
        np.lib.format.write_array_header_1_0(file, description)
    else:
        np.lib.format.write_array_header_2_0(file, description)
    return file.getvalue() + content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            member((9, 28, 28), bytes(784)),
            "truncated: x_train announces 7,056 bytes, the file holds 784",
        ),
        (member((1, 28, 28), bytes(785)), "x_train announces 784 bytes, the file holds 785"),
        (member((10**6, 28, 28), b""), "truncated: x_train announces 784,000,000 bytes"),
        (member((10**12, 28, 28), b""), "x_train announces 1,000,000,000,000 samples"),
        (member((-1, 28, 28), b""), "x_train announces -1 samples"),
        (member((1, 28, 28), bytes(784), (2, 0)), "header is not of version 1.0"),
        (b"", "expected images in x_train: "),
        (b"not an array", "expected images in x_train: "),
    ],
    ids=range(8),
)
def test_a_header_that_lies_allocates_nothing(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mnist.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", content)
    tracemalloc.start()
    said = refusal(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message in said
    assert peak < 1_000_000


WHOLE = io.BytesIO()
np.savez_compressed(WHOLE, **{name: array[:2] for name, array in keras(digits()).items()})


@given(st.data())
def test_a_damaged_archive_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(WHOLE.getvalue())
    # Most of the file is pixels; the structure, at its end and between arrays, is the weak part.
    places = st.integers(-700, -1) | st.integers(0, 200) | st.integers(0, len(content) - 1)
    place = data.draw(places)
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    path.write_bytes(content)
    dataset = outcome(lambda: load(str(path)))
    if isinstance(dataset, str):
        assert dataset.startswith(f"{path}: ")
    else:  # what is read in spite of the change, as of a date, is what was written
        for name, split in digits().splits.items():
            assert np.array_equal(dataset[name].images, split.images[:2])
            assert np.array_equal(dataset[name].labels, split.labels[:2])


def test_the_embedded_digits() -> None:
    dataset = load_embedded()
    assert dataset.name == "embedded"
    assert list(dataset.splits) == ["train", "validation", "test"]
    for split in dataset.splits.values():
        assert np.bincount(split.labels, minlength=10).min() > 0
        assert split.images.max() == 255
        assert split.images[:, 0, 0].mean() < 10  # ink on paper, not the other way round


def test_the_embedded_digits_are_read_when_they_are_looked_at() -> None:
    dataset = load_embedded()
    for split in dataset.splits.values():
        assert len(split) == len(split.labels)
        assert "images" not in vars(split)
        assert len(split.images) == len(split)
        assert split.images is split.images


@pytest.mark.parametrize("index", [0, 1, 999])
def test_one_of_the_embedded_digits_is_read_without_the_others(index: int) -> None:
    split = load_embedded()["test"]
    image = split.image(index)
    assert "images" not in vars(split)
    assert np.array_equal(image, split.images[index])
    assert np.array_equal(split.image(index), image)


def test_what_is_printed_of_the_embedded_digits_reads_none() -> None:
    dataset = load_embedded()
    assert "embedded" in repr(dataset)
    assert not any("images" in vars(split) for split in dataset.splits.values())


def test_says_that_the_embedded_digits_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_nn.data.embedded.PATH", tmp_path / "digits.npz")
    with pytest.raises(TuiNNError, match=r"digits.npz: the embedded digits are missing; install"):
        load_embedded()
