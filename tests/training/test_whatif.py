"""What-if: one gradient checked live, the loss along a step, and edits with what they did."""

from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.runs import CLUSTERS, FEW, METHODS, outcome, recipe, session, shaped
from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.operation import run
from tui_nn.training.analysis.element_check import EPSILON, Agreement, LiveCheck, check_element
from tui_nn.training.analysis.recompute import (
    current_step,
    in_float64,
    without_earlier_chunks,
)
from tui_nn.training.analysis.step_loss import (
    DECADES,
    Fit,
    StepLoss,
    measure_step_loss,
)
from tui_nn.training.analysis.what_if import silence, try_change
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping import stepper
from tui_nn.training.stepping.place import Place

LAYERS = [784, 12, 8, 10]
MEMORY = 2**26


def stepped(run: Session, batches: int = 3, operations: int = 0) -> Snapshot:
    for _ in range(batches):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    return run.snapshot(Activity.PAUSED)


def checked(seen: Snapshot, name: str, index: tuple[int, ...], **options: Any) -> LiveCheck:
    return check_element(seen.program, current_step(seen), name, index, **options)


def along(seen: Snapshot, rate: float | None = None) -> StepLoss:
    found = measure_step_loss(seen.program, current_step(seen), rate)
    assert found is not None
    return found


# The step computed again


def test_before_the_first_operation_there_is_no_step_to_look_at() -> None:
    with pytest.raises(TuiNNError, match="press n or b"):
        current_step(session(history_memory=MEMORY).snapshot(Activity.PAUSED))


def test_without_the_parameters_from_before_the_update_there_is_none_either() -> None:
    with pytest.raises(TuiNNError, match="did not keep"):
        current_step(stepped(session()))
    assert current_step(stepped(session(), operations=3)).done == 3


@pytest.mark.parametrize("operations", [0, 1, 9, 19])
def test_the_step_starts_from_what_it_read(operations: int) -> None:
    run = session(history_memory=MEMORY)
    seen = stepped(run, operations=operations)
    tensors = in_float64(seen.program, current_step(seen))
    step = seen.shown_step
    assert step is not None
    run.go_to(Place(step))
    for name, parameter in run.state.tensors.items():
        assert tensors[name].dtype == np.float64
        assert np.array_equal(tensors[name], parameter.astype(np.float64))


# One gradient, checked


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backpropagation_and_the_nudge_agree_in_every_layer(activation: str) -> None:
    seen = stepped(session(shaped(LAYERS, activation), history_memory=MEMORY))
    random, kinks = np.random.default_rng(5), 0
    for name, shape in seen.program.network.shapes.items():
        for _ in range(20):
            index = tuple(int(random.integers(size)) for size in shape)
            check = checked(seen, name, index)
            if check.agreement is Agreement.KINK:
                kinks += 1
                continue
            assert check.agreement is Agreement.AGREES, check
            difference = abs(check.analytic - check.numeric)
            assert difference <= 1e-9 or check.relative_error <= 1e-6
            assert check.stored == pytest.approx(check.analytic, rel=1e-3, abs=1e-7)
    assert kinks <= 2


def test_it_says_what_it_nudged_and_by_how_much() -> None:
    seen = stepped(session(history_memory=MEMORY))
    check = checked(seen, "W2", (3, 4))
    computed = current_step(seen)
    assert (check.name, check.index, check.epsilon) == ("W2", (3, 4), EPSILON)
    assert check.value == float(computed.before["W2"][3, 4])
    assert check.batch == len(computed.context.indices)
    assert check.loss == pytest.approx(seen.loss, rel=1e-5)
    assert check.numeric == (check.above - check.below) / (2 * EPSILON)
    low, high = sorted((check.above, check.below))
    assert low < check.loss < high


def test_a_gradient_that_is_not_computed_yet_has_no_stored_value() -> None:
    seen = stepped(session(history_memory=MEMORY), operations=2)
    check = checked(seen, "W1", (400, 1))
    assert check.stored is None
    assert check.agreement is Agreement.AGREES


def test_at_a_kink_it_says_so() -> None:
    run = session(shaped(LAYERS, "relu", "zeros"), history_memory=MEMORY)
    run.set_parameter("W2", (), 0.1)  # somebody listens to layer 1, whose sums are all 0
    run.set_parameter("W3", (2, 7), 0.5)
    run.step_operation()
    check = checked(run.snapshot(Activity.PAUSED), "b1", (0,))
    assert check.crossed == check.batch
    assert check.agreement is Agreement.KINK


