"""A saved run goes on as if it had never been left: to the last bit, forwards and backwards."""

from collections.abc import Callable
from functools import cache
from itertools import cycle, product
from pathlib import Path

import numpy as np
import pytest

from tests.training.runs import CLUSTERS, FEW, METHODS, clusters, finish, method, outcome, session
from tests.training.test_time_travel import place, visible
from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session
from tui_nn.training.stepping import stepper
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import AtOperation, AtStep, WhenMetric, WhenSample
from tui_nn.training.stops.watches import WatchElement, WatchMetric, WatchNorm
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

MEMORY = 2**24
AMID = [(1, 0), (3, 4), (3, -1), (5, 0), (6, -2)]
"""Steps and operations; from -1 they are counted from the last one."""
EACH_ONCE = [*zip(METHODS, cycle(AMID))]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", FEW)


@pytest.fixture
def again(tmp_path: Path) -> Callable[[Session], Session]:
    """Saves a run, and takes it up from the file."""

    def taken_up(run: Session, memory: int = MEMORY) -> Session:
        path = tmp_path / "run.safetensors"
        save_checkpoint(path, run.checkpoint())
        return Session.resumed(load_checkpoint(path), run.source, history_memory=memory)

    return taken_up


Again = Callable[..., Session]


def at(name: str, where: tuple[int, int], memory: int = MEMORY) -> Session:
    run = session(METHODS[name], history_memory=memory)
    while run.position.step < where[0]:
        run.step_batch()
    for _ in range(where[1] % len(run.program.operations) if where[1] else 0):
        run.step_operation()
    return run


@cache
def outcome_of(name: str) -> tuple[object, ...]:
    """What a run by a method comes to that is never left."""
    return outcome(finish(session(METHODS[name])))


def on_fewer_samples() -> Session:
    """A run of two epochs of 5 steps, and four more of one step each."""
    run = session(method(epochs=99), history_memory=MEMORY)
    run.step_epoch()
    run.step_epoch()
    other = Session.resumed(run.checkpoint(), clusters(train=20), history_memory=MEMORY)
    while other.position.step < 14:
        other.step_batch()
    return other


class TestGoingOn:
    @pytest.mark.parametrize(
        ("name", "where"),
        [
            pytest.param(*each, marks=() if each in EACH_ONCE else pytest.mark.slow)
            for each in product(METHODS, AMID)
        ],
    )
    def test_it_is_the_run_that_was_never_left(
        self, name: str, where: tuple[int, int], again: Again
    ) -> None:
        run = at(name, where)
        taken_up = again(run)
        assert outcome(taken_up) == outcome(run)
        assert taken_up.threads == run.threads
        if where[1]:
            assert visible(taken_up) == visible(run)
        assert outcome(finish(taken_up)) == outcome_of(name)
        assert outcome(finish(again(taken_up))) == outcome_of(name)

    def test_without_copies_too(self, again: Again) -> None:
        run = at("adam", (3, 5), memory=0)
        assert outcome(finish(again(run, 0))) == outcome(finish(session(METHODS["adam"])))

    def test_amid_its_updates_a_run_without_copies_cannot_be_saved(self) -> None:
        with pytest.raises(TuiNNError, match="keeps no copies"):
            at("plain", (3, -1), memory=0).checkpoint()

    def test_seconds_go_on_counting(self, again: Again) -> None:
        run = at("plain", (5, 0))
        (record,) = run.history.epochs
        taken_up = again(run)
        taken_up.step_epoch()
        assert record.seconds > 0
        assert taken_up.history.epochs[1].seconds > record.seconds


