"""Watches: their values are the tensors', at every step, whatever way one comes to it."""

import numpy as np
import pytest

from tests.training.runs import (
    BATCHES,
    LAST,
    NORMALIZED,
    clusters,
    convolutional,
    finish,
    method,
    outcome,
    recipe,
    session,
    shaped,
)
from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.history import Trace
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.parser import parse_sentence
from tui_nn.training.stops.watches import Watch, Watched, WatchElement, WatchMetric, WatchNorm

MEMORY = 2**26
WEIGHT, GRADIENT, UNIT = WatchElement("W2", (3, 1)), WatchNorm("dW1"), WatchElement("a1", (9, 2))
ALL: tuple[Watch, ...] = (WEIGHT, GRADIENT, UNIT, WatchMetric("loss"), WatchMetric("accuracy"))


def watching(*watches: Watch, memory: int = MEMORY) -> Session:
    run = session(history_memory=memory)
    for each in watches:
        run.watches.add(each)
    return run


def look(run: Session) -> Snapshot:
    return run.snapshot(Activity.PAUSED)


def watched(run: Session, watch: Watch) -> Watched:
    return next(each for each in look(run).watches if each.watch == watch)


def truth(steps: int) -> dict[Watch, list[float]]:
    """What each step's tensors were, without any watch."""
    run, found = session(), {WEIGHT: [], GRADIENT: [], UNIT: []}  # type: ignore[var-annotated]
    for _ in range(steps):
        run.step_batch()
        tensors = look(run).computed.tensors
        found[WEIGHT].append(float(tensors["W2"][3, 1]))
        found[GRADIENT].append(float(np.linalg.norm(tensors["dW1"].astype(np.float64))))
        found[UNIT].append(float(tensors["a1"][9, 2]) if len(tensors["a1"]) > 9 else np.nan)
    return found


def test_a_curve_has_the_value_of_every_step() -> None:
    run = finish(watching(*ALL))
    for watch, values in truth(2 * BATCHES).items():
        curve = watched(run, watch).curve
        assert np.allclose(curve, values, rtol=1e-6, equal_nan=True)
    curves = run.history.curves
    assert (watched(run, WatchMetric("loss")).curve == curves.loss).all()
    assert (watched(run, WatchMetric("accuracy")).curve == curves.accuracy).all()


def test_watching_changes_nothing() -> None:
    assert outcome(finish(watching(*ALL))) == outcome(finish(session()))


def test_a_batch_too_short_for_the_element_has_none() -> None:
    run = watching(WatchElement("a1", (LAST, 0)))
    while run.position.step < BATCHES:
        run.step_batch()
    seen = look(run).watches[0]
    assert seen.value is None
    assert np.isnan(seen.curve).tolist() == [False] * (BATCHES - 1) + [True]


def test_the_value_is_that_of_the_operation_that_was_just_done() -> None:
    run = watching(GRADIENT, WEIGHT)
    assert [each.value is None for each in look(run).watches] == [True, False]
    run.step_batch()
    last = watched(run, GRADIENT).value
    assert last == watched(run, GRADIENT).curve[0]
    run.step_operation()
    assert watched(run, GRADIENT).value == last, "not computed yet: as it was in the step before"
    while "dW1" not in {each.name for each in run.program.operations[: run.position.operation]}:
        run.step_operation()
    tensors = look(run).computed.tensors
    assert watched(run, GRADIENT).value == pytest.approx(float(np.linalg.norm(tensors["dW1"])))
    assert watched(run, GRADIENT).value != last
    assert watched(run, WEIGHT).value == float(tensors["W2"][3, 1])


def test_what_was_not_watched_is_filled_in_where_one_walks_again() -> None:
    run = watching()
    while run.position.step < 6:
        run.step_batch()
    run.watches.add(WEIGHT)
    before = watched(run, WEIGHT).curve
    run.step_batch()
    assert np.isnan(watched(run, WEIGHT).curve).tolist() == [True] * 6 + [False]
    run.go_to(Place(2))
    run.step_batch()
    assert np.isnan(watched(run, WEIGHT).curve).tolist() == [True] * 2 + [False] + [True] * 3 + [
        False
    ]
    assert np.isnan(before).all(), "what was handed out never changes"
    assert not before.flags.writeable


def test_a_gradient_of_the_step_that_is_still_there_to_see_is_written_down_at_once() -> None:
    run = watching()
    run.step_batch()
    run.watches.add(GRADIENT)
    seen = watched(run, GRADIENT)
    assert seen.value == seen.curve[0]
    run.step_operation()
    assert watched(run, GRADIENT).value == seen.value


def test_going_back_keeps_the_curve_and_tells_the_value_there() -> None:
    run = finish(watching(*ALL))
    values = truth(2 * BATCHES)
    run.go_to(Place(4))
    for watch in (WEIGHT, GRADIENT, UNIT):
        seen = watched(run, watch)
        assert np.allclose(seen.curve, values[watch], rtol=1e-6, equal_nan=True)
        assert seen.value == pytest.approx(values[watch][3])
    assert watched(run, WatchMetric("loss")).value == run.history.curves.loss[3]


