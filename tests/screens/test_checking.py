"""check --open: the app at the first wrong gradient, somebody's beside the right one."""

from itertools import pairwise

import numpy as np
import pytest

from screens.backprop.model import operation_view
from screens.checking import CheckingApp
from screens.inspect.checking import checked_of, selection_of
from screens.shapes.look import Look
from tests.mistakes.two_layers import two_layers
from tests.screens.bench import Person, WatchedApp, at_the_keyboard, in_sizes
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.checking.check import check_arrays
from tui_nn.mistakes.checking.choosing import Wishes
from tui_nn.mistakes.checking.report import Report
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn.tensor import Array
from tui_nn.training.runs.handed_in import handed_in
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

MEMORY = 2**26


def report(wrong: str = "db1") -> Report:
    """Gradients of a network of three layers by hand, one of them doubled."""
    given = two_layers(np.random.default_rng(4), wrong)
    return check_arrays(given, Wishes("tanh"))


class Watched(CheckingApp, WatchedApp):
    """The app of ``--open``, watched."""

    def __init__(self, run: Session, look: Look) -> None:
        del run
        CheckingApp.__init__(self, report(), MEMORY, look)


def problem(output: str, loss: str, y: Array) -> Problem:
    random = np.random.default_rng(7)
    sizes = (3, 4, y.shape[1])
    weights = tuple(random.normal(size=pair) for pair in pairwise(sizes))
    biases = tuple(random.normal(size=size) for size in sizes[1:])
    return Problem(random.normal(size=(len(y), 3)), y, weights, biases, ("tanh",), output, loss)


@pytest.mark.parametrize(
    ("output", "loss", "y"),
    [
        ("softmax", "cross-entropy", np.eye(3)[[0, 2, 1, 1]]),
        ("softmax", "cross-entropy", np.eye(2)[[0, 1, 1]]),
        ("sigmoid", "cross-entropy", np.array([[1.0], [0.0], [1.0]])),
        ("sigmoid", "cross-entropy", np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])),
        ("sigmoid", "quadratic", np.array([[0.2, 0.9], [0.1, 0.4]])),
    ],
)
def test_the_run_has_the_right_gradients_and_nothing_is_updated(
    output: str, loss: str, y: Array
) -> None:
    posed = problem(output, loss, y)
    run = handed_in(posed, "checked", MEMORY)
    shown = run.snapshot(Activity.PAUSED)
    for name, right in posed.gradients.items():
        np.testing.assert_allclose(shown.computed.tensors[name], right, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(shown.computed.tensors["W1"], posed.weights[0], rtol=1e-6)
    assert shown.position.step == 0


def test_it_begins_where_the_first_wrong_one_is_furthest_off() -> None:
    found = report("dW1")
    run = handed_in(found.problem, "checked", MEMORY)
    shown, checked = run.snapshot(Activity.PAUSED), checked_of(found, "checked")
    selection = selection_of(checked, shown.program)
    assert selection.operation == "dW1"
    furthest = np.unravel_index(np.abs(found.difference["dW1"]).argmax(), (4, 5))
    assert selection.element == tuple(map(int, furthest))
    view = operation_view(shown, selection, checked=checked)
    yours, right, difference = view.views
    assert [each.title.split()[0] for each in view.views] == ["yours", "right", "difference"]
    np.testing.assert_allclose(yours.values, 2 * right.values)
    np.testing.assert_allclose(difference.values, yours.values - right.values)
    assert view.why.startswith("Yours is wrong, relative error 3.33e-01")
    run.step_batch()  # the updates: still the same step
    run.step_operation()
    later = run.snapshot(Activity.PAUSED)
    assert not operation_view(later, selection, checked=checked).why.startswith("Yours")


def test_what_the_app_cannot_show_is_said() -> None:
    posed = problem("sigmoid", "quadratic", np.random.default_rng(1).random((300, 2)))
    with pytest.raises(TuiNNError, match="at most 256 different targets"):
        handed_in(posed, "checked", MEMORY)


@in_sizes((120, 40), (80, 24), (200, 60))
def test_opened_on_a_wrong_gradient(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.sees("3 Backprop", "yours ∇b1", "right ∇b1", "difference ∇b1", "✗")
        assert person.app.selection.operation == "db1"
        await person.press("enter")
        await person.sees("= 2 × right", "· difference")
        await person.press("escape", "n", "b")
        await person.sees_no("yours ∇b1")

    at_the_keyboard(script, size=size, app_class=Watched)


def test_every_screen_shows_samples_of_any_length() -> None:
    async def script(person: Person) -> None:
        await person.sees("yours ∇b1")
        for key in ("1", "2", "4", "5", "6", "7", "3"):
            await person.press(key)
        await person.sees("yours ∇b1")

    at_the_keyboard(script, app_class=Watched)


def test_the_run_stops_before_what_is_wrong_and_watches_it() -> None:
    async def script(person: Person) -> None:
        await person.sees("∇b1[")
        await person.press("backspace")
        await person.sees("paused: before ∇b1")
        await person.press("n")
        await person.sees_no("paused: before")
        assert [each.words for each in person.app.snapshot.breakpoints] == ["before db1"]
        (watched,) = person.app.snapshot.watches
        assert watched.words.startswith("∇b1[")

    at_the_keyboard(script, app_class=Watched, size=(120, 40))
