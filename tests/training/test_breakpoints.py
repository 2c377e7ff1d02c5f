"""Breakpoints: each kind trips once, at the right place; the run comes to the same bits."""

import threading
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from tests.training.runs import (
    BATCHES,
    CONVOLUTIONAL,
    NORMALIZED,
    clusters,
    finish,
    method,
    outcome,
    recipe,
    session,
)
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.speed import SPEEDS
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import (
    AtEpoch,
    AtOperation,
    AtStep,
    Breakpoint,
    WhenGradientNorm,
    WhenMetric,
    WhenSample,
    saved_type,
)
from tui_nn.training.stops.parser import parse_sentence

MEMORY = 2**26
EPOCHS = 6
LONG = recipe(epochs=EPOCHS, learning_rate=0.2)
STRAIGHT = finish(session(LONG))
CURVES, RECORDS = STRAIGHT.history.curves, STRAIGHT.history.epochs

Move = Callable[[Session], None]
MOVES: list[Move] = [Session.step_operation, Session.step_batch, Session.step_epoch]


def stops(run: Session, move: Move = Session.step_batch) -> list[tuple[int, int, str]]:
    """Go on to the recipe's end; return step, operation and reason of every stop."""
    found = []
    while not run.finished:
        move(run)
        if run.reason:
            found.append((run.position.step, run.position.operation, run.reason))
    return found


def stopping(*breakpoints: Breakpoint, memory: int = 0) -> Session:
    run = session(LONG, history_memory=memory)
    for each in breakpoints:
        run.breakpoints.add(each)
    return run


def crossings(values: list[float], is_beyond: Callable[[float], bool]) -> list[int]:
    """Steps, or epochs, after which a figure is beyond a line that it was not beyond before."""
    past = [False, *map(is_beyond, values)]
    return [n for n in range(1, len(past)) if past[n] and not past[n - 1]]


# Each kind


@pytest.mark.parametrize("move", MOVES)
def test_stops_before_an_operation_of_every_step(move: Move) -> None:
    run = stopping(AtOperation("dW2"))
    place = [operation.name for operation in run.program.operations].index("dW2")
    steps = range(EPOCHS * BATCHES)
    assert stops(run, move) == [(step, place, "before ∇W2") for step in steps]
    assert outcome(run) == outcome(STRAIGHT)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize(
    ("layers", "typed", "name", "said"),
    [
        (CONVOLUTIONAL, "before dW1", "dW1", "before ∇W1"),
        (CONVOLUTIONAL, "before da1", "da1", "before ∂L/∂a1"),
        (CONVOLUTIONAL, "before s2", "s2", "before s2"),
        (NORMALIZED, "before n1", "n1", "before n1"),
        (NORMALIZED, "before ∇γ2", "dgamma2", "before ∇γ2"),
    ],
)
def test_stops_before_an_operation_on_maps(
    move: Move, layers: list[int | str], typed: str, name: str, said: str
) -> None:
    run = session(method({"layers": layers}, epochs=1), history_memory=MEMORY)
    breakpoint = parse_sentence(typed, run.program)
    assert breakpoint == AtOperation(name)
    run.breakpoints.add(breakpoint)
    names = [operation.name for operation in run.program.operations]
    assert stops(run, move) == [(step, names.index(name), said) for step in range(BATCHES)]


def test_the_operation_has_not_run_where_it_stops() -> None:
    run = stopping(AtOperation("dW2"), memory=MEMORY)
    run.step_batch()
    seen = run.snapshot(Activity.PAUSED)
    assert seen.has("delta2")
    assert not seen.has("dW2")
    run.step_operation()
    assert run.reason == ""
    assert run.snapshot(Activity.PAUSED).has("dW2")


@pytest.mark.parametrize("move", MOVES)
def test_stops_before_the_first_operation_and_the_last(move: Move) -> None:
    # Where a run begins it has stopped already, and at its end it is finished.
    run = stopping(AtOperation("z1"), AtOperation("b1"))
    last = len(run.program.operations) - 1
    steps = EPOCHS * BATCHES
    expected = [(0, last, "before b1")]
    for step in range(1, steps):
        expected += [(step, 0, "before z1"), (step, last, "before b1")]
    assert stops(run, move) == [*expected, (steps, 0, "before z1")]


@pytest.mark.parametrize("move", MOVES)
def test_stops_at_a_step_and_where_an_epoch_begins(move: Move) -> None:
    run = stopping(AtStep(7), AtEpoch(3))
    assert stops(run, move) == [(7, 0, "step 7"), (2 * BATCHES, 0, "epoch 3")]
    assert run.history.epochs == RECORDS


