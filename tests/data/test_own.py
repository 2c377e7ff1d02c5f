"""The person's own digits: kept, named, mixed, exported and read again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.training.runs import recipe
from tui_nn.cli import main
from tui_nn.data import mixture
from tui_nn.data.idx import read_images, read_labels
from tui_nn.data.own import export_own, forget_last_digit, keep_digit, own_path, read_own
from tui_nn.data.sources import lasting_name, load
from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session

IMAGES = np.random.default_rng(5).integers(0, 256, (30, 28, 28), dtype=np.uint8)


def keep(count: int, start: int = 0) -> None:
    for index in range(start, start + count):
        keep_digit(IMAGES[index], index % 10)


def test_digits_are_kept_in_order_and_nothing_else_is_written(own_folder: Path) -> None:
    assert len(read_own().labels) == 0
    keep(3)
    digits = read_own()
    assert np.array_equal(digits.images, IMAGES[:3])
    assert digits.labels.tolist() == [0, 1, 2]
    assert [each.name for each in own_folder.iterdir()] == ["own.npz"]


def test_of_digits_that_are_kept_at_once_none_is_lost() -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda index: keep_digit(IMAGES[index], index % 10), range(16)))
    assert sorted(counts) == list(range(1, 17))
    assert len(read_own().labels) == 16


def test_a_digit_that_is_kept_again_is_labelled_anew() -> None:
    keep(3)
    assert keep_digit(IMAGES[1], 7) == 3
    assert read_own().labels.tolist() == [0, 7, 2]
    assert np.array_equal(read_own().images, IMAGES[:3])


def test_the_last_digit_is_taken_back() -> None:
    keep(2)
    assert forget_last_digit() == (1, 1)
    assert read_own().labels.tolist() == [0]
    assert forget_last_digit() == (0, 0)
    with pytest.raises(TuiNNError, match="6 to draw a digit and d to keep it"):
        forget_last_digit()


def test_a_damaged_file_is_an_error_and_stays_as_it_is() -> None:
    keep(1)
    own_path().write_bytes(b"not a zip")
    with pytest.raises(TuiNNError, match=r"expected an \.npz file"):
        keep_digit(IMAGES[0], 1)
    assert own_path().read_bytes() == b"not a zip"


def test_without_digits_it_says_how_to_come_by_some() -> None:
    for name in ("own", "embedded+own"):
        with pytest.raises(TuiNNError, match="6 to draw a digit and d to keep it"):
            load(name)


def test_of_a_few_digits_none_is_held_out_and_that_is_said() -> None:
    keep(3)
    few = load("own")
    assert {name: len(split) for name, split in few.splits.items()} == {
        "train": 3, "validation": 3, "test": 3,
    }  # fmt: skip
    assert "3 digits" in few.said
    assert any("none is held out" in warning for warning in few.warnings)


def test_of_many_a_tenth_is_tested() -> None:
    keep(30)
    many = load("own")
    assert {name: len(split) for name, split in many.splits.items()} == {"train": 27, "test": 3}
    assert not any("held out" in warning for warning in many.warnings)


def test_a_lasting_name_means_the_same_digits_when_more_were_kept() -> None:
    keep(2)
    name = lasting_name("own")
    keep(2, start=2)
    assert lasting_name(name) == name
    assert lasting_name("own") != name
    assert np.array_equal(load(name)["train"].images, IMAGES[:2])


def test_digits_that_are_others_by_now_are_refused() -> None:
    keep(2)
    name = lasting_name("own")
    own_path().unlink()
    keep(2, start=4)
    with pytest.raises(TuiNNError, match="are others by now"):
        load(name)


def test_a_mixture_learns_from_all_and_is_measured_on_the_first() -> None:
    keep(2)
    embedded = load("embedded")
    mixed = load("embedded+3*own")
    train = mixed["train"]
    assert len(train) == len(embedded["train"]) + 6
    assert train.labels[-6:].tolist() == [0, 1, 0, 1, 0, 1]
    assert np.array_equal(train.images[-2:], IMAGES[:2])
    assert np.array_equal(mixed["test"].labels, embedded["test"].labels)
    assert "2 of own, 3 times; validation and test: embedded alone" in mixed.said
    assert lasting_name("embedded+3*own").startswith("embedded+3*own:2-")


def test_a_mixture_of_other_samples_is_refused() -> None:
    keep(1)
    with pytest.raises(TuiNNError, match="digits8 has 8×8 pixels, own 28×28 pixels"):
        load("digits8+own")
    with pytest.raises(TuiNNError, match="0 times; expected 1 to"):
        load("embedded+0*own")


def test_a_path_with_a_plus_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a+b.csv").write_text("")
    assert mixture.ingredients(str(tmp_path / "a+b.csv")) == ()
    assert [str(each) for each in mixture.ingredients("mnist+20*own")] == ["mnist", "20*own"]


def test_a_run_on_a_mixture_is_the_same_when_more_were_kept() -> None:
    keep(2)
    name = lasting_name("embedded+5*own")
    states = []
    for _ in range(2):
        run = Session(recipe(), load(name))
        run.step_batch()
        states.append(run.state.flat.tobytes())
        keep(1, start=9)
    assert states[0] == states[1]


def test_the_export_is_read_as_any_idx(tmp_path: Path) -> None:
    keep(2)
    images, labels = tmp_path / "own-images-idx3-ubyte", tmp_path / "own-labels-idx1-ubyte"
    assert export_own(images, labels) == 2
    assert np.array_equal(read_images(images), IMAGES[:2])
    assert read_labels(labels).tolist() == [0, 1]
    for name in (str(images), str(tmp_path)):
        assert np.array_equal(load(name)["train"].images, IMAGES[:2])


def test_the_command_line_lists_and_exports_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data"]) == 0
    assert "not here: tui-nn, then 6" in capsys.readouterr().out
    assert main(["data", "export", "--out", str(tmp_path)]) == 1
    assert "no digits of your own are kept yet" in capsys.readouterr().err
    keep(1)
    assert main(["data"]) == 0
    assert str(own_path()) in capsys.readouterr().out
    assert main(["data", "export", "--out", str(tmp_path)]) == 0
    assert "1 digit: " in capsys.readouterr().out
    assert np.array_equal(load(str(tmp_path))["train"].images, IMAGES[:1])
