"""Where a run stops when its numbers overflow, and that it can go on from there."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from tests.training.runs import BATCHES, CLUSTERS, outcome, recipe, session, shaped
from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.schedule import make_schedule
from tui_nn.nn.operation import StepContext
from tui_nn.nn.program import build
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping.place import Place, Position

Move = Callable[[Session], None]
BY_OPERATION, BY_BATCH, BY_EPOCH = Session.step_operation, Session.step_batch, Session.step_epoch


def until_it_stops(run: Session, move: Move) -> Session:
    for _ in range(1000):
        move(run)
        if run.reason:
            return run
    raise AssertionError("it never stopped")


def overflowing(learning_rate: float, *network: object) -> Recipe:
    using = shaped(*network) if network else recipe()  # type: ignore[arg-type]
    training = msgspec.structs.replace(using.training, learning_rate=learning_rate)
    return msgspec.structs.replace(using, training=training)


def truly_first(using: Recipe) -> tuple[str, int]:
    """Run the kernels without any session, and look at everything after each operation."""
    train = CLUSTERS.with_validation(using.training.seed)["train"]
    program = build(using.architecture())
    state = program.network.initial_state(using.training.seed)
    schedule = make_schedule(len(train), using.training.batch_size, using.training.seed)
    workspace = program.workspace(state, using.training.batch_size)
    loader = BatchLoader(train, using.training.batch_size, state.flat.dtype)
    for step in range(10 * BATCHES):
        indices = schedule.indices(*schedule.place(step))
        tensors = workspace.rows(len(indices))
        loader.load(indices, tensors)
        context = StepContext(1, 1, step, indices, using.training.learning_rate)
        for operation in program.operations:
            with np.errstate(all="ignore"):
                operation.run(tensors, context)
            written = [tensors[each.name] for each in operation.writes if each.buffered]
            if not all(np.isfinite(values).all() for values in written):
                return operation.symbol, step
    raise AssertionError("everything stayed finite")


CASES = {
    "1e30": overflowing(1e30),
    "1e38": overflowing(1e38),
    "1e15": overflowing(1e15),
    "1e12": overflowing(1e12),
    "deep": overflowing(1e8, [784, 12, 8, 8, 8, 10]),
    "identity": overflowing(1e20, [784, 12, 10], "identity"),
    "one layer": overflowing(1e38, [784, 10]),
    "tanh": overflowing(1e38, [784, 12, 8, 10], "tanh"),
    "sigmoid": overflowing(1e38, [784, 12, 8, 10], "sigmoid"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("move", [BY_OPERATION, BY_BATCH, BY_EPOCH])
def test_it_stops_where_the_first_number_went(case: str, move: Move) -> None:
    symbol, step = truly_first(CASES[case])
    run = until_it_stops(session(CASES[case]), move)
    assert run.reason == f"non-finite: {symbol}, step {step}"
    next_up = run.program.operations[run.position.operation - 1]
    updating = {operation.symbol for operation in run.program.updating}
    if symbol in updating:
        # It shows when the step after it has begun.
        assert (run.position.step, run.position.operation) == (step + 1, 1)
    else:
        assert (run.position.step, next_up.symbol) == (step, symbol)


@pytest.mark.parametrize("case", CASES)
def test_it_is_the_same_stop_however_it_is_stepped(case: str) -> None:
    stops = [until_it_stops(session(CASES[case]), move)
             for move in (BY_OPERATION, BY_BATCH, BY_EPOCH)]  # fmt: skip
    assert len({run.reason for run in stops}) == 1
    assert outcome(stops[0]) == outcome(stops[1]) == outcome(stops[2])


def test_a_learning_rate_of_1e30_by_name() -> None:
    # After one update of 1e30 times the gradient, two layers multiply to more than 1e38.
    run = until_it_stops(session(CASES["1e30"]), BY_BATCH)
    assert run.reason == "non-finite: z2, step 1"
    assert run.position == Position(Place(1, 3), 1, 2, BATCHES)


@pytest.mark.parametrize("first", [BY_OPERATION, BY_BATCH, BY_EPOCH])
@pytest.mark.parametrize("then", [BY_OPERATION, BY_BATCH])
def test_it_goes_on_after_the_stop(first: Move, then: Move) -> None:
    run = until_it_stops(session(CASES["1e30"]), first)
    while run.position.step == 1:
        then(run)
        assert run.position.step == 2 or run.reason == "", "one stop a step is enough"
    assert run.position == Position(Place(2), 1, 3, BATCHES)
    straight = session(CASES["1e30"])
    while straight.position.step < 2:
        straight.step_batch()
    assert outcome(run) == outcome(straight)


def test_it_goes_on_to_the_end_of_the_run() -> None:
    run = session(CASES["1e30"])
    while not run.finished:
        run.step_epoch()
    assert len(run.history) == 2 * BATCHES
    assert np.isnan(run.history.epochs[-1].train_loss)
    assert np.isnan(run.history.epochs[-1].validation_loss)


def test_everything_can_still_be_looked_at() -> None:
    run = session(CASES["1e30"], history_memory=2**26)
    for _ in range(3):
        until_it_stops(run, BY_BATCH)
        seen = run.snapshot(Activity.PAUSED, run.probe(CLUSTERS["test"].images[0], 1))
        assert seen.probe is not None
        for computed, operations in (
            (seen.computed, run.program.operations),
            (seen.probe.computed, run.program.probing),
        ):
            for operation in operations[: computed.done]:
                for name in operation.names_written:
                    index = (0,) * computed.tensors[name].ndim
                    computed.explain(name, index)
        run.evaluate("test")


def test_large_finite_numbers_are_no_reason_to_stop() -> None:
    """Their squares overflow, which is what the quick look sees."""
    run = session(shaped([784, 10], "relu", "zeros"))
    run.state.tensors["b1"][0] = 1e25
    for move in (BY_BATCH, BY_OPERATION):
        move(run)
        assert run.reason == ""
    assert run.history.curves.loss[0] == pytest.approx(1e25, rel=0.5)


class TestAnUpdateThatOverflows:
    """Black images of ones: only a bias moves, by η times the gradient, which is −1."""

    def run(self, samples: int) -> Session:
        black = Split(np.zeros((samples, 28, 28), np.uint8), np.ones(samples, np.uint8))
        dataset = Dataset("black", {"train": black, "validation": black, "test": black})
        run = session(shaped([784, 10], "relu", "zeros"), dataset)
        run.state.tensors["b1"][:2] = 3e38, 2.99e38
        run.set_learning_rate(1e38)
        return run

    @pytest.mark.parametrize("move", [BY_OPERATION, BY_BATCH, BY_EPOCH])
    def test_it_is_named_with_the_step_that_it_happened_in(self, move: Move) -> None:
        run = until_it_stops(self.run(64), move)
        assert run.reason == "non-finite: b1, step 0"
        assert run.position == Position(Place(1, 1), 1, 2, 2)
        assert np.isfinite(run.history.curves.loss).all()

    @pytest.mark.parametrize("move", [BY_OPERATION, BY_BATCH, BY_EPOCH])
    def test_at_the_end_of_an_epoch_no_step_after_it_is_needed(self, move: Move) -> None:
        run = until_it_stops(self.run(32), move)
        assert run.reason == "non-finite: b1, step 0"
        assert run.position == Position(Place(1), 2, 1, 1)
        assert len(run.history.epochs) == 1
        run.step_operation()
        assert run.reason == "", "it was told already"
