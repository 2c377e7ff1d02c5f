"""Early stopping: when it ends a run, which weights it keeps, and going on after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tests.training.runs import BATCHES, finish, recipe, session
from tui_nn.training.session import recorder
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place

NAN = float("nan")


@pytest.fixture
def losses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What validation says of the epochs to come, one after the other."""
    said: list[float] = []
    run = recorder.Evaluator.run

    def told(self: Any) -> Any:
        found = run(self)
        return replace(found, loss=said.pop(0)) if said else found

    monkeypatch.setattr(recorder.Evaluator, "run", told)
    return said


def stopping(patience: int = 2, epochs: int = 20, **options: Any) -> Session:
    return session(recipe(early_stopping=patience, epochs=epochs), **options)


def ends(run: Session) -> Iterator[tuple[int, bool]]:
    """Each epoch that is over, and whether the run is finished with it."""
    while True:
        run.step_epoch()
        yield run.position.epoch - 1, run.finished


@pytest.mark.parametrize(
    ("patience", "said", "last", "best"),
    [
        (1, [5, 4, 4.5, 3], 3, 2),
        (2, [5, 4, 4.5, 4.2, 3], 4, 2),
        (2, [5, 4, 4.5, 3.9, 4, 4.1], 6, 4),
        (2, [5, 4, 4, 4, 3], 4, 2),  # no better is no better
        (3, [5, 6, 7, 8, 1], 4, 1),
        (2, [5, NAN, NAN, 1], 3, 1),
        (2, [NAN, 5, NAN, 4, 6, 6], 6, 4),
        (2, [NAN, NAN, 1], 2, None),
    ],
)
def test_it_waits_so_many_epochs_for_a_better_one(
    losses: list[float], patience: int, said: list[float], last: int, best: int | None
) -> None:
    losses += said
    run = finish(stopping(patience))
    assert run.position.epoch - 1 == last
    assert (run.best and run.best.epoch) == best


def test_without_it_the_run_ends_with_the_recipe(losses: list[float]) -> None:
    losses += [1, 2, 3, 4]
    run = finish(session(recipe(epochs=4)))
    assert run.position.epoch == 5
    assert run.best is None
    state = run.state.flat.tobytes()
    run.return_to_best()
    assert run.state.flat.tobytes() == state


@pytest.mark.parametrize("memory", [0, 2**24])
def test_the_best_weights_are_those_of_that_epochs_end(losses: list[float], memory: int) -> None:
    losses += [5, 4, 6, 7]
    straight = session(recipe(epochs=20))
    for _ in range(2):
        straight.step_epoch()
    losses[:] = [5, 4, 6, 7]
    run = finish(stopping(history_memory=memory))
    assert run.state.flat.tobytes() != straight.state.flat.tobytes()
    run.return_to_best()
    assert run.state.flat.tobytes() == straight.state.flat.tobytes()
    assert run.position == straight.position
    assert len(run.history.epochs) == 4  # what came after stays on record


def test_one_trains_on_after_it(losses: list[float]) -> None:
    losses += [5, 6, 7, 8, 4, 6, 7]
    run = stopping()
    over = ends(run)
    assert [next(over) for _ in range(7)] == [
        (1, False), (2, False), (3, True), (4, False), (5, False), (6, False), (7, True),
    ]  # fmt: skip
    assert run.best is not None
    assert run.best.epoch == 5


def test_going_back_before_it_and_on_again_ends_there_again(losses: list[float]) -> None:
    losses += [5, 6, 7]
    run = finish(stopping(history_memory=2**24))
    run.go_to(Place(BATCHES))
    assert not run.finished
    run.step_epoch()
    run.step_epoch()
    assert run.finished


def test_after_a_branch_the_best_is_that_of_the_branch(losses: list[float]) -> None:
    losses += [5, 4, 3, 2, 3, 3]
    run = finish(stopping(history_memory=2**24))
    run.go_to(Place(2 * BATCHES))
    end_of_second = run.state.flat.tobytes()
    run.set_learning_rate(0.05)
    losses += [6, 7]
    finish(run)
    assert run.best is not None
    assert (run.best.epoch, run.position.epoch) == (2, 5)
    run.return_to_best()
    assert run.position.step == 2 * BATCHES
    assert run.state.flat.tobytes() == end_of_second


def test_the_best_of_a_run_that_was_taken_up_again_is_found(losses: list[float]) -> None:
    losses += [5, 4, 6]
    run = stopping(history_memory=2**24)
    run.step_epoch()
    run.step_epoch()
    best = run.state.flat.tobytes()
    run.step_epoch()
    again = Session.resumed(run.checkpoint(), run.source, history_memory=2**24)
    losses += [7]
    finish(again)
    assert again.position.epoch == 5
    again.return_to_best()
    assert again.state.flat.tobytes() == best