@pytest.mark.parametrize("side", ["below", "above"])
@pytest.mark.parametrize("value", [0.5, 1.0, 2.0])
def test_stops_where_the_loss_crosses_a_value(side: str, value: float) -> None:
    run = stopping(WhenMetric("loss", side, value))  # type: ignore[arg-type]
    beyond = (lambda x: x < value) if side == "below" else (lambda x: x > value)
    expected = crossings(CURVES.loss.tolist(), beyond)
    assert expected, "a breakpoint that never trips tests nothing"
    found = stops(run)
    assert [step for step, _, _ in found] == expected
    step, _, reason = found[0]
    loss = CURVES.loss[step - 1]
    assert reason == f"loss {side} {value:g}: {loss:.4g}, step {step}"


def test_stops_where_the_accuracy_of_the_batch_crosses_a_share() -> None:
    expected = crossings(CURVES.accuracy.tolist(), lambda x: x > 0.9)
    found = stops(stopping(WhenMetric("accuracy", "above", 0.9)))
    assert [step for step, _, _ in found] == expected
    assert found[0][2].startswith("accuracy above 90%: 9")


@pytest.mark.parametrize("metric", ["validation_loss", "validation_accuracy"])
def test_stops_at_the_end_of_the_epoch_whose_validation_crosses_a_value(metric: str) -> None:
    values = [getattr(record, metric) for record in RECORDS]
    middle = (min(values) + max(values)) / 2
    side = "below" if metric.endswith("loss") else "above"
    beyond = (lambda x: x < middle) if side == "below" else (lambda x: x > middle)
    expected = crossings(values, beyond)
    found = stops(stopping(WhenMetric(metric, side, middle)))  # type: ignore[arg-type]
    assert [step for step, _, _ in found] == [epoch * BATCHES for epoch in expected]
    assert expected


def said(run: Session, index: int) -> int:
    test = run.dataset["test"]
    return run.probe(test.images[index], int(test.labels[index])).said


@pytest.mark.parametrize("right", [True, False])
def test_stops_where_a_sample_turns_right_or_wrong(right: bool) -> None:
    for index in range(12):
        watched = session(LONG)
        label = watched.dataset["test"].labels[index]
        verdicts = [said(watched, index) == label]
        while not watched.finished:
            watched.step_batch()
            verdicts.append(said(watched, index) == label)
        expected = [
            step
            for step in range(1, len(verdicts))
            if verdicts[step] == right != verdicts[step - 1]
        ]
        run = stopping(WhenSample("test", index, right))
        assert [step for step, _, _ in stops(run)] == expected
        assert outcome(run) == outcome(STRAIGHT)


@pytest.mark.parametrize(
    ("low", "high"), [(0.3, None), (None, 0.5), (0.3, 0.5)], ids=["low", "high", "both"]
)
def test_stops_where_a_gradient_leaves_a_range(low: float | None, high: float | None) -> None:
    norms = CURVES.gradient_norm[:, 1].tolist()
    expected = crossings(norms, lambda x: x < (low or 0) or x > (high or np.inf))
    assert expected
    found = stops(stopping(WhenGradientNorm(2, low, high)))
    assert [step for step, _, _ in found] == expected
    assert found[0][2].startswith("‖∇‖ of layer 2 ")


# Together, and along with everything else


def test_all_that_trip_at_once_are_named() -> None:
    run = stopping(AtStep(BATCHES), AtEpoch(2))
    assert stops(run) == [(BATCHES, 0, "step 5; epoch 2")]


def test_one_that_is_off_does_not_stop() -> None:
    run = stopping(AtStep(3), AtOperation("L"))
    run.breakpoints.toggle(AtStep(3))
    run.breakpoints.toggle(AtOperation("L"))
    assert [each.on for each in run.breakpoints] == [False, False]
    assert stops(run) == []
    run.breakpoints.add(AtStep(3))
    assert [each.on for each in run.breakpoints] == [True, False], "not a second one"
    run.breakpoints.remove(AtOperation("L"))
    assert list(run.breakpoints) == [AtStep(3)]


def test_what_is_not_finite_is_said_before_anything_else() -> None:
    run = session(recipe(learning_rate=1e30))
    run.breakpoints.add(AtStep(2))
    run.breakpoints.add(AtOperation("z3"))
    reasons = []
    while run.position.step < 2:
        run.step_batch()
        reasons.append(run.reason)
    assert reasons == ["before z3", "", "non-finite: z2, step 1", "before z3", "step 2"]


def test_a_run_with_every_kind_comes_to_the_same_bits() -> None:
    run = stopping(
        AtOperation("L"),
        AtOperation("W2"),
        AtStep(4),
        AtEpoch(2),
        WhenMetric("loss", "below", 1.0),
        WhenSample("test", 0, True),
        WhenGradientNorm(1, 0.1, 1.0),
    )
    assert outcome(finish(run)) == outcome(STRAIGHT)


