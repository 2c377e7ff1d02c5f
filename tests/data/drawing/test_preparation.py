"""From a drawing to MNIST's form: the box, the centre of mass, and the nearest samples."""

import numpy as np
import pytest

from tui_nn.data.dataset import Split
from tui_nn.data.drawing.pen import Pen
from tui_nn.data.drawing.preparation import centre_of_mass, prepare, sample_of
from tui_nn.data.drawing.similar import most_similar
from tui_nn.data.form import DIGITS
from tui_nn.data.worlds.digits8 import FORM as SMALL
from tui_nn.data.worlds.mazur import FORM as POINT


def drawn(*strokes: tuple[tuple[float, float], tuple[float, float]]) -> np.ndarray:
    marks = [Pen().mark(*stroke) for stroke in strokes]
    return np.max(marks, axis=0)


DIGITS_DRAWN = {
    "a 1 in the corner": drawn(((1, 1), (9, 2))),
    "a small 7": drawn(((3, 15), (3, 22)), ((3, 22), (12, 17))),
    "a large 7": drawn(((1, 2), (1, 26)), ((1, 26), (26, 9))),
    "a flat 0": drawn(
        ((8, 4), (8, 24)), ((8, 24), (18, 24)), ((18, 24), (18, 4)), ((18, 4), (8, 4))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIGITS_DRAWN)
def test_a_drawing_is_as_large_and_in_the_place_as_mnists(name: str) -> None:
    prepared = prepare(DIGITS_DRAWN[name])
    assert max(prepared.scaled.shape) == 20
    rows, columns = (np.flatnonzero(prepared.centred.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert all(abs(mass - 14) <= 0.5 for mass in centre_of_mass(prepared.centred))
    assert prepared.centred.max() == 255


def test_it_keeps_its_proportions() -> None:
    prepared = prepare(DIGITS_DRAWN["a small 7"])
    height, width = prepared.cut.shape
    assert prepared.scaled.shape == (20, round(20 * width / height))


def test_paper_stays_paper() -> None:
    prepared = prepare(np.zeros((28, 28), np.uint8))
    assert prepared.is_empty
    assert prepared.centred.shape == (28, 28)
    assert centre_of_mass(prepared.centred) == (13.5, 13.5)


def test_a_centre_of_mass_by_hand() -> None:
    image = np.zeros((4, 5), np.uint8)
    image[1, 1], image[3, 4] = 100, 50
    assert centre_of_mass(image) == pytest.approx((5 / 3, 2.0))


def test_a_network_of_other_samples_is_given_what_it_reads() -> None:
    centred = prepare(DIGITS_DRAWN["a large 7"]).centred
    assert sample_of(centred, DIGITS) is centred
    small = sample_of(centred, SMALL)
    assert small is not None
    assert small.shape == (8, 8)
    assert abs(small.mean() * 64 - centred.sum() / 16) < 64  # rounded to whole numbers
    assert sample_of(centred, POINT) is None


def test_the_nearest_samples_are_found_as_by_hand() -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (4500, 28, 28), dtype=np.uint8)
    split = Split(images, random.integers(0, 10, 4500, dtype=np.uint8))
    found = most_similar(images[4321], split, 5)
    flat = images.reshape(4500, -1).astype(float) / 255
    away = np.sqrt(((flat - flat[4321]) ** 2).sum(axis=1))
    assert found.indices.tolist() == np.argsort(away)[:5].tolist()
    np.testing.assert_allclose(found.distances, np.sort(away)[:5], rtol=1e-5)
    assert found.labels.tolist() == split.labels[found.indices].tolist()


def test_of_few_samples_all_are_found() -> None:
    few = Split(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    assert len(most_similar(few.images[0], few, 8).indices) == 2
