"""Going back: every move restores what was there, to the last bit."""

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import cycle, product
from typing import Any

import numpy as np
import pytest

from tests.training.runs import BATCHES, FEW, METHODS, METHODS_BY_TIME, QUICK, outcome, session
from tui_nn.errors import TuiNNError
from tui_nn.nn.state import State
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping import stepper
from tui_nn.training.stepping.place import Place
from tui_nn.training.stepping.timeline import Timeline

MEMORY = 2**26
OPERATIONS = 24
EPOCHS = 3
STEPS = EPOCHS * BATCHES


def traveller(**options: Any) -> Session:
    return session(**{"history_memory": MEMORY} | options)


def place(run: Session) -> tuple[int, int]:
    return run.position.step, run.position.operation


def fresh(
    step: int,
    operation: int,
    edits: dict[tuple[int, int], float] | None = None,
    memory: int = MEMORY,
) -> Session:
    """A run that only ever went forwards, to the same place."""
    run = traveller(history_memory=memory)
    while place(run) != (step, operation):
        if edits and place(run) in edits:
            run.set_learning_rate(edits[place(run)])
        run.step_operation()
    return run


@cache
def bits_at_the_end() -> bytes:
    """The parameters of a run that only ever went forwards."""
    return fresh(STEPS, 0).state.flat.tobytes()


def visible(run: Session) -> dict[str, bytes]:
    """Everything of the step that has been computed, and what its operations read."""
    seen = run.snapshot(Activity.PAUSED)
    computed = seen.computed
    names = [
        name
        for operation in seen.program.operations[: computed.done]
        for name in (*operation.names_read, *operation.names_written)
    ]
    shown = {f"now {name}": computed.tensors[name].tobytes() for name in names}
    read = {f"read {name}": computed.before[name].tobytes() for name in run.state.tensors}
    facts = {
        "facts": repr(
            (
                seen.position,
                seen.shown_step,
                seen.learning_rate,
                seen.rates,
                seen.schedule.batch_size(seen.position.epoch),
                [operation.name for operation in seen.program.operations],
                seen.loss,
                seen.accuracy,
                computed.done,
                computed.context.step,
                computed.context.epoch,
                computed.context.learning_rate,
                computed.context.rates,
                (computed.context.samples, computed.context.start),
                seen.batch.tolist(),
                computed.context.indices.tolist(),
            )
        ).encode()
    }
    return shown | read | facts


@cache
def seen_at(step: int, operation: int) -> dict[str, bytes]:
    """What is seen of a run that only ever went forwards, to a place."""
    return visible(fresh(step, operation))


def move(run: Session, name: str, random: np.random.Generator) -> None:
    if name == "go_to":
        length = len(run.history)
        step = int(random.integers(0, length + 1))
        operations = len(run._stepper.program_of(step).operations)
        run.go_to(Place(step, 0 if step == length else int(random.integers(0, operations))))
    else:
        getattr(run, name)()


FORWARDS = ["step_operation", "step_batch", "step_epoch"]
BACKWARDS = ["back_operation", "back_batch", "back_epoch"]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", FEW)


@dataclass(frozen=True)
class Change:
    """An edit, and where it is made.

    Attributes:
        place: Completed updates, and how many operations of the step are done.
        make: The edit.
    """

    place: tuple[int, int]
    make: Callable[[Session], None]


class Forwards:
    """What a run that only ever goes forwards, with some edits on its way, is at each place."""

    def __init__(
        self,
        using: Recipe,
        changes: tuple[Change, ...],
        memory: int,
        before: "Forwards | None" = None,
    ) -> None:
        """Begin where a run begins.

        Args:
            using: How it is trained.
            changes: The edits on its way.
            memory: For its history.
            before: A run whose edits before the last of these are the same, and so what is seen.
        """
        self.changes = changes
        self.run = traveller(using=using, history_memory=memory)
        self._seen: dict[tuple[int, int], dict[str, bytes]] = {}
        if before is not None:
            until = changes[-1].place
            self._seen = {where: seen for where, seen in before._seen.items() if where < until}
        self._arrive()

    def at(self, where: tuple[int, int]) -> dict[str, bytes]:
        if where not in self._seen:
            self._go_to(where)
        return self._seen[where]

    def meet(self, run: Session) -> None:
        """Take both to the end of the furthest step that either has been in."""
        ends = [each.position.step + (each.position.operation > 0) for each in (run, self.run)]
        step = max(len(run.history), *ends)
        while run.position.step < step:
            run.step_batch()
        self._go_to((run.position.step, 0))

    def _go_to(self, where: tuple[int, int]) -> None:
        while place(self.run) < where:
            self.run.step_operation()
            self._arrive()

    def _arrive(self) -> None:
        here = place(self.run)
        for change in self.changes:
            if change.place == here:
                change.make(self.run)
        if here not in self._seen:
            self._seen[here] = visible(self.run)


