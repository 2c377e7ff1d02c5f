"""Photos of digits: each stage by itself, and what all of them are worth."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.data.drawing.photos import MANNERS, Manner, photo, save
from tui_nn.data.dataset import Split
from tui_nn.data.drawing.components import largest_piece, pieces
from tui_nn.data.drawing.lighting import evened, paper_is_light
from tui_nn.data.drawing.photo import Paper, PhotoSettings, find_digit, otsu
from tui_nn.data.drawing.strokes import dilated, stroke_width, with_strokes_of
from tui_nn.data.files.pictures import read_picture
from tui_nn.data.sources import load
from tui_nn.training.runs.library import run_path
from tui_nn.training.session.session import Session
from tui_nn.training.storage.checkpoint import load_checkpoint

OF_EACH = 4  # photos of each manner: 48 in all


def square(side: int, ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.where(ink, np.uint8(255), np.uint8(0)).reshape(side, side)


# The stages


def test_otsu_parts_two_heaps_between_them() -> None:
    random = np.random.default_rng(0)
    low, high = random.normal(60, 8, 3000), random.normal(180, 8, 300)
    picture = np.concatenate([low, high]).clip(0, 255).astype(np.uint8)
    assert 85 < otsu(picture) < 155
    assert otsu(np.array([10, 10, 10, 200], np.uint8)) in range(11, 201)
    assert 1 <= otsu(np.full(9, 7, np.uint8)) <= 254


def test_paper_is_told_from_ink_under_a_gradient_of_light() -> None:
    light = np.linspace(255, 60, 90)[None, :] * np.ones((70, 1))
    light[30:40, 40:60] *= 0.3
    grey = light.astype(np.uint8)
    assert paper_is_light(grey)
    assert not paper_is_light(255 - grey)


def test_evening_out_leaves_what_ink_reflects_whatever_the_light() -> None:
    light = np.linspace(240, 120, 240)[None, :] * np.ones((180, 1))
    ink = np.zeros((180, 240), bool)
    ink[80:100, 20:30] = ink[80:100, 200:210] = True
    even = evened((255 - light * np.where(ink, 0.4, 1.0)).astype(np.uint8))
    assert abs(float(even[90, 25]) - 255 * 0.6) < 10
    assert abs(float(even[90, 205]) - 255 * 0.6) < 10
    assert even[10:60].max() < 255 / 10


def test_pieces_hang_together_across_corners_and_joins() -> None:
    u = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1]], bool)
    assert len(np.unique(pieces(u))) == 2
    two = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1]], bool)
    assert len(np.unique(pieces(two))) == 3


def test_the_largest_piece_stays_with_what_nearly_touches_it() -> None:
    ink = np.zeros((100, 100), bool)
    ink[20:60, 20:30] = ink[61:70, 20:30] = True  # a gap of one pixel
    ink[80:90, 80:90] = True
    cut = largest_piece(square(100, ink))
    assert cut[65, 25] == 255
    assert not cut[75:].any()


def test_a_stroke_is_measured_and_made_as_wide_as_asked_for() -> None:
    bar = np.zeros((60, 60), bool)
    bar[28:32, 5:55] = True
    assert stroke_width(bar) == pytest.approx(4, abs=1.0)
    for width in (1.5, 2.5, 4.0):
        cross = np.zeros((120, 120), bool)
        cross[55:62, :] = cross[:, 57:64] = True
        made = with_strokes_of(width, square(120, cross))
        assert stroke_width(made > 0) / 6 == pytest.approx(width, rel=0.2)


def test_a_figure_grows_by_a_disc() -> None:
    dot = np.zeros((9, 9), bool)
    dot[4, 4] = True
    grown = dilated(dot, 2.0)
    away = np.hypot(*(np.indices((9, 9)) - 4))
    assert np.array_equal(grown, away <= 2)
    assert dilated(dot, 0.5) is dot


def test_a_person_may_decide_what_is_found() -> None:
    digit = load("embedded")["test"].images[0]
    grey = np.asarray(photo(digit, Manner("plain"), np.random.default_rng(0)).convert("L"))
    usual = find_digit(grey, PhotoSettings())
    assert usual.is_light
    assert not find_digit(grey, PhotoSettings(paper=Paper.DARK)).is_light
    assert find_digit(grey, PhotoSettings(threshold=40)).threshold == 40
    thin, thick = (
        find_digit(grey, PhotoSettings(stroke=width)).prepared.centred for width in (1.0, 4.0)
    )
    assert thin.sum() < usual.prepared.centred.sum() < thick.sum()


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_picture_of_nothing_is_no_error(value: int) -> None:
    stages = find_digit(np.full((40, 30), value, np.uint8), PhotoSettings())
    assert stages.prepared.centred.shape == (28, 28)


def test_a_photo_is_turned_as_the_camera_was_held_and_made_smaller(tmp_path: Path) -> None:
    picture = Image.new("L", (800, 400), 255)
    picture.paste(0, (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: the top is on the right
    picture.save(tmp_path / "held.jpg", exif=exif)
    read = read_picture(tmp_path / "held.jpg", 200)
    assert read.shape == (200, 100)
    assert read[10, 50] < 20
    assert read[190, 50] > 235


# What they are worth


@pytest.mark.slow  # a measurement, of photos of many manners
def test_of_photos_nearly_all_are_read_with_the_stages_and_few_without(tmp_path: Path) -> None:
    """Measured on the embedded digits; ``test_photos_of_mnist`` says so of the real ones."""
    right = _right(load("embedded")["test"], tmp_path)
    assert right["all stages"] >= 0.9
    assert right["none"] <= 0.3
    assert right["inverted"] <= 0.3
    assert right["all stages"] > right["shadows left in"]


def test_photos_of_mnist(mnist_folder: Path, tmp_path: Path) -> None:
    right = _right(load(str(mnist_folder))["test"], tmp_path)
    assert right["all stages"] >= 0.85
    assert right["none"] <= 0.3


def _right(split: Split, folder: Path) -> dict[str, float]:
    """Return how many photos the large trained network reads, by what was done to them."""
    session = Session.resumed(load_checkpoint(run_path("trained-large")), load("embedded"))
    random = np.random.default_rng(14)
    chosen = random.permutation(len(split))[: OF_EACH * len(MANNERS)]
    right: dict[str, list[bool]] = {}
    for number, index in enumerate(chosen.tolist()):
        manner, label = MANNERS[number % len(MANNERS)], int(split.labels[index])
        picture = photo(split.images[index], manner, random)
        grey = read_picture(save(picture, folder, str(number), manner.quality), 360)
        left_in = PhotoSettings(evens=False)
        made = {
            "none": _shrunk(grey),
            "inverted": _shrunk(255 - grey),
            "shadows left in": find_digit(grey, left_in).prepared.centred,
            "all stages": find_digit(grey, PhotoSettings()).prepared.centred,
        }
        for how, image in made.items():
            right.setdefault(how, []).append(session.probe(image, None).said == label)
    shares = {how: float(np.mean(each)) for how, each in right.items()}
    print({how: f"{share:.1%} of {len(chosen)}" for how, share in shares.items()})
    return shares


def _shrunk(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what people do who know of no stages: the picture, made 28×28 pixels small."""
    return np.asarray(Image.fromarray(grey).resize((28, 28), Image.Resampling.BOX))