def test_a_wrong_epsilon_differs() -> None:
    seen = stepped(session(shaped(LAYERS, "tanh"), history_memory=MEMORY))
    assert checked(seen, "b3", (2,), epsilon=0.1).agreement is Agreement.DIFFERS
    assert checked(seen, "b3", (2,), epsilon=1e-13).agreement is Agreement.DIFFERS


def test_a_loss_that_is_not_finite_has_no_slope() -> None:
    run = session(history_memory=MEMORY)
    run.set_parameter("W3", (), 3e38)
    run.set_parameter("b1", (), 3e38)
    run.set_parameter("W2", (), 3e38)
    run.step_operation()
    seen = run.snapshot(Activity.PAUSED)
    computed = current_step(seen)
    computed.before["a0"][0, 0] = np.nan  # type: ignore[index]
    assert checked(seen, "b1", (0,)).agreement is Agreement.NOT_FINITE
    assert along(seen).fit is Fit.NOT_FINITE


# Along the step


def test_without_a_step_it_is_the_loss_of_the_batch() -> None:
    seen = stepped(session(history_memory=MEMORY))
    assert along(seen).start == pytest.approx(seen.loss, rel=1e-5)


@pytest.mark.parametrize("operations", [0, 5, 18])
def test_at_eta_it_is_the_loss_that_one_gets_by_stepping(operations: int) -> None:
    run = session(history_memory=MEMORY)
    seen = stepped(run, operations=operations)
    step = seen.shown_step
    assert step is not None
    run.go_to(Place(step))
    run.step_batch()
    batch = run.dataset["train"].take(seen.computed.context.indices)
    assert along(seen).reached == pytest.approx(run.evaluate_on(batch).loss, rel=1e-4)


def test_the_lengths_lie_around_eta_which_is_one_of_them() -> None:
    found = along(stepped(session(history_memory=MEMORY)))
    assert (np.diff(found.lengths) > 0).all()
    assert found.lengths[0] <= found.rate / 10**DECADES * 1.01
    assert found.lengths[-1] >= found.rate * 10**DECADES * 0.99
    assert found.losses[list(found.lengths).index(found.rate)] == found.reached
    assert found.lowest == found.losses[list(found.lengths).index(found.best)]
    assert found.lowest < found.start


def test_the_best_length_is_found_more_closely_than_the_grid() -> None:
    seen = stepped(session(shaped(LAYERS, "tanh"), history_memory=MEMORY))
    found = along(seen)
    for nearby in (0.97, 1.03):
        assert along(seen, found.best * nearby).reached >= found.lowest


@pytest.mark.parametrize(("rate", "fit"), [(1e-5, Fit.TOO_LOW), (300.0, Fit.TOO_HIGH)])
def test_a_rate_is_told_to_be_too_low_or_too_high(rate: float, fit: Fit) -> None:
    assert along(stepped(session(history_memory=MEMORY)), rate).fit is fit


@pytest.mark.parametrize("rate", [1e-9, 1e9])
def test_the_best_is_found_however_far_off_eta_is(rate: float) -> None:
    seen = stepped(session(history_memory=MEMORY))
    best = along(seen).best
    assert along(seen, best).fit is Fit.ABOUT_RIGHT
    assert along(seen, rate).best == pytest.approx(best, rel=0.05)


def test_where_there_is_no_slope_it_is_flat() -> None:
    # Every class is as likely as the label says that it is.
    seen = stepped(session(history_memory=MEMORY), operations=1)
    computed = current_step(seen)
    computed.before["W3"][...] = 0
    computed.before["b3"][...] = 0
    even = {"y": np.full(computed.before["y"].shape, 0.1)}
    seen = replace(seen, computed=replace(computed, before={**computed.before, **even}))
    assert along(seen).best == 0
    assert along(seen).fit is Fit.FLAT


def test_what_is_not_finite_stays_so() -> None:
    lengths = np.array([0.1, 1.0])
    found = StepLoss(0.1, 2.0, 1.5, lengths, np.array([1.5, np.nan]))
    assert (found.lowest, found.best, found.fit) == (1.5, 0.1, Fit.ABOUT_RIGHT)
    assert StepLoss(1.0, 2.0, np.nan, lengths, np.array([1.5, np.nan])).fit is Fit.TOO_HIGH


