"""IDX, npz, pictures and what is refused: as people have them, on files made here."""

import gzip
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.data.files import digits, idx, idx_files, keras, same
from tests.data.test_kinds_of_tables import DIGITS, expected, real, refusal, samples, text
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.files.refused import _KINDS
from tui_nn.data.sources import load, load_unlabelled

SET = Dataset("digits", {"train": DIGITS, "test": real(90).take(np.arange(60, 90))})


# IDX


@pytest.mark.parametrize("dotted", [False, True], ids=["as published", "as Kaggle names them"])
def test_idx_files_each_in_a_folder_of_its_own_name(tmp_path: Path, dotted: bool) -> None:
    for name, content in idx_files(SET).items():
        name = name.replace("-idx", ".idx") if dotted else name
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_bytes(content)
    dataset = load(str(tmp_path))
    assert same(dataset, SET)
    assert dataset.said == "90 digits, 10 classes"


@pytest.mark.parametrize("given", ["", "mine-images-idx3-ubyte"])
def test_an_idx_set_of_ones_own(tmp_path: Path, given: str) -> None:
    (tmp_path / "mine-images-idx3-ubyte").write_bytes(idx(DIGITS.images))
    (tmp_path / "mine-labels-idx1-ubyte").write_bytes(idx(DIGITS.labels))
    assert samples(load(str(tmp_path / given))) == expected()


def test_idx_images_without_labels_are_for_prediction(tmp_path: Path) -> None:
    (tmp_path / "new-images-idx3-ubyte").write_bytes(idx(DIGITS.images))
    part = load_unlabelled(str(tmp_path))
    assert part.labels is None
    assert np.array_equal(part.images, DIGITS.images)
    assert refusal(tmp_path).startswith("no images with labels to learn from")


def test_idx_on_their_side(tmp_path: Path) -> None:
    many = real(600)
    (tmp_path / "my-images-idx3-ubyte").write_bytes(idx(many.images.transpose(0, 2, 1)))
    (tmp_path / "my-labels-idx1-ubyte").write_bytes(idx(many.labels))
    assert "lie on their side" in load(str(tmp_path)).warnings[0]
    assert samples(load(f"{tmp_path}::transpose")) == expected(many)


# npz


def flat(images: NDArray[Any]) -> NDArray[Any]:
    return images.reshape(len(images), -1)


