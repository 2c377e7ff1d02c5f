"""RunList to compare: what stays of a session that was left, and going on with it."""

import math
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.training.runs import BATCHES, CLUSTERS, finish, outcome, recipe, session, shaped
from tests.training.test_trainer import Lab
from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.recipe.keys import differing, find
from tui_nn.training.runs.run import by_validation, describe_snapshot, finish_run
from tui_nn.training.runs.run_list import RunList
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping.place import Place

MEMORY = 2**26
# Labels that say nothing of the images: validation soon gets worse.
UNLEARNABLE = Dataset(
    "unlearnable",
    {
        name: Split(
            CLUSTERS[name].images, np.random.default_rng(1).permutation(CLUSTERS[name].labels)
        )
        for name in ("train", "test")
    },
)


def stepped(steps: int, run: Session | None = None) -> Session:
    run = run or session(history_memory=MEMORY)
    for _ in range(steps):
        run.step_batch()
    return run


class TestLeaving:
    def test_it_keeps_what_the_session_came_to(self) -> None:
        trained = finish(session(history_memory=MEMORY))
        run = finish_run(trained, 4)
        assert (run.number, run.steps, run.passes, run.status) == (4, 2 * BATCHES, 2.0, "finished")
        last = trained.history.epochs[-1]
        assert run.validation_accuracy == last.validation_accuracy
        assert run.train_loss == last.train_loss
        test = trained.evaluate("test")
        assert (run.test_accuracy, run.test_loss) == (test.accuracy, test.loss)
        assert 0 < run.seconds == trained.seconds

    def test_amid_an_epoch_it_is_paused(self) -> None:
        run = finish_run(stepped(BATCHES + 2), 1)
        assert (run.status, run.passes) == ("paused", 1.4)
        assert run.kept is not None
        assert run.kept.epoch == 1

    def test_before_the_first_epochs_end_only_the_test_figures_are_there(self) -> None:
        run = finish_run(stepped(2), 1)
        assert (run.train_loss, run.validation_accuracy) == (None, None)
        assert run.best_validation_accuracy is None
        assert run.test_accuracy is not None

    def test_amid_a_step_it_can_go_on_there(self) -> None:
        trained = stepped(2)
        for _ in range(len(trained.program.operations) - 1):  # some parameters are updated
            trained.step_operation()
        again = finish_run(trained, 1).resume(trained)
        assert again.position == trained.position
        assert outcome(stepped(3, again)) == outcome(stepped(5))

    def test_from_its_past_it_first_goes_to_where_it_has_been(self) -> None:
        trained = stepped(2 * BATCHES)
        trained.go_to(Place(3))
        run = finish_run(trained, 1)
        assert (run.steps, run.passes, run.status) == (10, 2.0, "finished")
        assert run.test_accuracy == finish_run(stepped(10), 1).test_accuracy
        assert run.checkpoint is not None
        assert run.checkpoint.step == 10

    def test_a_change_that_no_step_has_seen_is_none_of_its_own(self) -> None:
        trained = stepped(3)
        trained.set_learning_rate(0.7)
        run = finish_run(trained, 1)
        assert run.recipe.training.learning_rate == 0.1
        assert run.resume(trained).learning_rate == 0.1

    def test_a_weight_that_was_changed_last_stays_changed(self) -> None:
        trained = stepped(3)
        trained.set_parameter("b1", (2,), 5.0)
        again = finish_run(trained, 1).resume(trained)
        assert again.state.tensors["b1"][2] == 5.0
        assert again.journal == trained.journal

    def test_a_change_on_the_way_shows_from_what_to_what(self) -> None:
        trained = stepped(3)
        trained.set_learning_rate(0.7)
        run = finish_run(stepped(1, trained), 1)
        assert run.recipe.training.learning_rate == 0.7
        assert run.began.training.learning_rate == 0.1

    def test_a_change_before_the_first_step_was_there_from_the_beginning(self) -> None:
        trained = session(history_memory=MEMORY)
        trained.set_learning_rate(0.7)
        run = finish_run(stepped(1, trained), 1)
        assert run.began.training.learning_rate == run.recipe.training.learning_rate == 0.7

    def test_one_that_overflowed_says_so_and_has_no_test_figures(self) -> None:
        trained = session(recipe(learning_rate=1e30), history_memory=MEMORY)
        while not trained.reason:
            trained.step_batch()
        reason = trained.reason
        run = finish_run(trained, 1)
        assert run.status == f"stopped: {reason}"
        assert "non-finite" in run.status
        assert (run.test_accuracy, run.test_loss) == (None, None)

    def test_weights_that_are_not_finite_count_as_overflowed_whatever_was_said(self) -> None:
        trained = stepped(1)
        trained.state.flat[0] = math.nan
        assert finish_run(trained, 1).status == "stopped: its weights are not finite"

    def test_early_stopping_leaves_the_weights_that_it_kept(self) -> None:
        stopping = recipe(epochs=50, early_stopping=2, learning_rate=0.5)
        trained = finish(session(stopping, UNLEARNABLE, history_memory=MEMORY))
        best, steps = trained.best, len(trained.history)
        assert best is not None
        run = finish_run(trained, 1)
        assert run.kept == best
        assert run.checkpoint is not None
        assert run.checkpoint.step == best.step < steps == run.steps
        reference = session(stopping, UNLEARNABLE, history_memory=MEMORY)
        stepped(best.step, reference)
        assert run.test_loss == reference.evaluate("test").loss

    def test_its_numbers_do_not_change_when_the_session_goes_on(self) -> None:
        trained = stepped(BATCHES)
        run = finish_run(trained, 1)
        losses = run.curves.loss.copy()
        stepped(BATCHES, trained)
        assert run.steps == BATCHES
        assert np.array_equal(run.curves.loss, losses)
        assert len(run.epochs) == 1