def edit_all_over(run: Session) -> Session:
    """Edits of every kind on the way to step 8."""
    run.set_hyperparameter("dropout", 0.3)
    run.step_batch()
    run.step_operation()
    run.set_learning_rate(0.03)
    run.step_batch()
    run.set_parameter("W2", (3, 1), 0.7)
    run.set_parameter("b1", (), 0.1)
    run.step_batch()
    run.set_hyperparameter("batch_size", 50)
    run.set_hyperparameter("l2", 0.05)
    while run.position.step < 8:
        run.step_batch()
    while run.position.operation < len(run.program.operations) - 2:
        run.step_operation()
    run.set_learning_rate(0.01)  # amid the updates
    run.set_hyperparameter("clipping", 0.4)
    return run


class TestEdits:
    @pytest.mark.parametrize("name", ["plain", "adam", "in chunks"])
    def test_those_before_and_after(self, name: str, again: Again) -> None:
        run = edit_all_over(session(METHODS[name], history_memory=MEMORY))
        taken_up = again(run)
        assert visible(taken_up) == visible(run)
        assert taken_up.recipe_now == run.recipe_now
        for each in (run, taken_up):
            each.step_batch()
            each.set_hyperparameter("l2", 0.0)
            each.step_operation()
            each.set_learning_rate(0.02)
            for _ in range(4):
                each.step_epoch()
        assert outcome(taken_up) == outcome(run)

    @pytest.mark.parametrize("name", ["plain", "adam", "in chunks"])
    def test_going_back_to_before_the_save(self, name: str, again: Again) -> None:
        run = edit_all_over(session(METHODS[name], history_memory=MEMORY))
        taken_up = again(run)
        for where in [(8, 3), (7, 0), (2, 0), (1, 5), (0, 0), (8, 0), (3, 9)]:
            for each in (run, taken_up):
                each.go_to(Place(*where))
            assert visible(taken_up) == visible(run), where
        for each in (run, taken_up):
            each.go_to(Place(8))
            each.step_epoch()
        assert outcome(taken_up) == outcome(run)

    @pytest.mark.parametrize("memory", [1, MEMORY])
    def test_what_was_recorded_comes_out_again(self, memory: int, again: Again) -> None:
        """The bits of all steps before the save are computed anew, from the first one."""
        run = at("adam", (0, 0))
        bits = []
        for _ in range(8):
            bits.append(run.state.flat.tobytes())
            run.step_batch()
        taken_up = again(run, memory)
        for step in (7, 2, 0, 5):
            taken_up.go_to(Place(step))
            assert taken_up.state.flat.tobytes() == bits[step]
        assert np.array_equal(taken_up.history.rows, run.history.rows)

    def test_a_branch_from_before_the_save(self, again: Again) -> None:
        run = at("momentum", (7, 0))
        taken_up = again(run)
        for each in (run, taken_up):
            each.go_to(Place(4, 2))
            each.set_learning_rate(0.01)
            finish(each)
        assert outcome(taken_up) == outcome(run)
        assert len(taken_up.history.branches) == 1


class TestThePast:
    """A run that is saved after one went back in it."""

    def test_it_is_saved_as_far_as_one_stands_and_goes_the_same_way(self, again: Again) -> None:
        run = edit_all_over(session(METHODS["adam"], history_memory=MEMORY))
        run.step_batch()
        run.go_to(Place(1, 3))
        taken_up = again(run)
        assert visible(taken_up) == visible(run)
        assert place(taken_up) == (1, 3)
        assert len(taken_up.history) == 1
        while run.position.step < 9:
            run.step_batch()
            taken_up.step_batch()
        assert outcome(taken_up) == outcome(run)

    def test_branches_are_left_out(self, again: Again) -> None:
        run = at("plain", (7, 0))
        run.go_to(Place(3))
        run.set_learning_rate(0.01)
        run.step_epoch()
        assert len(run.history.branches) == 1
        taken_up = again(run)
        assert taken_up.history.branches == ()
        assert outcome(taken_up) == outcome(run)