def one_move(run: Session, random: np.random.Generator) -> None:
    """Some move that stays within the first epochs."""
    ways = [*BACKWARDS, "go_to"]
    if run.position.step < STEPS - 1:
        ways += [*FORWARDS[:2], *FORWARDS[:2], FORWARDS[0]]
    if run.position.epoch < EPOCHS and run.position.step + run.position.batches < STEPS:
        ways += [FORWARDS[2]] * 3
    move(run, str(random.choice(ways)), random)


def some_change(run: Session, random: np.random.Generator) -> Callable[[Session], None]:
    """An edit that the run's method allows."""
    training = run.recipe.training
    values = {
        "l2": (0.0, 0.01),
        "l1": (0.0, 0.002),
        "dropout": (0.0, 0.25),
        "clipping": (0.0, 0.3, 2.0),
        "batch_size": (0, 16, 40, 100, 500),
        "learning_rate": (0.02, 0.002),
    }
    if training.momentum:
        values["momentum"] = (0.3, 0.95)
    if training.optimizer == "adamw":
        values["weight_decay"] = (0.0, 0.3)
    kind = str(random.choice([*values, "learning_rate", "W2", "l2", "batch_size"]))
    if kind == "W2":
        first, weight = int(random.integers(12)), float(random.normal())
        shape = run.program.network.shapes["W2"]
        index = (first % shape[0], *(3 % size for size in shape[1:]))
        return lambda each: each.set_parameter("W2", index, weight)
    value = float(random.choice(values[kind]))
    if kind == "learning_rate":
        return lambda each: each.set_learning_rate(value)
    return lambda each: each.set_hyperparameter(kind, value)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", METHODS_BY_TIME)
@pytest.mark.parametrize("moves", [15, pytest.param(200, marks=pytest.mark.slow)])
def test_random_moves_always_stand_where_a_fresh_run_would(name: str, moves: int) -> None:
    random = np.random.default_rng(len(name))
    forwards = Forwards(METHODS[name], (), MEMORY)
    run = traveller(using=METHODS[name])
    for _ in range(moves):
        one_move(run, random)
        assert visible(run) == forwards.at(place(run)), place(run)
    forwards.meet(run)
    assert outcome(run) == outcome(forwards.run)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("name", "memory", "moves"),
    [
        *((*each, 30) for each in zip(QUICK[::2], cycle([MEMORY, 1]))),
        *(
            pytest.param(*each, 100, marks=pytest.mark.slow)
            for each in product(METHODS, [1, MEMORY])
        ),
    ],
)
def test_moves_and_edits_always_stand_where_a_fresh_run_would(
    name: str, memory: int, moves: int
) -> None:
    """Edits in the past branch off, some are taken back, and the rest is walked again and again."""
    random = np.random.default_rng(len(name))
    forwards = Forwards(METHODS[name], (), memory)
    run = traveller(using=METHODS[name], history_memory=memory)
    branches = 0
    for turn in range(moves):
        if turn % 8 != 5:
            one_move(run, random)
        else:
            before, seen, done = forwards, visible(run), outcome(run)
            make, here = some_change(run, random), place(run)
            make(run)
            kept = tuple(change for change in before.changes if change.place <= here)
            if place(run) != here:  # a weight is edited where its step begins
                kept = tuple(change for change in kept if change.place <= place(run))
            forwards = Forwards(METHODS[name], (*kept, Change(place(run), make)), memory, before)
            branches = len(run.history.branches)
            if turn % 3 == 0:
                run.undo()
                forwards = before
                if place(run) == here:
                    assert (visible(run), outcome(run)) == (seen, done)
        assert visible(run) == forwards.at(place(run)), (turn, place(run))
    forwards.meet(run)
    assert outcome(run) == outcome(forwards.run)
    assert branches