def test_a_branch_drops_what_it_overtook_and_undo_brings_it_back() -> None:
    run = finish(watching(WEIGHT))
    before = watched(run, WEIGHT).curve
    run.go_to(Place(4))
    run.set_parameter("W2", (3, 1), 0.5)
    assert watched(run, WEIGHT).value == 0.5
    assert (watched(run, WEIGHT).curve == before[:4]).all()
    run.undo()
    assert (watched(run, WEIGHT).curve == before).all()
    run.set_parameter("W2", (3, 1), 0.5)
    run.step_batch()
    branch = watched(run, WEIGHT).curve
    assert (branch[:4] == before[:4]).all()
    assert branch[4] == pytest.approx(0.5, abs=0.1)
    assert len(branch) == 5


def test_a_watch_added_twice_is_one_and_can_be_removed() -> None:
    run = watching(WEIGHT, WEIGHT, GRADIENT)
    assert list(run.watches) == [WEIGHT, GRADIENT]
    run.watches.remove(WEIGHT)
    run.watches.remove(WEIGHT)
    assert list(run.watches) == [GRADIENT]


def test_a_restart_goes_on_watching_what_is_there() -> None:
    run = finish(watching(WEIGHT))
    again = run.restarted()
    assert list(again.watches) == [WEIGHT]
    assert len(look(again).watches[0].curve) == 0
    other = session(shaped([784, 10]))
    other.adopt(run)
    assert list(other.watches) == []


@pytest.mark.parametrize(
    ("watch", "says"),
    [
        (WatchElement("W9", (0,)), "no tensor W9"),
        (WatchNorm("dW9"), "no tensor dW9"),
        (WatchElement("W2", (12, 0)), r"no such element; its last one is W2\[11,7\]"),
        (WatchElement("b1", (0, 0)), r"no such element; its last one is b1\[11\]"),
        (WatchElement("W2"), r"name one, up to W2\[11,7\], or norm W2"),
    ],
)
def test_what_is_not_there_is_refused(watch: Watch, says: str) -> None:
    with pytest.raises(TuiNNError, match=says):
        session(dataset=clusters()).watches.add(watch)


def test_a_norm_whose_square_overflows_is_still_a_number() -> None:
    tensors = {"dW1": np.full((2, 2), 1e25, np.float32)}
    assert WatchNorm("dW1").read(tensors) == pytest.approx(2e25)
    assert WatchNorm("dW1").read({"dW1": np.full(2, np.inf, np.float32)}) == np.inf


def test_a_long_trace_grows_and_what_was_handed_out_stays() -> None:
    trace = Trace()
    trace.put(0, 1.0)
    first = trace.values(1)
    trace.put(5000, 2.0)
    trace.put(0, 3.0)
    assert first[0] == 1.0
    values = trace.values(5001)
    assert (values[0], values[-1]) == (3.0, 2.0)
    assert np.isnan(values[1:-1]).all()
    assert trace.until(3).values(5)[0] == 3.0


def test_non_finite_numbers_are_told_as_they_are() -> None:
    run = session(recipe(learning_rate=1e30))
    run.watches.add(WatchElement("b3", (0,)))
    finish(run)
    assert not np.isfinite(look(run).watches[0].curve[-1])


def test_normalisation_is_watched() -> None:
    run = session(method({"layers": NORMALIZED}), history_memory=MEMORY)
    names = {"γ1[2]": "gamma1", "∇β2[0]": "dbeta2", "running_var1[3]": "running_var1"}
    for sentence in names:
        run.watches.add(parse_sentence(sentence, run.program))  # type: ignore[arg-type]
    for _ in range(3):
        run.step_batch()
        tensors = look(run).computed.tensors
        for each, (sentence, name) in zip(look(run).watches, names.items(), strict=True):
            assert each.words == sentence
            assert each.value == each.curve[-1] == tensors[name][each.watch.index]  # type: ignore[union-attr]


def test_an_element_of_a_kernel_and_of_a_map_is_watched() -> None:
    run = session(convolutional(), history_memory=MEMORY)
    typed = ("W1[0,2,2,3]", "a2[4,2,0,1]", "W1[3,0,2,2]")
    kernel, place, beyond = (parse_sentence(each, run.program) for each in typed)
    assert kernel == WatchElement("W1", (0, 2, 2, 3))
    assert kernel.describe(run.program) == "W1[0,2,2,3]"
    run.watches.add(kernel)  # type: ignore[arg-type]
    run.watches.add(place)  # type: ignore[arg-type]
    with pytest.raises(TuiNNError, match=r"W1 has no such element; its last one is W1\[0,4,4,3\]"):
        run.watches.add(beyond)  # type: ignore[arg-type]
    for _ in range(3):
        run.step_batch()
        tensors = look(run).computed.tensors
        assert watched(run, kernel).curve[-1] == tensors["W1"][0, 2, 2, 3]  # type: ignore[arg-type]
        assert watched(run, place).curve[-1] == tensors["a2"][4, 2, 0, 1]  # type: ignore[arg-type]
