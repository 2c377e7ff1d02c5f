"""IDX files, one and four at a time, whole and damaged."""

import gzip
import re
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.files import digits, idx, idx_files, outcome, same, write_idx
from tui_nn.data.folders import SETS
from tui_nn.data.idx import read_images, read_labels
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError

IMAGES = digits()["train"].images
LABELS = digits()["train"].labels


def header(*numbers: int) -> bytes:
    return np.array(numbers, ">u4").tobytes()


def refusal(path: Path, content: bytes, read: object = read_images) -> str:
    """What the reader says of a file with this content; one line, beginning with the path."""
    path.write_bytes(content)
    with pytest.raises(TuiNNError) as caught:
        read(path)  # type: ignore[operator]
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_reads_what_was_written(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(idx(IMAGES)))
    images = read_images(path)
    assert images.dtype == np.uint8
    assert np.array_equal(images, IMAGES)
    path.write_bytes(pack(idx(LABELS)))
    labels = read_labels(path)
    assert labels.dtype == np.uint8
    assert np.array_equal(labels, LABELS)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (idx(LABELS), r"expected IDX images, whose magic number is 0x00000803, found 0x00000801"),
        (b"%PDF-1.7", r"expected IDX images.* found 0x25504446"),
        (idx(IMAGES)[:2], r"truncated: it ends within the header of IDX images"),
        (idx(IMAGES)[:14], r"truncated: it ends within the header of IDX images"),
        (idx(IMAGES)[:-1], r"truncated: expected 9,408 bytes for the 12 images .*, found 9,407"),
        (idx(IMAGES) + b"\0", r"continues after the 12 images that its header announces"),
        (header(0x0803, 0, 28, 28), r"announces 0 images, expected 1 to 1,000,000"),
        (header(0x0803, 2**32 - 1, 28, 28), r"announces 4,294,967,295 images, expected 1 to"),
        (idx(np.zeros((2, 32, 32), np.uint8)), r"images of 32×32 where 28×28 was expected"),
    ],
    ids=range(9),
)
def test_says_what_is_wrong(
    tmp_path: Path, pack: type[bytes], content: bytes, message: str
) -> None:
    assert re.search(message, refusal(tmp_path / "file", pack(content)))


def test_says_which_label_is_wrong(tmp_path: Path) -> None:
    labels = np.array([1, 9, 10], np.uint8)
    message = refusal(tmp_path / "file", idx(labels), read_labels)
    assert message == "label 10 where 0 to 9 was expected"
    wide = np.full((3, 8), -1, np.int32)
    message = refusal(tmp_path / "file", idx(wide), read_labels)
    assert message == "label -1 where 0 to 9 was expected"


def test_says_that_a_file_is_empty_or_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "file", b"") == "an empty file where IDX images were expected"
    with pytest.raises(TuiNNError, match=r"gone: expected IDX labels, .*No such file"):
        read_labels(tmp_path / "gone")
    with pytest.raises(TuiNNError, match=r"expected IDX labels, .*Is a directory"):
        read_labels(tmp_path)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(idx(IMAGES))
    assert "ended before" in refusal(tmp_path / "file", packed[:-9])
    checksum_off = packed[:-8] + bytes(4) + packed[-4:]
    assert "CRC check failed" in refusal(tmp_path / "file", checksum_off)
    assert "could not read them" in refusal(tmp_path / "file", packed[:10] + b"\xff" * 99)


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(idx(IMAGES) + bytes(200_000_000), compresslevel=1)
    tracemalloc.start()
    message = refusal(tmp_path / "file", bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message == "continues after the 12 images that its header announces"
    assert peak < 5_000_000


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_an_absurd_count_allocates_nothing(tmp_path: Path, pack: type[bytes]) -> None:
    tracemalloc.start()
    message = refusal(tmp_path / "file", pack(header(0x0803, 1_000_000, 28, 28) + bytes(784)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message.startswith("truncated: its header announces 1,000,000 images (784,000,000 bytes")
    assert peak < 1_000_000


# Headers that are right up to some byte reach further into the reader than noise does.
PREFIXES = [b"", b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0\0\0", header(0x0803), header(0x0801)]
PREFIXES += [header(0x0803, 1, 28, 28), header(0x0C02, 1, 8), gzip.compress(idx(IMAGES))[:99]]


@given(st.sampled_from(PREFIXES), st.binary(max_size=1000), st.booleans())
def test_noise_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, prefix: bytes, noise: bytes, packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise"
    path.write_bytes(gzip.compress(prefix + noise) if packed else prefix + noise)
    for read, shape in ((read_images, (28, 28)), (read_labels, ())):
        samples = outcome(partial(read, path))
        assert isinstance(samples, str) or samples.shape[1:] == shape


@given(st.data())
def test_a_changed_byte_is_noticed_or_is_a_pixel(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(idx(IMAGES[:2]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(content)
    if place < 16:
        with pytest.raises(TuiNNError):
            read_images(path)
    else:
        assert np.count_nonzero(read_images(path) != IMAGES[:2]) == 1


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("name", SETS)
def test_four_files_make_a_data_set(tmp_path: Path, name: str, packed: bool) -> None:
    folder = write_idx(tmp_path / "set", digits(), name, packed)
    dataset = load(str(folder))
    assert dataset.name == str(folder)
    assert same(dataset, digits())


def test_names_with_dots_are_found(tmp_path: Path) -> None:
    for file, content in idx_files(digits()).items():
        (tmp_path / file.replace("-idx", ".idx")).write_bytes(content)
    assert same(load(str(tmp_path)), digits())


def test_unpacked_goes_before_gzipped(tmp_path: Path) -> None:
    write_idx(tmp_path, digits(seed=1), packed=True)
    write_idx(tmp_path, digits(seed=2))
    assert same(load(str(tmp_path)), digits(seed=2))


def test_counts_that_differ_are_refused(tmp_path: Path) -> None:
    write_idx(tmp_path, digits())
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(idx(LABELS[:-1]))
    with pytest.raises(TuiNNError) as caught:
        load(str(tmp_path))
    assert str(caught.value) == (
        f"{labels}: 11 labels where 12 were expected, one for each image of train-images-idx3-ubyte"
    )


@pytest.mark.parametrize("file", SETS["mnist"].files)
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    write_idx(tmp_path, digits())
    (tmp_path / file).unlink()
    with pytest.raises(TuiNNError, match=f"{file}: expected IDX .*No such file"):
        load(str(tmp_path))


def test_the_real_mnist(mnist_folder: Path) -> None:
    dataset = load(str(mnist_folder))
    assert {name: len(split) for name, split in dataset.splits.items()} == {
        "train": 60_000,
        "test": 10_000,
    }
    # Published: how often each digit is in the training set.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(dataset["train"].labels).tolist() == counts
    # Published: mean and deviation of the training pixels, 0.1307 and 0.3081.
    assert round(float(dataset["train"].images.mean()) / 255, 4) == 0.1307
    assert round(float(dataset["train"].images.std()) / 255, 4) == 0.3081