def test_it_can_be_given_up() -> None:
    seen = stepped(session(history_memory=MEMORY))
    assert measure_step_loss(seen.program, current_step(seen), is_cancelled=lambda: True) is None


# The session is not touched


@pytest.mark.parametrize("operations", [0, 4, 12, 20])
def test_looking_changes_nothing_of_the_session(operations: int) -> None:
    run, twin = (session(history_memory=MEMORY) for _ in range(2))
    seen = stepped(run, operations=operations)
    stepped(twin, operations=operations)
    before = {name: array.copy() for name, array in seen.computed.tensors.items()}
    along(seen)
    checked(seen, "W1", (300, 2))
    now = run.snapshot(Activity.PAUSED).computed.tensors
    for name, array in before.items():
        assert np.array_equal(array, seen.computed.tensors[name], equal_nan=True)
        assert np.array_equal(array, now[name], equal_nan=True)
    run.step_epoch()
    twin.step_epoch()
    assert outcome(run) == outcome(twin)


# Changes


def test_an_edit_tells_what_the_sample_was_and_is_taken_for() -> None:
    run = session(history_memory=MEMORY)
    image, label = CLUSTERS["train"].images[0], 4
    effect = try_change(run, image, label, lambda it: it.set_parameter("b3", (7,), 50.0))
    assert effect.after.said == 7
    assert effect.before.probabilities[7] < 0.9
    back = try_change(run, image, label, Session.undo)
    assert np.array_equal(back.after.probabilities, effect.before.probabilities)


def test_nobody_listens_to_a_silenced_neuron() -> None:
    run = session(history_memory=MEMORY)
    before = run.state.tensors["W2"].copy()
    silence(run, 1, 5)
    changed = run.state.tensors["W2"] != before
    assert changed[5].all()
    assert not np.delete(changed, 5, axis=0).any()
    assert not run.state.tensors["W2"][5].any()
    run.undo()
    assert np.array_equal(run.state.tensors["W2"], before)


def test_an_output_cannot_be_silenced() -> None:
    with pytest.raises(TuiNNError, match="is an output"):
        silence(session(), 3, 0)


def test_a_full_batch_is_looked_along_too() -> None:
    full = recipe(batch_size=200)
    seen = stepped(session(msgspec.structs.replace(full), history_memory=MEMORY), 1)
    assert along(seen).start == pytest.approx(seen.loss, rel=1e-5)


# Other methods than plain gradient descent


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", FEW)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", METHODS)
def test_at_its_learning_rate_the_way_along_a_step_passes_where_the_step_ended(name: str) -> None:
    seen = stepped(session(METHODS[name], history_memory=MEMORY), 3)
    computed, found = current_step(seen), along(seen)
    tensors = in_float64(seen.program, computed)
    for parameter in seen.program.network.shapes:
        tensors[parameter][...] = computed.tensors[parameter]
    run(seen.program.costing, tensors, without_earlier_chunks(computed.context))
    assert found.reached == pytest.approx(float(tensors[seen.program.objective]), rel=1e-5)
    method = seen.program.method
    straight = method.optimizer == "sgd" and not method.clipped
    assert found.direction == ("∇W" if straight else "Δ")
    assert found.objective == ("J" if method.penalised else "L")


def test_a_step_that_momentum_takes_uphill_is_no_valley_jumped_over() -> None:
    lengths = np.array([0.1, 1.0])
    uphill = StepLoss(0.1, 2.0, 2.1, lengths, np.array([2.1, 3.0]), direction="Δ")
    assert uphill.fit is Fit.UPHILL
    assert replace(uphill, direction="∇W").fit is Fit.TOO_HIGH


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", METHODS)
def test_the_nudge_agrees_whatever_the_method(name: str) -> None:
    seen = stepped(session(METHODS[name], history_memory=MEMORY))
    random, agreed = np.random.default_rng(5), 0
    for parameter, shape in seen.program.network.shapes.items():
        for _ in range(4):
            index = tuple(int(random.integers(size)) for size in shape)
            check = checked(seen, parameter, index)
            assert check.agreement in (Agreement.AGREES, Agreement.KINK), check
            agreed += check.agreement is Agreement.AGREES
            assert check.objective == ("J" if seen.program.method.penalised else "L")
            chunked = bool(seen.computed.context.samples)
            assert (check.stored is None) == chunked == (check.of > check.batch)
    assert agreed >= 18