ARRAYS: dict[str, dict[str, NDArray[Any]]] = {
    "Keras": keras(SET),
    "flat": {n: flat(a) if n[0] == "x" else a for n, a in keras(SET).items()},
    "float 0-1": {n: a / np.float32(255) if n[0] == "x" else a for n, a in keras(SET).items()},
    "float16 0-1": {
        n: (a / 255).astype(np.float16) if n[0] == "x" else a for n, a in keras(SET).items()
    },
    "one-hot": {n: np.eye(10)[a] if n[0] == "y" else a for n, a in keras(SET).items()},
    "float labels": {n: a.astype(float) if n[0] == "y" else a for n, a in keras(SET).items()},
    "a channel": {n: a[..., None] if n[0] == "x" else a for n, a in keras(SET).items()},
    "a channel first": {n: a[:, None] if n[0] == "x" else a for n, a in keras(SET).items()},
    "columns of labels": {n: a[:, None] if n[0] == "y" else a for n, a in keras(SET).items()},
    "in capitals": {n.upper(): a for n, a in keras(SET).items()},
    "train_images": {
        f"{n[2:]}_{'images' if n[0] == 'x' else 'labels'}": a for n, a in keras(SET).items()
    },
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_every_kind_of_npz_is_read(tmp_path: Path, kind: str) -> None:
    np.savez(tmp_path / "d.npz", **ARRAYS[kind])  # type: ignore[arg-type]
    dataset = load(str(tmp_path / "d.npz"))
    assert same(dataset, SET)
    assert dataset.said.startswith("90 digits, ")
    assert dataset.said.endswith("10 classes")


@pytest.mark.parametrize(
    "names", [("X", "y"), ("x", "y"), ("images", "labels"), ("data", "target")]
)
def test_an_npz_of_one_pair(tmp_path: Path, names: tuple[str, str]) -> None:
    pair = {names[0]: flat(DIGITS.images) / 255, names[1]: np.eye(10)[DIGITS.labels]}
    np.savez(tmp_path / "d.npz", **pair)  # type: ignore[arg-type]
    dataset = load(str(tmp_path / "d.npz"))
    assert samples(dataset) == expected()
    assert dataset.said == "60 digits, pixels from 0 to 1, 10 classes"


def test_an_npz_of_unknown_names_says_them(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", this=DIGITS.images, that=DIGITS.labels)
    assert refusal(tmp_path / "d.npz") == (
        "expected arrays called x_train and y_train, or X and y; found this, that"
    )


# Pictures


def write_pictures(folder: Path, split: Split, form: str = "png", **changes: Any) -> None:
    for number, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(image)
        if "size" in changes:
            picture = picture.resize(changes["size"])
        picture.convert(changes.get("mode", "L")).save(place / f"{number:03}.{form}")


def test_a_folder_of_pngs(tmp_path: Path) -> None:
    write_pictures(tmp_path, DIGITS)
    dataset = load(str(tmp_path))
    assert samples(dataset) == expected()
    assert dataset.said == "60 digits, labels from the folders' names, 10 classes"


@pytest.mark.parametrize("names", [("training", "testing"), ("train", "test")])
def test_folders_of_pngs_for_training_and_testing(tmp_path: Path, names: tuple[str, str]) -> None:
    write_pictures(tmp_path / names[0], SET["train"], mode="RGB")
    write_pictures(tmp_path / names[1], SET["test"], mode="P")
    dataset = load(str(tmp_path))
    assert samples(dataset) == samples(SET)
    assert len(dataset["test"]) == 30


def test_pngs_of_another_size_are_scaled_as_mnists_were(tmp_path: Path) -> None:
    large = Split(255 - DIGITS.images, DIGITS.labels)
    write_pictures(tmp_path, large, size=(112, 112))
    dataset = load(str(tmp_path))
    assert "dark on light, inverted, 112×112 scaled as MNIST's were" in dataset.said
    by_label = DIGITS.take(np.argsort(DIGITS.labels, kind="stable"))
    images = np.concatenate([dataset["train"].images, dataset["test"].images])
    assert len(images) == 60
    # The embedded digits are in MNIST's form already: they come out much as they were.
    nearest = [np.abs(by_label.images.astype(int) - image).mean((1, 2)).min() for image in images]
    assert np.mean(nearest) < 12


def test_pictures_with_a_transparent_ground_are_on_white(tmp_path: Path) -> None:
    for label in (3, 5):
        image = DIGITS.images[DIGITS.labels == label][0]
        ink = np.zeros((28, 28, 4), np.uint8)
        ink[..., 3] = image
        for number in range(3):
            (tmp_path / str(label)).mkdir(exist_ok=True)
            Image.fromarray(ink).save(tmp_path / str(label) / f"{number}.png")
    dataset = load(str(tmp_path))
    assert np.array_equal(dataset["train"].images[0], DIGITS.images[DIGITS.labels == 3][0])
    assert "dark on light, inverted" in dataset.said


def test_a_picture_or_a_folder_of_them_is_for_prediction(tmp_path: Path) -> None:
    for number, image in enumerate(DIGITS.images[:5]):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    assert np.array_equal(load_unlabelled(str(tmp_path)).images, DIGITS.images[:5])
    one = load_unlabelled(str(tmp_path / "3.png"))
    assert np.array_equal(one.images, DIGITS.images[3:4])


def test_sixteen_bits_are_not_cut_to_the_low_ones(tmp_path: Path) -> None:
    Image.fromarray(DIGITS.images[0].astype(np.uint16) * 257).save(tmp_path / "0.png")
    assert np.array_equal(load_unlabelled(str(tmp_path / "0.png")).images[0], DIGITS.images[0])


# What is refused


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.endings[0])
def test_a_refused_kind_comes_with_lines_of_python(tmp_path: Path, kind: Any) -> None:
    for ending in kind.endings:
        path = tmp_path / f"digits{ending}"
        path.write_bytes(b"")
        message = refusal(path)
        before, lines = message.split("two lines of Python make an .npz of it: ")
        assert kind.what in before
        assert repr(str(tmp_path / "digits.npz")) in lines
        compile(lines, "lines", "exec")


def run_lines(path: Path) -> Dataset:
    lines = refusal(path).split("two lines of Python make an .npz of it: ")[1]
    exec(lines, {})
    return load(str(path.parent / (path.name.split(".")[0] + ".npz")))


def test_the_lines_for_a_pickle_work(tmp_path: Path) -> None:
    train, test = ((flat(each.images) / 255, each.labels) for each in SET.splits.values())
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps((train, train, test))))
    assert same(run_lines(path), SET)
    (tmp_path / "own.pkl").write_bytes(pickle.dumps((train, test)))
    assert same(run_lines(tmp_path / "own.pkl"), SET)


def test_the_lines_for_arff_work(tmp_path: Path) -> None:
    table = np.column_stack([flat(DIGITS.images), DIGITS.labels]).tolist()
    head = "% digits\n@relation mnist\n@attribute pixel1 real\n@attribute class {0,1}\n@data\n"
    path = tmp_path / "mnist_784.arff"
    path.write_text(head + text([[str(value) for value in row] for row in table]))
    assert samples(run_lines(path)) == expected()


def test_the_lines_for_an_array_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("digits.npy", DIGITS.images)
    np.save("labels.npy", DIGITS.labels)
    assert samples(run_lines(tmp_path / "digits.npy")) == expected()


def test_no_pickle_is_opened_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    stored = io.BytesIO()
    np.save(stored, np.array([{}], dtype=object), allow_pickle=True)
    np.savez(path, X=np.array([{}], dtype=object), y=digits()["train"].labels)
    assert "pickled objects, which are never loaded" in refusal(path)