def test_the_places_that_the_moves_go_to() -> None:
    run = fresh(7, 5)
    run.back_operation()
    assert place(run) == (7, 4)
    run.back_batch()
    assert place(run) == (7, 0)
    run.back_batch()
    assert place(run) == (6, 0)
    run.back_operation()
    assert place(run) == (5, OPERATIONS - 1)
    run.back_epoch()
    assert place(run) == (5, 0)
    run.back_epoch()
    assert place(run) == (0, 0)
    for back in BACKWARDS:
        getattr(run, back)()
        assert place(run) == (0, 0)


def test_going_on_walks_the_recorded_path_and_records_nothing_twice() -> None:
    straight = fresh(STEPS, 0)
    run = fresh(STEPS, 0)
    run.go_to(Place(2, 3))
    assert len(run.history) == STEPS
    assert run.history.branches == ()
    while run.position.step < STEPS:
        run.step_batch()
    assert outcome(run) == outcome(straight)


def test_going_changes_nothing_that_is_recorded() -> None:
    run = fresh(8, 4)
    before = run.history.curves.loss.tolist(), run.history.epochs, run.journal
    run.go_to(Place(3, 9))
    assert (run.history.curves.loss.tolist(), run.history.epochs, run.journal) == before


@pytest.mark.parametrize("memory", [1, 200_000, 2**26])
def test_any_budget_of_memory_restores_the_same_bits(memory: int) -> None:
    run = traveller(history_memory=memory)
    while run.position.step < STEPS:
        run.step_batch()
    for step, operation in [(9, 3), (1, 0), (0, 0), (0, 7), (14, 23), (STEPS, 0), (4, 0)]:
        run.go_to(Place(step, operation))
        assert visible(run) == seen_at(step, operation)
    timeline = run._timeline
    assert timeline is not None
    assert timeline.nbytes <= max(memory, 2 * run.state.nbytes)


def test_the_copies_of_a_tiny_network_keep_to_the_budget_too() -> None:
    """Python takes more for them than their weights do."""
    budget = 1 << 20
    state = State(dict.fromkeys(("W1", "b1", "W2", "b2"), (2, 2)), np.float32)
    tracemalloc.start()
    try:
        timeline = Timeline(state, budget)
        for step in range(0, 100_000, 64):
            timeline.keep_sparsely(step, state)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert budget / 4 < taken < 1.25 * budget


@pytest.mark.parametrize("where", [(99, 0), (5, 3), (-1, 0), (2, 24), (4, -1)])
def test_a_place_that_was_never_reached_is_refused(where: tuple[int, int]) -> None:
    run = fresh(5, 2)
    before = visible(run)
    with pytest.raises(TuiNNError):
        run.go_to(Place(*where))
    assert visible(run) == before


def test_a_run_without_copies_says_so() -> None:
    run = session()
    run.step_batch()
    with pytest.raises(TuiNNError, match="keeps no copies"):
        run.back_batch()


@pytest.mark.parametrize("start", [(9, 6), (9, 0)])
def test_a_cancelled_jump_stays_where_it_was(start: tuple[int, int]) -> None:
    run = fresh(*start, memory=1)
    before = visible(run)
    asked = iter([False, False, True])
    assert not run.go_to(Place(6, 2), lambda: next(asked))
    assert place(run) == start
    assert visible(run) == before
    run.step_batch()
    assert run.state.flat.tobytes() == fresh(10, 0).state.flat.tobytes()