class TestWhatElseComesBack:
    def test_breakpoints_and_watches(self, again: Again) -> None:
        run = at("plain", (2, 0))
        stops = (AtOperation("dW2", on=False), AtStep(4), WhenMetric("loss", "below", 0.01))
        watches = (WatchElement("W2", (3, 1)), WatchNorm("dW1"), WatchMetric("loss"))
        for stop in stops:
            run.breakpoints.add(stop)
        for watch in watches:
            run.watches.add(watch)
        taken_up = again(run)
        assert tuple(taken_up.breakpoints) == stops
        assert tuple(taken_up.watches) == watches
        taken_up.step_epoch()
        assert (taken_up.position.step, taken_up.reason) == (4, "step 4")

    def test_those_of_an_operation_that_an_edit_brought(self, again: Again) -> None:
        run = at("plain", (2, 0))
        run.set_hyperparameter("l2", 0.1)
        run.breakpoints.add(AtOperation("R"))
        run.watches.add(WatchElement("R"))
        run.step_batch()
        taken_up = again(run)
        assert tuple(taken_up.breakpoints) == (AtOperation("R"),)
        assert tuple(taken_up.watches) == (WatchElement("R"),)
        assert place(taken_up) == place(run)  # where R stopped it
        for expected in ("", "before R", ""):
            taken_up.step_batch()
            assert taken_up.reason == expected

    def test_those_that_mean_nothing_here_are_left_out(self, again: Again) -> None:
        run = at("plain", (2, 0))
        run.set_hyperparameter("l2", 0.1)
        run.breakpoints.add(AtOperation("R"))
        run.breakpoints.add(AtStep(4))
        run.watches.add(WatchElement("R"))
        run.step_batch()
        run.go_to(Place(1))  # there is no penalty yet
        taken_up = again(run)
        assert tuple(taken_up.breakpoints) == (AtStep(4),)
        assert tuple(taken_up.watches) == ()

    def test_on_fewer_samples_what_is_not_there_stops_nothing(self) -> None:
        run = at("plain", (2, 0))
        run.breakpoints.add(WhenSample("test", 30, right=True))
        other = Session.resumed(run.checkpoint(), clusters(test=10))
        assert tuple(other.breakpoints) == ()

    def test_on_fewer_samples_an_epoch_is_recorded_once(self) -> None:
        """It goes on in a later epoch than there are records, and back again through the same."""
        other = on_fewer_samples()
        before = other.history.epochs
        assert [each.epoch for each in before] == [1, 2, 11, 12, 13, 14]
        other.go_to(Place(11))
        while other.position.step < 14:
            other.step_batch()
        assert other.history.epochs == before

    def test_after_going_on_with_fewer_samples(self, again: Again) -> None:
        other = on_fewer_samples()
        assert again(other).history.epochs == other.history.epochs

    def test_on_fewer_samples_a_breakpoint_stops_at_the_epoch_that_crosses_its_line(self) -> None:
        other = on_fewer_samples()
        losses = [each.validation_loss for each in other.history.epochs]
        assert losses[4] < losses[3], "it is not crossed in the last of them alone"
        other.go_to(Place(12))
        line = (losses[3] + losses[4]) / 2
        other.breakpoints.add(WhenMetric("validation_loss", "below", line))
        other.step_batch()
        assert other.reason.startswith("validation loss below")
        other.go_to(Place(3))
        other.step_batch()
        assert not other.reason, "of what was one step of five, there is no record"

    def test_epochs_that_were_not_finite(self, again: Again) -> None:
        run = session(method(learning_rate=1e30), history_memory=MEMORY)
        while run.position.epoch < 2:
            run.step_epoch()
        assert np.isnan(run.history.epochs[0].train_loss)
        taken_up = again(run)
        assert outcome(taken_up) == outcome(run)

    def test_it_is_evaluated_as_it_was(self, again: Again) -> None:
        run = finish(session(METHODS["adam"], history_memory=MEMORY))
        one, other = run.evaluate("test"), again(run).evaluate("test")
        assert one.loss == other.loss
        assert np.array_equal(one.outputs, other.outputs)
        assert len(one.truth) == len(CLUSTERS["test"])
