"""The status line: one set of words for one set of states, and never one that is not true."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from screens.base.status import next_line, status_line
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import BATCHES, TRAIN, recipe, session
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

Moves = Callable[[Session], object]


def seen(run: Session, *, running: bool = False) -> Snapshot:
    """A run as the training thread shows it."""
    return run.snapshot(Activity.RUNNING) if running else TrainingWorker(run, lambda: None).latest


def said(run: Session, *, running: bool = False) -> str:
    """The status of a run, without the figures, which depend on the processor."""
    words = status_line(seen(run, running=running), 200).split(" · ")
    return " · ".join(each for each in words if not each.startswith(("loss", "acc")))


def operations(count: int) -> Moves:
    def move(run: Session) -> None:
        for _ in range(count):
            run.step_operation()

    return move


def epochs(count: int) -> Moves:
    def move(run: Session) -> None:
        for _ in range(count):
            run.step_epoch()

    return move


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ([], "step 0 · epoch 1 · batch 1/5 · op 0/24 next z1 · paused"),
        ([operations(7)], "step 0 · epoch 1 · batch 1/5 · op 7/24 next δ3 · paused"),
        ([operations(24)], "step 1 · epoch 1 · batch 2/5 · op 0/24 next z1 · paused"),
        ([epochs(1)], "step 5 · epoch 2 · batch 1/5 · op 0/24 next z1 · paused"),
        ([epochs(2)], "step 10 · epoch 2 · batch 5/5 · op 24/24 next z1 · finished"),
        (
            [epochs(2), operations(1)],
            "step 10 · epoch 3 · batch 1/5 · op 1/24 next a1 · past the recipe's 2 epochs · paused",
        ),
        (
            [epochs(3)],
            "step 15 · epoch 4 · batch 1/5 · op 0/24 next z1 · past the recipe's 2 epochs · paused",
        ),
        (
            [epochs(3), lambda run: run.go_to(Place(10))],
            "step 10 · epoch 2 · batch 5/5 · op 24/24 next z1 · finished",
        ),
        (
            [epochs(3), lambda run: run.go_to(Place(9, 2))],
            "step 9 · epoch 2 · batch 5/5 · op 2/24 next z2 · paused",
        ),
    ],
)
def test_each_state_has_its_words(moves: list[Moves], words: str) -> None:
    run = session(history_memory=2**24)
    for move in moves:
        move(run)
    assert said(run) == words


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ([], "running"),
        ([epochs(1)], "running"),
        ([epochs(2)], "past the recipe's 2 epochs · running"),
    ],
)
def test_a_run_that_is_on_is_running(moves: list[Moves], state: str) -> None:
    run = session()
    for move in moves:
        move(run)
    assert said(run, running=True).endswith(f"next z1 · {state}")


def test_why_it_paused_stands_behind_paused() -> None:
    run = session(recipe(learning_rate=1e30))
    run.step_epoch()
    assert " · paused: non-finite: " in said(run)
    assert "past" not in said(run)


def test_a_recipe_of_one_epoch_is_past_it_in_the_singular() -> None:
    run = session(recipe(epochs=1))
    epochs(1)(run)
    assert said(run).endswith(f"step {BATCHES} · epoch 1 · batch 5/5 · op 24/24 next z1 · finished")
    run.step_operation()
    assert said(run).endswith("past the recipe's 1 epoch · paused")


def test_a_finished_run_that_is_opened_is_finished_at_once(tmp_path: Path) -> None:
    run = session()
    epochs(2)(run)
    save_checkpoint(tmp_path / "run.safetensors", run.checkpoint())
    again = Session.resumed(load_checkpoint(tmp_path / "run.safetensors"), run.source, threads=1)
    assert said(again) == said(run)
    assert said(again).endswith("finished")
    assert next_line(seen(again), 38) == "finished: space, b or e train on"


def test_the_first_batch_has_its_loss_as_soon_as_it_is_computed() -> None:
    run, shown = session(history_memory=2**24), []
    for _ in range(24):
        shown.append(status_line(seen(run), 200))
        run.step_operation()
    at = next(place for place, words in enumerate(shown) if "loss –" not in words)
    assert "next δ3" in shown[at], "the operation before it is the loss"
    assert all("loss – · acc –" in words for words in shown[:at])
    first = shown[at].partition("loss ")[2]
    assert all(words.endswith(f"loss {first}") for words in shown[at:])
    # The step's own record, which is that of the last completed batch from now on, is the same.
    assert first in status_line(seen(run), 200)
    run.go_to(Place(0, 3))
    assert "loss – · acc –" in status_line(seen(run), 200)


def test_of_a_batch_in_chunks_the_loss_is_that_of_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_nn.training.stepping.stepper.CHUNK", 50)
    run = session(recipe(batch_size="full"))
    run.step_operation()
    while "loss –" in (words := status_line(seen(run), 200)):
        run.step_operation()
    assert "acc –" in words, "of the rows only the last chunk's are there"
    loss = words.partition("loss ")[2].partition(" ")[0]
    run.step_batch()
    assert f"loss {loss}" in status_line(seen(run), 200)
    assert TRAIN > 50


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (93, "step 15 · epoch 4 · batch 1/5 · op 0/24 next z1 · loss L · acc A · paused"),
        (60, "step 15 · epoch 4 · batch 1/5 · op 0/24 next z1 · paused"),
        (30, "step 15 · op 0/24 next z1 · paused"),
    ],
)
def test_words_give_way_from_the_right_but_the_state(width: int, words: str) -> None:
    run = session()
    epochs(3)(run)
    shown = seen(run)
    assert status_line(seen(session()), 10) == "step 0 · op 0/24 next z1 · paused"
    found = status_line(shown, width)
    loss = f"loss {shown.loss:.4f}"
    assert found.replace(loss, "loss L").replace(f"acc {shown.accuracy:.1%}", "acc A") == words


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (0.43125, "loss 0.4313"),
        (1234.5, "loss 1234.5000"),
        (174787754196992.0, "loss 1.75e14"),
        (math.inf, "loss inf"),
        (math.nan, "loss nan"),
    ],
)
def test_a_loss_has_a_width_however_large_it_is(loss: float, words: str) -> None:
    run = session()
    run.step_batch()
    assert f" · {words} · acc" in status_line(replace(seen(run), loss=loss), 200)


def test_a_finished_run_that_went_on_and_was_taken_back_is_in_the_past() -> None:
    run = session(history_memory=2**24)
    epochs(3)(run)
    run.go_to(Place(10))
    assert said(run).endswith("finished")
    assert next_line(seen(run), 90).startswith("in the past: step 10 of 15")


def test_a_run_that_finishes_says_so_and_how_to_go_on() -> None:
    async def script(person: Person) -> None:
        await person.press("e", "e")
        await person.sees("epoch 2 · batch 5/5 · op 24/24", "finished: space, b or e train on")
        await person.press("b")
        await person.sees("step 11 · epoch 3", "past the recipe's 2 epochs · paused")

    at_the_keyboard(script)