@pytest.mark.parametrize("speed", [SPEEDS[1], SPEEDS[-1]], ids=lambda speed: speed.label)
def test_the_trainer_stops_at_the_very_place(speed: object) -> None:
    run = stopping(AtOperation("p") if speed is SPEEDS[1] else AtStep(11))
    stopped = threading.Event()
    trainer = TrainingWorker(run, lambda: trainer.latest.reason and stopped.set())
    trainer.set_speed(speed)  # type: ignore[arg-type]
    trainer.start()
    trainer.run()
    try:
        assert stopped.wait(20)
    finally:
        trainer.close()
    position = trainer.latest.position
    assert trainer.latest.activity is Activity.PAUSED
    if speed is SPEEDS[1]:
        assert (position.step, position.operation) == (0, 5)
    else:
        assert (position.step, position.operation) == (11, 0)


# Time travel


def test_going_back_and_forth_in_time_trips_nothing() -> None:
    run = stopping(AtStep(3), AtOperation("p"), WhenMetric("loss", "below", 5.0), memory=MEMORY)
    while run.position.step < 8:
        run.step_batch()
    for move in (
        Session.back_operation,
        Session.back_batch,
        Session.back_epoch,
        lambda moved: moved.go_to(Place(7)),
        lambda moved: moved.go_to(Place(3, 6)),
    ):
        move(run)  # type: ignore[operator]
        assert run.reason == ""


def test_walking_the_recorded_path_again_trips_where_it_did() -> None:
    breakpoints = (
        WhenMetric("loss", "below", 1.0),
        WhenSample("test", 0, True),
        WhenGradientNorm(1, None, 0.5),
        WhenMetric("validation_accuracy", "above", 0.5),
    )
    run = stopping(*breakpoints, memory=MEMORY)
    first = stops(run)
    assert len({reason.partition(":")[0] for _, _, reason in first}) == len(breakpoints)
    run.go_to(Place(0))
    assert stops(run) == first
    for step in (4, 9, 17):
        run.go_to(Place(step, 3))
        assert stops(run) == [stop for stop in first if stop[0] > step]


def test_a_branch_is_judged_by_its_own_past() -> None:
    run = stopping(WhenMetric("loss", "below", 1.0), memory=MEMORY)
    finish(run)
    run.go_to(Place(2))
    run.set_learning_rate(0.1)
    found = stops(run)
    losses = run.history.curves.loss.tolist()
    expected = crossings(losses, lambda x: x < 1.0)
    assert [step for step, _, _ in found] == [step for step in expected if step > 2]
    assert losses != CURVES.loss.tolist()


def test_a_sample_that_an_edit_turned_does_not_count_as_turned_by_the_step() -> None:
    run = session(LONG, history_memory=MEMORY)
    finish(run)
    index = next(
        n for n in range(40) if said(run, n) == run.dataset["test"].labels[n] and said(run, n)
    )
    run.breakpoints.add(WhenSample("test", index, right=False))
    run.step_batch()
    assert run.reason == ""
    for neuron in range(10):
        run.set_parameter("b3", (neuron,), 1000.0 if neuron == 0 else 0.0)
    run.step_batch()
    assert run.reason == "", "it was wrong before the step"


# What a run takes over, and what it refuses


def test_a_restart_keeps_them_and_another_split_only_what_still_means_the_same() -> None:
    run = stopping(AtStep(3), WhenSample("train", 1, True), WhenSample("test", 1, True))
    run.breakpoints.toggle(AtStep(3))
    assert list(run.restarted().breakpoints) == list(run.breakpoints)
    other = run.reseeded(99)
    assert list(other.breakpoints) == [AtStep(3, on=False), WhenSample("test", 1, True)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (AtOperation("W9"), "no operation W9; there are z1, a1"),
        (AtStep(0), "choose 1 or a later one"),
        (AtEpoch(1), "choose 2 or a later one"),
        (WhenMetric("accuracy", "above", 90.0), "between 0% and 100%, not at 9000%"),
        (WhenMetric("loss", "above", float("inf")), "inf is never crossed"),
        (WhenSample("test", 40, True), "samples 0 to 39, and no 40"),
        (WhenGradientNorm(4, 0.1), "layers 1 to 3, and no 4"),
        (WhenGradientNorm(1, 2.0, 1.0), "a range of lengths"),
        (WhenGradientNorm(1), "a range of lengths"),
    ],
)
def test_what_can_never_trip_is_refused(fault: Breakpoint, words: str) -> None:
    with pytest.raises(TuiNNError, match=words):
        session(dataset=clusters()).breakpoints.add(fault)


def test_they_are_plain_data() -> None:
    kept: tuple[Breakpoint, ...] = (
        AtOperation("dW2", on=False),
        WhenMetric("validation_accuracy", "above", 0.95),
        WhenSample("train", 3, False),
        WhenGradientNorm(1, None, 10.0),
    )
    text = msgspec.json.encode(kept)
    assert msgspec.json.decode(text, type=saved_type()) == kept
