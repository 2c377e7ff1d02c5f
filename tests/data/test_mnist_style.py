"""A picture brought into MNIST's form."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.data.mnist_style import centre, crop, fit, scale_to_box
from tui_nn.data.sources import load

blots = st.tuples(st.integers(0, 59), st.integers(0, 79), st.integers(2, 30), st.integers(2, 30))


@given(st.lists(blots, min_size=1, max_size=4))
def test_any_ink_fits_the_box_and_is_centred(blots: list[tuple[int, int, int, int]]) -> None:
    image = np.zeros((90, 110), np.uint8)
    for top, left, height, width in blots:
        image[top : top + height, left : left + width] = 200
    form = fit(image)
    rows, columns = np.nonzero(form)
    assert form.max() == 255
    assert max(np.ptp(rows), np.ptp(columns)) == 19
    weights = form[rows, columns].astype(float)
    offsets = [np.average(each, weights=weights) - 14 for each in (rows, columns)]
    # Half a pixel, but for ink so lopsided that it would leave the field.
    room = [min(each.min(), 27 - each.max()) for each in (rows, columns)]
    assert all(abs(offset) <= 0.5 or not left for offset, left in zip(offsets, room, strict=True))


def test_paper_stays_paper() -> None:
    assert not fit(np.zeros((40, 30), np.uint8)).any()
    assert crop(np.zeros((4, 4))).shape == (0, 0)
    assert scale_to_box(np.zeros((0, 0))).shape == (0, 0)
    assert not centre(np.zeros((20, 20), np.uint8)).any()


def test_faint_noise_is_no_edge() -> None:
    image = np.zeros((100, 100), np.uint8)
    image[40:60, 45:50] = 255
    image[2, 3] = 20
    assert crop(image).shape == (20, 5)


@pytest.mark.parametrize("size", [(7, 7), (20, 20), (400, 200), (3, 500)])
def test_proportions_are_kept(size: tuple[int, int]) -> None:
    scaled = scale_to_box(np.full(size, 9.0))
    assert scaled.shape == tuple(max(1, round(side * 20 / max(size))) for side in size)
    assert (scaled == 255).all()


def test_mnists_own_digits_stay_where_they_are(mnist_folder: Path) -> None:
    """They are in this form: of the test set, nearly all come out as they went in."""
    images = load(str(mnist_folder))["test"].images[:1000]
    moved = [np.abs(fit(image).astype(int) - image).mean() for image in images]
    assert np.median(moved) < 2
