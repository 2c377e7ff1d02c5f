"""The sheet and the pen: what a stroke marks, and how it is undone."""

import numpy as np

from tui_nn.data.drawing.canvas import Canvas
from tui_nn.data.drawing.pen import SOFTNESSES, WIDTHS, Pen

HARD = Pen(1.0, 0.0)


def test_a_hard_pen_of_one_pixel_marks_the_pixels_under_it() -> None:
    canvas = Canvas(HARD)
    canvas.begin()
    canvas.draw((3, 2), (3, 5))
    expected = np.zeros((28, 28), np.uint8)
    expected[3, 2:6] = 255
    assert np.array_equal(canvas.ink, expected)


def test_between_two_pixels_a_pen_marks_both() -> None:
    """As a mouse does that knows of cells alone, each two pixels high."""
    assert np.argwhere(HARD.mark((4.5, 7), (4.5, 7))).tolist() == [[4, 7], [5, 7]]


def test_a_stroke_is_as_wide_as_the_pen_where_its_ink_is_half_as_dark() -> None:
    for width in WIDTHS:
        for softness in SOFTNESSES:
            across = Pen(width, softness).mark((14, 4), (14, 24))[:, 14].astype(float)
            assert abs(across.sum() / 255 - width) < 0.51, (width, softness)


def test_a_soft_pen_fades_by_hand() -> None:
    """Of width 2 and softness 1: (1 − d)/1 + 1/2 of the ink at a distance d."""
    mark = Pen(2.0, 1.0).mark((10, 10), (10, 10))
    assert mark[10, 10] == 255
    assert mark[10, 11] == mark[9, 10] == round(255 * 0.5)
    assert mark[11, 11] == round(255 * (1.5 - 2**0.5))
    assert mark[10, 12] == 0


def test_a_slanted_stroke_has_no_gaps() -> None:
    mark = Pen().mark((2, 3), (25, 11))
    assert all(mark[row].max() > 127 for row in range(2, 26))


def test_ink_does_not_fade_where_strokes_meet_and_is_rubbed_out() -> None:
    canvas = Canvas(HARD)
    canvas.begin()
    canvas.draw((5, 5), (5, 9))
    canvas.draw((5, 7), (9, 7))
    assert canvas.ink.sum() == 9 * 255
    canvas.rub_out((5, 5), (5, 6))
    assert canvas.ink[5].nonzero()[0].tolist() == [7, 8, 9]


def test_a_stroke_is_undone_as_a_whole_and_drawn_again() -> None:
    canvas = Canvas(HARD)
    canvas.begin()
    canvas.draw((1, 1), (1, 1))
    first = canvas.ink
    canvas.begin()
    canvas.draw((2, 2), (2, 2))
    canvas.draw((2, 2), (4, 4))
    second = canvas.ink
    canvas.undo()
    assert np.array_equal(canvas.ink, first)
    canvas.undo()
    assert canvas.is_empty
    canvas.undo()
    canvas.redo()
    canvas.redo()
    assert np.array_equal(canvas.ink, second)
    canvas.undo()
    canvas.begin()
    canvas.draw((9, 9), (9, 9))
    assert not canvas.can_redo


def test_a_cleared_sheet_comes_back_and_strokes_that_change_nothing_are_none() -> None:
    canvas = Canvas(HARD)
    canvas.begin()
    canvas.draw((1, 1), (1, 1))
    drawn = canvas.ink
    canvas.begin()
    canvas.draw((1, 1), (1, 1))
    canvas.clear()
    assert canvas.is_empty
    canvas.undo()
    assert np.array_equal(canvas.ink, drawn)
    canvas.undo()
    assert canvas.is_empty
    assert not canvas.can_undo


def test_pens_go_round() -> None:
    assert Pen(WIDTHS[-1]).wider(1).width == WIDTHS[0]
    assert Pen(softness=SOFTNESSES[0]).softer(-1).softness == SOFTNESSES[-1]