class TestBranches:
    def test_an_edit_in_the_past_makes_a_branch_and_the_rest_stays(self) -> None:
        run = fresh(STEPS, 0)
        whole = run.history.curves.loss.tolist()
        epochs = run.history.epochs
        run.go_to(Place(7))
        run.set_learning_rate(0.5)
        assert len(run.history) == 7
        assert len(run.history.epochs) == 1
        (branch,) = run.history.branches
        assert branch.step == 7
        assert branch.curves.loss.tolist() == whole
        assert branch.epochs == epochs
        run.step_batch()
        assert run.history.curves.loss.tolist()[:8] == whole[:8]  # the rate tells a step later
        run.step_batch()
        assert run.history.curves.loss[8] != whole[8]

    @pytest.mark.parametrize("edit_at", [(7, 0), (7, 5), (7, 18)])
    def test_a_branch_is_what_a_fresh_run_with_the_same_edit_would_be(
        self, edit_at: tuple[int, int]
    ) -> None:
        run = fresh(STEPS, 0)
        run.go_to(Place(*edit_at))
        run.set_learning_rate(0.4)
        while run.position.step < STEPS:
            run.step_batch()
        straight = fresh(STEPS, 0, {edit_at: 0.4})
        assert outcome(run) == outcome(straight)
        for where in [(9, 4), (7, 20), (7, 3), (3, 3), (STEPS, 0)]:
            run.go_to(Place(*where))
            straight.go_to(Place(*where))
            assert visible(run) == visible(straight)

    def test_an_edit_amid_updates_is_replayed_from_the_next_step(self) -> None:
        run = fresh(3, 19)
        run.set_learning_rate(0.4)
        while run.position.step < 6:
            run.step_batch()
        bits = run.state.flat.tobytes()
        run.go_to(Place(2))
        assert run.learning_rate == 0.1
        run.go_to(Place(6))
        assert run.learning_rate == 0.4
        assert run.state.flat.tobytes() == bits


