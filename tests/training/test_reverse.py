"""Running back: it comes to where a forward run was last stopped, and changes nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import finish, recipe, session
from tests.training.test_breakpoints import MEMORY, stopping, stops
from tui_nn.errors import TuiNNError
from tui_nn.training.session.reverse import SPAN, run_back
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import (
    AtEpoch,
    AtOperation,
    AtStep,
    WhenGradientNorm,
    WhenMetric,
    WhenSample,
)
from tui_nn.training.stops.watches import WatchElement

RARE = (AtStep(3), AtEpoch(3), WhenMetric("loss", "below", 1.0), WhenSample("test", 0, right=True))
FREQUENT = (*RARE, AtOperation("dW2"), AtOperation("z1"), WhenGradientNorm(1, None, 0.5))


def never() -> bool:
    return False


def back(run: Session) -> tuple[int, int, str]:
    run_back(run, never)
    return run.position.step, run.position.operation, run.reason


class TestBreakpoints:
    @pytest.mark.parametrize("breakpoints", [RARE, FREQUENT])
    def test_it_finds_every_stop_of_a_forward_run_last_one_first(
        self, breakpoints: tuple[WhenMetric, ...]
    ) -> None:
        run = stopping(*breakpoints, memory=MEMORY)
        there = stops(run)
        assert len(there) > len(breakpoints) - 1
        place = run.position.place
        expected = [stop for stop in reversed(there) if Place(*stop[:2]) < place]
        assert [back(run) for _ in expected] == expected
        with pytest.raises(TuiNNError, match="none of the breakpoints stops the run"):
            run_back(run, never)

    @given(step=st.integers(0, 25), operation=st.integers(0, 12))
    def test_from_any_place_of_the_record(self, step: int, operation: int) -> None:
        run = stopping(*FREQUENT, memory=MEMORY)
        there = stops(run)
        origin = Place(step, operation)
        run.go_to(origin)
        earlier = [stop for stop in there if Place(*stop[:2]) < origin]
        if earlier:
            assert back(run) == earlier[-1]
        else:
            with pytest.raises(TuiNNError):
                run_back(run, never)
            assert run.position.place == origin

    def test_over_more_steps_than_are_run_again_at_a_time(self) -> None:
        run = session(recipe(epochs=40), history_memory=MEMORY)
        finish(run)
        assert run.position.step > 3 * SPAN
        run.breakpoints.add(AtStep(SPAN // 2))
        run.breakpoints.add(AtStep(run.position.step - SPAN))
        assert back(run)[0] == len(run.history) - SPAN
        assert back(run)[0] == SPAN // 2

    def test_a_breakpoint_that_is_off_is_passed(self) -> None:
        run = stopping(AtStep(3), AtStep(7), memory=MEMORY)
        finish(run)
        run.breakpoints.toggle(AtStep(7))
        assert back(run)[0] == 3

    def test_within_a_step_without_a_record_it_changes_nothing(self) -> None:
        run = stopping(AtStep(50), memory=MEMORY)
        for _ in range(7):
            run.step_batch()
        for _ in range(5):
            run.step_operation()
        before = run.state.copy()
        shown = {name: array.copy() for name, array in run.snapshot(0).computed.tensors.items()}  # type: ignore[arg-type]
        with pytest.raises(TuiNNError, match="none of the breakpoints"):
            run_back(run, never)
        assert run.position.place == Place(7, 5)
        assert len(run.history) == 7
        assert np.array_equal(run.state.flat, before.flat)
        now = run.snapshot(0).computed.tensors  # type: ignore[arg-type]
        assert all(np.array_equal(now[name], array) for name, array in shown.items())

    @pytest.mark.parametrize("asked", [0, 1, 4, 20])
    def test_cancelled_it_stays_where_it_was(self, asked: int) -> None:
        run = stopping(AtStep(2), memory=MEMORY)
        finish(run)
        run.go_to(Place(17, 3))
        count = 0

        def after_some() -> bool:
            nonlocal count
            count += 1
            return count > asked

        run_back(run, after_some)
        assert (run.position.place, run.reason) == (Place(17, 3), "")

    def test_going_on_from_there_walks_the_same_path(self) -> None:
        run = stopping(AtStep(9), memory=MEMORY)
        finish(run)
        losses, state = run.history.curves.loss.copy(), run.state.copy()
        run_back(run, never)
        finish(run)
        assert np.array_equal(run.history.curves.loss, losses)
        assert np.array_equal(run.state.flat, state.flat)
        assert not run.history.branches


class TestWithoutBreakpoints:
    def test_to_where_a_watch_changed_its_sign(self) -> None:
        run = session(recipe(epochs=6, learning_rate=0.2), history_memory=MEMORY)
        for unit in range(4):
            run.watches.add(WatchElement("db2", (unit,)))
        finish(run)
        curves = [watched.curve for watched in run.watches.look()]
        changes = {
            step + 1
            for curve in curves
            for step in range(1, len(curve))
            if np.sign(curve[step]) == -np.sign(curve[step - 1]) != 0
        }
        assert changes
        for step in sorted(changes - {run.position.step}, reverse=True)[:5]:
            assert back(run)[:2] == (step, 0)
            assert "changed its sign" in run.reason
            assert f"step {step}" in run.reason

    def test_to_where_the_loss_was_last_lower(self) -> None:
        run = session(recipe(epochs=6, learning_rate=0.2), history_memory=MEMORY)
        finish(run)
        losses = run.history.curves.loss
        now = max(n for n in range(2, len(losses)) if losses[n - 1] > losses[: n - 1].min())
        run.go_to(Place(now, 4))
        lower = [step for step in range(1, now) if losses[step - 1] < losses[now - 1]]
        assert back(run)[:2] == (lower[-1], 0)
        assert f"loss last lower: {losses[lower[-1] - 1]:.4g} < {losses[now - 1]:.4g}" in run.reason

    def test_at_the_beginning_there_is_nothing(self) -> None:
        run = session(recipe(), history_memory=MEMORY)
        with pytest.raises(TuiNNError, match="at its beginning"):
            run_back(run, never)

    def test_where_the_loss_was_never_lower_it_stays(self) -> None:
        run = session(recipe(), history_memory=MEMORY)
        run.step_batch()
        with pytest.raises(TuiNNError, match="the loss was never lower"):
            run_back(run, never)
        assert run.position.step == 1


def test_a_run_without_copies_says_so() -> None:
    run = stopping(AtStep(2))
    finish(run)
    with pytest.raises(TuiNNError, match="keeps no copies"):
        run_back(run, never)
    assert run.position.step == len(run.history)
