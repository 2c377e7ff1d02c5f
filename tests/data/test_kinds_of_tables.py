"""Tables as people have them: every kind is read to the same digits, and says what it read."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.files import csv, digits
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.embedded import load_embedded
from tui_nn.data.sources import lasting_name, load, load_unlabelled
from tui_nn.errors import TuiNNError

Rows = list[list[str]]


def real(count: int = 60) -> Split:
    """Digits with an empty border, of every class, as they come."""
    return load_embedded()["test"].take(np.arange(count))


DIGITS = real()


def rows(split: Split = DIGITS) -> Rows:
    return [line.split(",") for line in csv(split).splitlines()]


def text(table: Rows, between: str = ",", end: str = "\n") -> str:
    return "".join(between.join(row) + end for row in table)


def label_last(table: Rows) -> Rows:
    return [[*row[1:], row[0]] for row in table]


def named(table: Rows, label: str = "class", last: bool = True) -> Rows:
    pixels = [f"pixel{number}" for number in range(1, 785)]
    return [[*pixels, label] if last else [label, *pixels], *table]


def indexed(table: Rows) -> Rows:
    return [[str(number), *row] for number, row in enumerate(table)]


def samples(dataset: Dataset) -> set[bytes]:
    """Each image with its label, whichever split it is in."""
    return {
        image.tobytes() + bytes([label])
        for split in dataset.splits.values()
        for image, label in zip(split.images, split.labels, strict=True)
    }


def expected(split: Split = DIGITS) -> set[bytes]:
    return {
        image.tobytes() + bytes([label])
        for image, label in zip(split.images, split.labels, strict=True)
    }


def refusal(path: Path | str) -> str:
    with pytest.raises(TuiNNError) as caught:
        load(str(path))
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def unit(table: Rows) -> Rows:
    return [[row[0], *(f"{int(pixel) / 255:.8f}" for pixel in row[1:])] for row in table]


TABLE = rows()
KINDS: dict[str, tuple[str, str]] = {
    "label first": (text(TABLE), "first"),
    "label last": (text(label_last(TABLE)), "last"),
    "label last, named as OpenML does": (text(named(label_last(TABLE))), "last"),
    "label first, named": (text(named(TABLE, "label", last=False)), "first"),
    "a name of its own": (text(named(TABLE, "Ziffer", last=False)), "first"),
    "floats": (text([[f"{value}.0" for value in row] for row in TABLE]), "first"),
    "floats in exponents": (text([[f"{int(v):.8e}" for v in row] for row in TABLE]), "first"),
    "scaled 0-1": (text(unit(TABLE)), "first"),
    "semicolons": (text(TABLE, ";"), "first"),
    "tabs": (text(TABLE, "\t"), "first"),
    "blanks": (text(TABLE, " "), "first"),
    "commas and blanks": (text(TABLE, ", "), "first"),
    "quoted": (
        text([[f'"{value}"' for value in row] for row in named(TABLE, "y", False)]),
        "first",
    ),
    "trailing comma": (text(TABLE, end=",\n"), "first"),
    "trailing comma below a header": (
        text(named(TABLE, "label", last=False)[:1]) + text(TABLE, end=",\n"),
        "first",
    ),
    "index column": (text(indexed(TABLE)), "column 2"),
    "index column, named by pandas": (
        text([["", "label", *(f"p{n}" for n in range(784))], *indexed(TABLE)]),
        "column 2",
    ),
    "index column, label last": (text(indexed(label_last(TABLE))), "last"),
    "sorted by label": (text(sorted(label_last(TABLE), key=lambda row: int(row[-1]))), "last"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_is_read(tmp_path: Path, kind: str) -> None:
    content, place = KINDS[kind]
    path = tmp_path / "digits.csv"
    path.write_text(content)
    dataset = load(str(path))
    assert samples(dataset) == expected()
    assert dataset.said.startswith("60 digits, labels in ")
    assert place in dataset.said
    assert dataset.said.endswith(", 10 classes")
    assert dataset.warnings == ()


def write_plain(path: Path, content: str, encoding: str = "utf-8") -> None:
    path.write_bytes(content.encode(encoding))


def write_zip(path: Path, content: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/digits.csv", content)
        archive.writestr("__MACOSX/archive/._digits.csv", "x")


WAYS: dict[str, tuple[str, Callable[[Path, str], None]]] = {
    "UTF-16": ("d.csv", lambda path, content: write_plain(path, content, "utf-16")),
    "UTF-16 without a mark": (
        "d.csv",
        lambda path, content: write_plain(path, content, "utf-16-le"),
    ),
    "UTF-16, big end first": (
        "d.csv",
        lambda path, content: write_plain(path, content, "utf-16-be"),
    ),
    "byte order mark": ("d.csv", lambda path, content: write_plain(path, content, "utf-8-sig")),
    "gz": (
        "d.csv.gz",
        lambda path, content: void(path.write_bytes(gzip.compress(content.encode()))),
    ),
    "zip with one": ("d.zip", write_zip),
    "tsv": ("d.tsv", lambda path, content: write_plain(path, content.replace(",", "\t"))),
    "txt": ("d.txt", lambda path, content: write_plain(path, content.replace(",", " "))),
}


def void(_: object) -> None:
    return None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("header", [False, True], ids=["no header", "header"])
def test_every_way_of_storing_it_is_read(tmp_path: Path, way: str, header: bool) -> None:
    name, write = WAYS[way]
    write(tmp_path / name, text(named(TABLE, "label", last=False) if header else TABLE))
    assert samples(load(str(tmp_path / name))) == expected()


def test_a_zip_with_several_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", text(TABLE))
        archive.writestr("b.csv", text(TABLE))
    assert refusal(path) == "expected one CSV file in it, found a.csv, b.csv; unpack it first"


def test_where_either_end_could_be_the_labels_it_asks(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    both = [[*row[:-1], str(number % 10)] for number, row in enumerate(TABLE)]
    path.write_text(text(both))
    assert refusal(path) == (
        "cannot tell whether the first or the last column is the labels; say which: "
        "--label-column first, or ::label=first after the path"
    )
    first, last = load(f"{path}::label=first"), load(f"{path}::label=last")
    assert "labels in the first column" in first.said
    assert "labels in the last column" in last.said
    assert np.bincount(last["train"].labels).min() >= 1
    assert samples(first) != samples(last)


def test_a_file_of_one_class_is_no_guess(tmp_path: Path) -> None:
    """All zeros at both ends: a guess would be right of half of such files."""
    path = tmp_path / "digits.csv"
    path.write_text(text([["0", *row[1:]] for row in TABLE]))
    assert refusal(path).startswith("cannot tell whether the first or the last column")
    dataset = load(f"{path}::label=first")
    assert dataset.said == "60 digits, labels in the first column, 1 class"
    assert dataset.warnings == ("every label is 0: is it the right column?",)


def test_a_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    table = [[*row[1:10], row[0], *row[10:]] for row in TABLE]
    names = [f"pixel{number}" for number in range(784)]
    path.write_text(text([[*names[:9], "truth7", *names[9:]], *table]))
    assert samples(load(f"{path}::label=truth7")) == expected()
    assert refusal(f"{path}::label=lie").endswith("no column called 'lie'")


def test_a_missing_class_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(text([row for row in TABLE if row[0] not in "37"]))
    dataset = load(str(path))
    assert dataset.warnings == ("no sample of class 3, 7",)
    assert dataset.said.endswith("8 classes")


def test_an_empty_picture_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(text([[row[0], *["0"] * 784] for row in TABLE]))
    assert "every pixel is 0: there is nothing on these images" in load(str(path)).warnings


def test_light_paper_is_inverted_and_said(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(text([[row[0], *(str(255 - int(v)) for v in row[1:])] for row in TABLE]))
    dataset = load(str(path))
    assert samples(dataset) == expected()
    assert "dark on light, inverted" in dataset.said


def test_digits_on_their_side_are_said_and_turned(tmp_path: Path) -> None:
    path = tmp_path / "emnist-digits-train.csv"
    many = real(600)
    path.write_text(csv(Split(many.images.transpose(0, 2, 1).copy(), many.labels)))
    dataset = load(str(path))
    assert dataset.warnings == (
        "the images lie on their side, as EMNIST's do: --transpose, or ::transpose after the "
        "path, turns them",
    )
    turned = load(f"{path}::transpose")
    assert turned.warnings == ()
    assert "transposed" in turned.said
    assert samples(turned) == expected(many)


def test_letters_are_refused_with_two_lines_of_python(tmp_path: Path) -> None:
    path = tmp_path / "emnist-letters-train.csv"
    letters = [[str(number % 26 + 1), *row[1:]] for number, row in enumerate(TABLE)]
    path.write_text(text(letters))
    message = refusal(path)
    assert message.startswith("line 10: column 1: expected a label from 0 to 9, found '10'; they ")
    lines = message.split("labels: ")[1].replace("letters.npz", str(tmp_path / "letters.npz"))
    table = np.array(letters, dtype=float)
    exec("import numpy; " + lines, {"X": table[:, 1:], "y": table[:, 0]})
    assert load(str(tmp_path / "letters.npz")).said == "28 digits, 10 classes"


def test_labels_from_one_are_explained(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(text([[row[0] if row[0] != "0" else "10", *row[1:]] for row in TABLE]))
    assert refusal(path).endswith(
        "they go from 1 to 10: if 10 stands for 0, `y % 10` makes digits of them"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [("-0.4", "expected a pixel from 0 to 255, found '-0.4'"), ("nan", "found 'nan'"),
     ("inf", "found 'inf'"), ("1e9", "found '1e9'")],
)  # fmt: skip
def test_pixels_out_of_range_are_named(tmp_path: Path, value: str, words: str) -> None:
    path = tmp_path / "digits.csv"
    table = [list(row) for row in TABLE]
    table[41][300] = value
    path.write_text(text(table))
    message = refusal(path)
    assert message.startswith("line 42: column 301: ")
    assert message.endswith(words)


def test_pixels_of_two_scales_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text(text((unit(TABLE) * 20)[:1024] + TABLE))
    assert refusal(path) == "some pixels are fractions of 1, others go to 255"


def test_other_sizes_are_scaled_as_mnists_were(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    small = DIGITS.images[:, ::2, ::2].reshape(60, -1) // 16
    table = np.column_stack([small, DIGITS.labels])
    path.write_text(text([[str(value) for value in row] for row in table.tolist()]))
    dataset = load(str(path))
    assert dataset.said == (
        "60 digits, labels in the last column, pixels from 0 to 16, "
        "14×14 scaled as MNIST's were, 10 classes"
    )
    assert dataset["train"].images.shape == (54, 28, 28)


@pytest.mark.parametrize("given", ["", "train.csv", "test.csv"])
def test_a_competitions_pair_is_trained_on_without_its_test(tmp_path: Path, given: str) -> None:
    (tmp_path / "train.csv").write_text(text(named(TABLE, "label", last=False)))
    bare = [[f"pixel{n}" for n in range(784)], *(row[1:] for row in TABLE[:20])]
    (tmp_path / "test.csv").write_text(text(bare))
    dataset = load(str(tmp_path / given))
    assert samples(dataset) == expected()
    assert len(dataset["test"]) == 6
    assert dataset.said == (
        "60 digits, labels in the first column, 10 classes, and 20 without labels, left out"
    )
    part = load_unlabelled(str(tmp_path / "test.csv"))
    assert part.labels is None
    assert np.array_equal(part.images, DIGITS.images[:20])
    assert np.array_equal(load_unlabelled(str(tmp_path)).images, DIGITS.images[:20])


def test_a_test_alone_is_nothing_to_learn_from(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text(text([row[1:] for row in TABLE]))
    assert refusal(tmp_path / "test.csv") == (
        "no images with labels to learn from; `tui-nn predict` finds labels"
    )


def test_the_only_table_of_a_folder_is_meant(tmp_path: Path) -> None:
    (tmp_path / "semeion.csv").write_text(text(TABLE))
    (tmp_path / "readme.txt").write_text("about these digits")
    assert samples(load(str(tmp_path))) == expected()


def test_options_last_with_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d.csv").write_text(text(TABLE))
    monkeypatch.chdir(tmp_path)
    assert lasting_name("d.csv::label=first::transpose") == (
        f"{tmp_path / 'd.csv'}::label=first::transpose"
    )
    assert lasting_name("d.csv") == str(tmp_path / "d.csv")
    assert refusal("d.csv::upside-down") == (
        "no option called 'upside-down' in 'd.csv::upside-down'; "
        "expected ::label=first, last or a column's name, or ::transpose"
    )


def test_a_fault_late_in_a_long_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    table = [*(TABLE * 50), ["3", "x", *TABLE[0][2:]]]
    path.write_text(text(table))
    assert refusal(path) == ("line 3001: column 2: expected a pixel from 0 to 255, found 'x'")


def test_a_row_of_one_long_line_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv.gz"
    path.write_bytes(gzip.compress(b"5" + b",0" * (1 << 24)))
    assert refusal(path) == "line 1: too long for a row of digits"


def test_noise_is_digits_too(tmp_path: Path) -> None:
    """Pixels up to the border: only the first column can be the labels."""
    path = tmp_path / "digits.csv"
    noise = digits(train=80)["train"]
    path.write_text(csv(noise))
    assert samples(load(str(path))) == expected(noise)