class TestGoingOn:
    def test_it_is_the_same_run_to_the_last_bit(self) -> None:
        run = finish_run(stepped(7), 1)
        again = run.resume(session(history_memory=MEMORY))
        assert again.history_memory == MEMORY
        assert outcome(finish(again)) == outcome(finish(session()))

    def test_its_seconds_go_on_too(self) -> None:
        run = finish_run(stepped(BATCHES), 1)
        again = run.resume(session())
        assert again.seconds == pytest.approx(run.epochs[0].seconds)
        stepped(BATCHES, again)
        assert again.history.epochs[1].seconds > again.history.epochs[0].seconds


class TestRunInHand:
    def test_it_is_what_the_snapshot_says(self) -> None:
        trained = stepped(BATCHES + 1)
        trained.set_learning_rate(0.3)
        run = describe_snapshot(trained.snapshot(Activity.RUNNING, None, 5))
        assert (run.number, run.steps, run.passes, run.status) == (5, 6, 1.2, "running")
        assert run.recipe.training.learning_rate == 0.3
        assert run.validation_accuracy == trained.history.epochs[0].validation_accuracy
        assert run.test_accuracy is None
        assert run.seconds == trained.seconds

    def test_in_its_past_it_is_still_all_of_it(self) -> None:
        trained = stepped(8)
        trained.go_to(Place(2))
        run = describe_snapshot(trained.snapshot(Activity.PAUSED))
        assert (run.steps, run.passes) == (8, 1.6)


def test_runs_are_kept_by_number_and_numbers_are_given_once() -> None:
    runs = RunList()
    numbers = [runs.new_number() for _ in range(3)]
    assert numbers == [1, 2, 3]
    for number in (3, 1):
        runs.add(finish_run(stepped(1), number))
    assert [run.number for run in runs.all] == [1, 3]
    removed = runs.remove(1)
    assert removed is not None
    assert removed.number == 1
    assert (runs.remove(1), runs.get(1)) == (None, None)
    assert runs.new_number() == 4


def test_the_best_on_validation_comes_first_and_those_without_last() -> None:
    trained = [finish_run(stepped(1), 1), finish_run(finish(session(recipe(epochs=8))), 2)]
    trained.append(finish_run(stepped(BATCHES), 3))
    assert trained[1].validation_accuracy > trained[2].validation_accuracy  # type: ignore[operator]
    assert [run.number for run in sorted(trained, key=by_validation)] == [2, 3, 1]


def test_what_differs_between_recipes_is_found() -> None:
    assert differing([recipe(), recipe()]) == ()
    assert differing([recipe(seed=1), recipe(seed=2)]) == (find("seed").path,)
    assert set(differing([recipe(l2=0.1), shaped([784, 5, 10])])) == {
        find("l2").path,
        find("layers").path,
    }


# The trainer, which keeps those that it leaves


@pytest.fixture
def open_lab() -> Iterator[Callable[[Session], Lab]]:
    labs: list[Lab] = []

    def open_it(run: Session) -> Lab:
        labs.append(Lab(run))
        return labs[-1]

    yield open_it
    for lab in labs:
        lab.trainer.close()


Opener = Callable[[Session], Lab]


def kept(lab: Lab) -> list[tuple[int, int]]:
    """The number and the steps of each run that was left."""
    return [(run.number, run.steps) for run in lab.trainer.runs.all]


def restart(trainer: TrainingWorker) -> None:
    trainer.replace(Session.restarted)


def test_a_run_that_is_replaced_stays(open_lab: Opener) -> None:
    lab = open_lab(stepped(BATCHES))
    assert lab.obey(restart).number == 2
    assert kept(lab) == [(1, BATCHES)]
    (run,) = lab.trainer.runs.all
    assert run.test_accuracy == finish_run(stepped(BATCHES), 1).test_accuracy


def test_one_without_a_step_does_not_stay_and_leaves_its_number(open_lab: Opener) -> None:
    lab = open_lab(session(history_memory=MEMORY))
    assert lab.obey(restart).number == 1
    assert kept(lab) == []
    lab.obey(lambda trainer: trainer.send(Session.step_batch), restart)
    assert kept(lab) == [(1, 1)]


def test_going_on_with_a_run_changes_places_with_the_one_in_hand(open_lab: Opener) -> None:
    lab = open_lab(stepped(7))
    lab.obey(restart, lambda trainer: trainer.send(Session.step_batch))
    seen = lab.obey(lambda trainer: trainer.reopen(1))
    assert (seen.number, seen.position.step) == (1, 7)
    assert kept(lab) == [(2, 1)]
    lab.obey(lambda trainer: trainer.send(Session.step_batch), restart)
    assert kept(lab) == [(1, 8), (2, 1)]
    assert lab.latest.number == 3


def test_going_on_with_a_run_that_was_deleted_meanwhile_changes_nothing(open_lab: Opener) -> None:
    lab = open_lab(stepped(3))
    lab.obey(restart)
    lab.trainer.runs.remove(1)
    seen = lab.obey(lambda trainer: trainer.reopen(1))
    assert (seen.number, seen.position.step) == (2, 0)


def test_many_threads_get_different_numbers() -> None:
    runs, found = RunList(), []
    threads = [
        threading.Thread(target=lambda: found.extend(runs.new_number() for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 2001))