class TestChangingParameters:
    def test_a_changed_weight_is_replayed(self) -> None:
        run = fresh(4, 0)
        run.set_parameter("W2", (3, 1), 2.5)
        assert run.state.tensors["W2"][3, 1] == np.float32(2.5)
        while run.position.step < 8:
            run.step_batch()
        bits = run.state.flat.tobytes()
        run.go_to(Place(2))
        run.go_to(Place(8))
        assert run.state.flat.tobytes() == bits
        run.go_to(Place(4))
        assert run.state.tensors["W2"][3, 1] == np.float32(2.5)

    def test_a_whole_row_silences_a_neuron(self) -> None:
        run = fresh(2, 0)
        run.set_parameter("W2", (3,), 0.0)
        assert not run.state.tensors["W2"][3].any()

    def test_amid_a_step_it_begins_the_step_again(self) -> None:
        run = fresh(4, 9)
        run.set_parameter("b1", (2,), -1.0)
        assert place(run) == (4, 0)
        assert run.state.tensors["b1"][2] == -1.0

    def test_at_the_very_beginning_it_survives_going_back_there(self) -> None:
        run = traveller()
        run.step_batch()
        run.go_to(Place(0))
        run.set_parameter("W1", (0, 0), 9.0)
        run.step_batch()
        run.step_batch()
        run.go_to(Place(0))
        assert run.state.tensors["W1"][0, 0] == 9.0

    @pytest.mark.parametrize(
        ("name", "index", "value"),
        [
            ("W9", (0, 0), 1.0),
            ("a1", (0, 0), 1.0),
            ("W2", (0, 99), 1.0),
            ("W2", (-1, 0), 1.0),
            ("b1", (0, 0), 1.0),
            ("b1", (0,), float("nan")),
            ("b1", (0,), 1e39),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, name: str, index: tuple[int, ...], value: float
    ) -> None:
        run = fresh(2, 0)
        before = run.state.flat.tobytes()
        with pytest.raises(TuiNNError):
            run.set_parameter(name, index, value)
        assert run.state.flat.tobytes() == before
        assert run.journal == []


class TestUndo:
    def test_it_takes_back_edits_one_by_one_with_what_they_overtook(self) -> None:
        run = fresh(STEPS, 0)
        run.go_to(Place(7, 4))
        before = visible(run), outcome(run)
        run.set_learning_rate(0.3)
        run.set_learning_rate(0.6)
        run.undo()
        assert run.learning_rate == 0.3
        run.undo()
        assert (visible(run), outcome(run)) == before
        assert not run.can_undo
        while run.position.step < STEPS:
            run.step_batch()
        assert run.state.flat.tobytes() == bits_at_the_end()

    def test_it_takes_a_weight_back(self) -> None:
        run = fresh(3, 0)
        bits = run.state.flat.tobytes()
        run.set_parameter("W1", (5, 5), 1.0)
        run.undo()
        assert run.state.flat.tobytes() == bits

    @pytest.mark.parametrize("leave", [*FORWARDS, *BACKWARDS])
    @pytest.mark.parametrize("where", [(7, 4), (7, 0), (0, 0)])
    @pytest.mark.parametrize(
        "make",
        [
            lambda run: run.set_learning_rate(0.3),
            lambda run: run.set_parameter("W2", (1, 2), 0.5),
            lambda run: run.set_hyperparameter("batch_size", 20),
            lambda run: run.set_hyperparameter("dropout", 0.5),
        ],
    )
    def test_after_a_move_it_goes_to_the_place_of_the_edit(
        self, make: Callable[[Session], None], where: tuple[int, int], leave: str
    ) -> None:
        run = fresh(*where)
        make(run)
        (edit,) = run.journal
        getattr(run, leave)()
        made_with_it = len(run.history)
        assert run.undo() == edit
        assert run.journal == []
        assert not run.can_undo
        assert place(run) <= (edit.place.step, edit.place.operation)
        assert visible(run) == seen_at(*place(run))
        if made_with_it > edit.place.step:
            assert run.history.branches[-1].step == edit.place.step
            assert len(run.history.branches[-1].curves.loss) == made_with_it
        while run.position.step < STEPS:
            run.step_batch()
        assert run.state.flat.tobytes() == bits_at_the_end()

    def test_the_earlier_edits_stay_until_it_is_their_turn(self) -> None:
        edits = {(3, 0): 0.3, (6, 2): 0.6}
        run = fresh(9, 5, edits)
        run.undo()
        assert place(run) == (6, 2)
        assert visible(run) == visible(fresh(6, 2, {(3, 0): 0.3}))
        run.undo()
        assert (place(run), run.journal) == ((3, 0), [])
        with pytest.raises(TuiNNError, match="this run has no edits"):
            run.undo()

    def test_from_the_past_it_takes_back_the_last_one_of_the_run(self) -> None:
        run = fresh(9, 0, {(6, 2): 0.6})
        run.go_to(Place(2))
        run.undo()
        assert (place(run), run.journal, len(run.history)) == ((6, 2), [], 6)

    def test_on_the_way_it_can_be_given_up(self) -> None:
        run = fresh(9, 5, {(2, 0): 0.6})
        before = visible(run), outcome(run)
        run.back_batch()
        run.go_to(Place(9))
        run.step_operation()
        assert run.undo(lambda: True) is None
        assert (place(run), [edit.value for edit in run.journal]) == ((9, 1), [0.6])
        run.go_to(Place(9, 1))
        while run.position.operation < 5:
            run.step_operation()
        assert (visible(run), outcome(run)) == before

    def test_a_run_without_copies_cannot_go_back_to_it(self) -> None:
        run = session()
        run.set_learning_rate(0.3)
        assert run.can_undo
        run.step_batch()
        assert not run.can_undo
        with pytest.raises(TuiNNError, match="keeps no copies"):
            run.undo()

    def test_a_weight_remembers_what_it_was(self) -> None:
        run = fresh(3, 4)
        was = float(fresh(3, 0).state.tensors["W2"][1, 2])
        run.set_parameter("W2", (1, 2), 0.5)
        run.set_parameter("W2", (1,), 0.0)
        assert [edit.before for edit in run.journal] == [was, None]
        assert run.snapshot(Activity.PAUSED).edits == tuple(run.journal)
        assert run.snapshot(Activity.PAUSED).edit_steps == (3,)


def test_a_run_that_became_nonfinite_can_be_gone_back_from() -> None:
    run = traveller()
    bits = {}
    run.set_learning_rate(1e30)
    while not run.reason:
        bits[run.position.step] = run.state.flat.tobytes()
        run.step_batch()
    stopped = run.position.step
    run.back_batch()
    assert place(run) == (stopped, 0)
    assert run.state.flat.tobytes() == bits[stopped]
    run.back_batch()
    assert run.state.flat.tobytes() == bits[stopped - 1]


def test_steps_that_nobody_saw_can_be_gone_back_to() -> None:
    run = traveller()
    for _ in range(BATCHES - 1):
        run.step_batch(unseen=True)
        assert not run.is_kept
    run.step_batch(unseen=True)
    assert run.is_kept, "the last one of an epoch may end the run"
    run.go_to(Place(BATCHES - 2, 3))
    assert visible(run) == visible(fresh(BATCHES - 2, 3))
