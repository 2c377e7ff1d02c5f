"""The debugger's moves: where they end, and that all ways there are the same to the last bit."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import (
    BATCHES,
    CLUSTERS,
    LAST,
    RECIPE,
    finish,
    outcome,
    recipe,
    session,
    shaped,
)
from tui_nn.errors import TuiNNError
from tui_nn.nn.tensor import Array
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.session.statistics import norm
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.place import Place, Position

LISTING = "z1 a1 z2 a2 z3 p L δ3 ∇W3 ∇b3 ∂L/∂a2 δ2 ∇W2 ∇b2 ∂L/∂a1 δ1 ∇W1 ∇b1 W3 b3 W2 b2 W1 b1"
OPERATIONS, FIRST_UPDATE = 24, 18
EPOCHS = RECIPE.training.epochs


def step_operations(run: Session, count: int) -> Session:
    for _ in range(count):
        run.step_operation()
    return run


def snapshot(run: Session) -> Snapshot:
    return run.snapshot(Activity.PAUSED)


def bits(tensors: Mapping[str, Array]) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in tensors.items()}


class TestTheThreeWays:
    """n, b and e are one run."""

    @pytest.fixture(scope="class")
    def by_batch(self) -> Session:
        run = session()
        for _ in range(EPOCHS * BATCHES):
            run.step_batch()
        return run

    def test_by_operation_and_by_batch(self, by_batch: Session) -> None:
        by_operation = step_operations(session(), EPOCHS * BATCHES * OPERATIONS)
        assert outcome(by_operation) == outcome(by_batch)

    def test_by_epoch_and_by_batch(self, by_batch: Session) -> None:
        by_epoch = session()
        for _ in range(EPOCHS):
            by_epoch.step_epoch()
        assert outcome(by_epoch) == outcome(by_batch)

    @given(st.lists(st.one_of(st.integers(1, OPERATIONS), st.just("b")), max_size=8))
    def test_any_mixture(self, by_batch: Session, moves: list[int | str]) -> None:
        run = session()
        for move in moves:
            if isinstance(move, int):
                step_operations(run, move)
            else:
                run.step_batch()
        while run.position.epoch <= EPOCHS:
            run.step_epoch()
        assert outcome(run) == outcome(by_batch)

    def test_remembering_and_looking_change_nothing(self, by_batch: Session) -> None:
        run = session(history_memory=2**26)
        while not run.finished:
            run.step_operation()
            snapshot(run)
            run.probe(CLUSTERS["test"].images[0], 1)
        run.evaluate("test")
        assert outcome(run) == outcome(by_batch)

    def test_something_was_learnt(self, by_batch: Session) -> None:
        losses = by_batch.history.curves.loss
        assert losses[-1] < losses[0]
        fresh = session().state.tensors
        for name, array in by_batch.state.tensors.items():
            assert not np.array_equal(array, fresh[name]), name


class TestSeeds:
    def test_one_seed_gives_one_run(self) -> None:
        assert outcome(finish(session())) == outcome(finish(session()))

    def test_another_seed_gives_another(self) -> None:
        one, other = session(), session(recipe(seed=4))
        assert not np.array_equal(one.state.flat, other.state.flat)
        assert not np.array_equal(one.schedule.indices(1, 0), other.schedule.indices(1, 0))
        held, others = (run.dataset["validation"].images for run in (one, other))
        assert not np.array_equal(held, others)
        assert outcome(finish(one))[1] != outcome(finish(other))[1]


class TestTheProgramCounter:
    def test_it_begins_at_operation_0(self) -> None:
        run = session()
        assert run.position == Position(Place(0), epoch=1, batch=1, batches=BATCHES)
        assert not run.finished
        assert run.reason == ""

    def test_n_goes_through_the_listing_in_order(self) -> None:
        run, upcoming = session(), []
        for done in range(OPERATIONS):
            assert run.position == Position(Place(0, done), 1, 1, BATCHES)
            upcoming.append(run.program.operations[done].symbol)
            run.step_operation()
        assert " ".join(upcoming) == LISTING
        assert run.position == Position(Place(1), 1, 2, BATCHES)

    def test_n_runs_the_operation_that_it_says_and_no_other(self) -> None:
        run = step_operations(session(), 1)
        for operation in run.program.operations[1:]:
            before = bits(run._stepper.tensors)
            run.step_operation()
            changed = {
                name for name, now in bits(run._stepper.tensors).items() if now != before[name]
            }
            assert changed <= {*operation.names_written, *(t.name for t in operation.scratch)}
            assert operation.names_written[0] in changed

    @pytest.mark.parametrize("done", [0, 1, FIRST_UPDATE, OPERATIONS - 1])
    def test_b_finishes_the_batch_in_hand(self, done: int) -> None:
        run = step_operations(session(), OPERATIONS + done)
        run.step_batch()
        assert run.position == Position(Place(2), 1, 3, BATCHES)

    @pytest.mark.parametrize("done", [0, 3, 2 * OPERATIONS, 4 * OPERATIONS + 20])
    def test_e_goes_to_the_end_of_the_epoch(self, done: int) -> None:
        run = step_operations(session(), done)
        run.step_epoch()
        assert run.position == Position(Place(BATCHES), 2, 1, BATCHES)
        assert len(run.history.epochs) == 1
        run.step_epoch()
        assert run.position == Position(Place(2 * BATCHES), 3, 1, BATCHES)

    def test_validation_is_done_with_the_last_update_and_is_no_operation(self) -> None:
        run = step_operations(session(), BATCHES * OPERATIONS - 1)
        assert run.position == Position(Place(BATCHES - 1, OPERATIONS - 1), 1, BATCHES, BATCHES)
        assert not run.history.epochs
        run.step_operation()
        assert run.position == Position(Place(BATCHES), 2, 1, BATCHES)
        record = run.history.epochs[-1]
        validation = run.evaluate("validation")
        assert (record.epoch, record.step) == (1, BATCHES)
        assert record.validation_loss == validation.loss
        assert record.validation_accuracy == validation.accuracy

    def test_the_last_batch_is_smaller(self) -> None:
        run = session()
        sizes = []
        for _ in range(BATCHES + 1):
            sizes.append(len(snapshot(run).batch))
            run.step_batch()
            assert len(snapshot(run).computed.tensors["a0"]) == sizes[-1]
        assert sizes == [32, 32, 32, 32, LAST, 32]

    def test_a_batch_larger_than_train_is_all_of_train(self) -> None:
        run = session(recipe(batch_size=1000))
        assert run.position.batches == 1
        run.step_batch()
        assert run.position == Position(Place(1), 2, 1, 1)
        assert len(snapshot(run).computed.context.indices) == 135

    def test_it_is_finished_at_the_end_of_the_last_epoch_and_trains_on(self) -> None:
        run = session()
        for _ in range(EPOCHS):
            assert not run.finished
            run.step_epoch()
        assert run.finished
        for move in (run.step_operation, run.step_batch, run.step_epoch):
            move()
            assert not run.finished
        assert run.position == Position(Place(3 * BATCHES), 4, 1, BATCHES)
        longer = session(recipe(epochs=3))
        assert outcome(finish(longer)) == outcome(run)


class TestMeans:
    def test_the_epochs_are_weighted_by_samples(self) -> None:
        run = session()
        losses, correct = [], 0
        for _ in range(BATCHES):
            run.step_batch()
            tensors = snapshot(run).computed.tensors
            losses += tensors["l"].tolist()
            correct += int((tensors["p"].argmax(axis=1) == tensors["y"].argmax(axis=1)).sum())
        (record,) = run.history.epochs
        assert len(losses) == 135
        assert record.train_loss == pytest.approx(np.mean(losses), rel=1e-6)
        assert record.train_accuracy == pytest.approx(correct / 135)
        # The plain mean of the batches' means is another number.
        assert abs(run.history.curves.loss.mean() - record.train_loss) > 1e-3

    def test_every_step_leaves_its_figures(self) -> None:
        run = session()
        for step in range(BATCHES):
            run.step_batch()
            seen, curves = snapshot(run), run.history.curves
            tensors = seen.computed.tensors
            right = tensors["p"].argmax(axis=1) == tensors["y"].argmax(axis=1)
            assert len(curves.loss) == step + 1
            assert curves.loss[-1] == seen.loss == pytest.approx(tensors["l"].mean(), rel=1e-6)
            assert curves.accuracy[-1] == seen.accuracy == pytest.approx(right.mean())
            assert curves.learning_rate[-1] == 0.1
            for layer in (1, 2, 3):
                gradient = [*tensors[f"dW{layer}"].flat, *tensors[f"db{layer}"].flat]
                norm = np.linalg.norm(np.array(gradient, np.float64))
                assert curves.gradient_norm[-1, layer - 1] == pytest.approx(norm, rel=1e-5)


class TestTheLearningRate:
    """0.1 becomes 0.5, with some operations of step 1 done."""

    def run(self, done: int) -> tuple[Session, dict[str, float]]:
        """Edit there, finish the step, and return how far each parameter moved for its gradient."""
        run = session(history_memory=2**26)
        run.step_batch()
        step_operations(run, done)
        run.set_learning_rate(0.5)
        run.step_batch()
        computed = snapshot(run).computed
        return run, {
            name: norm(computed.before[name] - computed.tensors[name])
            / norm(computed.tensors[f"d{name}"])
            for name in run.program.network.shapes
        }

    @pytest.mark.parametrize(
        ("done", "rate"),
        [(0, 0.5), (1, 0.5), (12, 0.5), (FIRST_UPDATE, 0.5), (FIRST_UPDATE + 1, 0.1),
         (OPERATIONS - 1, 0.1)],
    )  # fmt: skip
    def test_it_is_in_force_from_the_next_whole_update(self, done: int, rate: float) -> None:
        run, moved = self.run(done)
        assert moved == pytest.approx(dict.fromkeys(moved, rate), rel=1e-3)
        assert run.history.curves.learning_rate.tolist() == [0.1, rate]
        assert run.journal == [Edit(Place(1, done), "learning_rate", 0.5)]
        assert run.learning_rate == snapshot(run).learning_rate == 0.5
        assert snapshot(run).computed.context.learning_rate == rate
        run.step_batch()
        assert run.history.curves.learning_rate.tolist() == [0.1, rate, 0.5]

    def test_before_the_step_or_amid_its_backward_pass_is_the_same(self) -> None:
        *early, _ = outcome(self.run(0)[0])
        *amid, _ = outcome(self.run(10)[0])
        assert early == amid  # but for the journal, which is dated

    def test_an_edit_between_steps_leaves_the_step_before_explained(self) -> None:
        run = session(history_memory=2**26)
        run.step_batch()
        run.set_learning_rate(0.5)
        computed = snapshot(run).computed
        terms = computed.explain("W3", (0, 0))
        assert terms.residual == pytest.approx(0, abs=1e-7)

    def test_edits_are_kept_in_order(self) -> None:
        run = session()
        run.set_learning_rate(0.2)
        run.set_learning_rate(0.3)
        run.step_batch()
        run.set_learning_rate(0.4)
        assert run.journal == [
            Edit(Place(0), "learning_rate", 0.2),
            Edit(Place(0), "learning_rate", 0.3),
            Edit(Place(1), "learning_rate", 0.4),
        ]
        assert run.history.curves.learning_rate.tolist() == [0.3]

    @pytest.mark.parametrize("value", [0, -0.1, float("nan"), float("inf"), 1e39])
    def test_what_is_no_learning_rate_is_refused(self, value: float) -> None:
        run = session()
        with pytest.raises(TuiNNError, match="a learning rate must be positive and finite"):
            run.set_learning_rate(value)
        assert run.learning_rate == 0.1
        assert run.journal == []


class TestRestarting:
    def test_it_begins_again_with_the_rate_as_it_now_is(self) -> None:
        run = session(history_memory=2**26)
        run.step_batch()
        run.set_learning_rate(0.5)
        step_operations(run, 5)
        ended = outcome(run)
        again = run.restarted()
        assert again.state.flat.tobytes() == session().state.flat.tobytes()
        assert again.position == session().position
        assert again.recipe == recipe(learning_rate=0.5)
        assert again.learning_rate == 0.5
        assert again.journal == []
        assert len(again.history) == 0
        assert outcome(finish(again)) == outcome(finish(session(recipe(learning_rate=0.5))))
        assert outcome(run) == ended

    def test_without_a_change_it_is_the_same_run(self) -> None:
        run = finish(session())
        assert outcome(finish(run.restarted())) == outcome(run)

    def test_it_keeps_threads_and_memory(self) -> None:
        run = Session(RECIPE, CLUSTERS, threads=2, history_memory=2**26)
        again = run.restarted()
        assert again.threads == 2
        again.step_batch()
        computed = snapshot(again).computed
        assert not np.array_equal(computed.before["W3"], computed.tensors["W3"])


class TestTheProbe:
    @pytest.mark.parametrize("done", [0, 5, FIRST_UPDATE, 20])
    def test_it_changes_nothing(self, done: int) -> None:
        run = step_operations(session(history_memory=2**26), OPERATIONS + done)
        before = (outcome(run), bits(run._stepper.tensors), bits(snapshot(run).computed.before))
        context = run._stepper.context
        run.probe(CLUSTERS["test"].images[0], 3)
        run.probe(CLUSTERS["test"].images[1], None)
        assert (
            outcome(run),
            bits(run._stepper.tensors),
            bits(snapshot(run).computed.before),
        ) == before
        assert run._stepper.context is context

    def test_it_agrees_with_a_row_of_the_batch(self) -> None:
        run = step_operations(session(), FIRST_UPDATE)
        batch = snapshot(run).computed
        train = run.dataset["train"]
        for row, sample in enumerate(batch.context.indices[:4]):
            probe = run.probe(train.images[sample], int(train.labels[sample]))
            for name in ("a0", "y", "z1", "a1", "z2", "a2", "z3", "p", "m", "s", "l"):
                np.testing.assert_allclose(
                    probe.computed.tensors[name][0], batch.tensors[name][row],
                    rtol=1e-4, atol=1e-6, err_msg=name,
                )  # fmt: skip
            for name in ("delta1", "delta2", "delta3"):
                # The batch's δ has the mean over its 32 samples inside.
                np.testing.assert_allclose(
                    probe.computed.tensors[name][0] / 32, batch.tensors[name][row],
                    rtol=1e-3, atol=1e-7, err_msg=name,
                )  # fmt: skip
            assert probe.computed.tensors["L"] == probe.computed.tensors["l"][0]

    def test_it_can_be_taken_apart_to_the_pixels(self) -> None:
        run = session()
        run.step_batch()
        probe = run.probe(CLUSTERS["test"].images[0], 3)
        assert probe.computed.done == len(run.program.probing)
        for operation in run.program.probing:
            for name in operation.names_written:
                index = (0,) * probe.computed.tensors[name].ndim
                terms = probe.computed.explain(name, index)
                sizes = sum(abs(part.value) for part in terms.parts)
                assert abs(terms.residual) <= 1e-5 * sizes, name

    def test_without_a_label_there_is_no_true_class(self) -> None:
        run = session()
        image = CLUSTERS["test"].images[0]
        blind, told = run.probe(image, None), run.probe(image, 0)
        assert blind.label is None
        assert not blind.computed.tensors["y"].any()
        assert np.array_equal(blind.probabilities, told.probabilities)
        assert blind.said == told.said == int(np.argmax(told.probabilities))
        assert told.computed.tensors["y"].tolist() == [[1, *[0] * 9]]

    def test_it_keeps_its_arrays(self) -> None:
        run = session()
        probe = run.probe(CLUSTERS["test"].images[0], 3)
        before = bits(probe.computed.tensors)
        run.probe(CLUSTERS["test"].images[1], 4)
        run.step_epoch()
        assert bits(probe.computed.tensors) == before


class TestSnapshots:
    def test_before_the_first_operation_nothing_is_computed(self) -> None:
        seen = snapshot(session())
        assert (seen.shown_step, seen.computed.done) == (None, 0)
        assert (seen.loss, seen.accuracy) == (None, None)
        assert len(seen.batch) == 32
        assert len(seen.curves.loss) == 0
        assert seen.epochs == ()

    @pytest.mark.parametrize("done", [1, 7, FIRST_UPDATE, OPERATIONS - 1])
    def test_amid_a_step_it_shows_that_step(self, done: int) -> None:
        run = step_operations(session(), OPERATIONS + done)
        seen = snapshot(run)
        assert (seen.shown_step, seen.computed.done) == (1, done)
        assert seen.computed.context.step == 1
        assert np.array_equal(seen.computed.context.indices, seen.batch)

    def test_at_operation_0_it_shows_the_step_before(self) -> None:
        run = session()
        run.step_batch()
        seen = snapshot(run)
        assert (seen.shown_step, seen.computed.done) == (0, OPERATIONS)
        assert seen.computed.context.step == 0
        assert np.array_equal(seen.computed.context.indices, run.schedule.indices(1, 0))
        assert np.array_equal(seen.batch, run.schedule.indices(1, 1))

    @pytest.mark.parametrize("done", [0, 9, OPERATIONS + 19])
    def test_they_own_their_arrays(self, done: int) -> None:
        run = step_operations(session(history_memory=2**26), OPERATIONS + done)
        seen = snapshot(run)
        curves = seen.curves
        columns = [curves.loss, curves.accuracy, curves.learning_rate, curves.gradient_norm]

        def content() -> object:
            arrays = (bits(seen.computed.tensors), bits(seen.computed.before), seen.batch.tobytes())
            return (arrays, [column.tolist() for column in columns], seen.epochs, seen.position)

        before = content()
        for name, array in (*seen.computed.tensors.items(), *seen.computed.before.items()):
            assert not np.shares_memory(array, run._stepper.looked[name])
        run.step_batch()
        run.step_epoch()
        step_operations(run, 18)
        assert content() == before

    def test_what_is_shared_is_read_only(self) -> None:
        run = session()
        run.step_batch()
        seen = snapshot(run)
        for array in (seen.batch, seen.curves.loss, seen.curves.gradient_norm):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    @pytest.mark.parametrize("done", [1, 7, FIRST_UPDATE, OPERATIONS - 1])
    def test_they_know_what_is_computed(self, done: int) -> None:
        run = step_operations(session(), OPERATIONS + done)
        seen = snapshot(run)
        for place, operation in enumerate(run.program.differentiating):
            for name in operation.names_written:
                assert seen.has(name) is (place < done)
        assert all(seen.has(name) for name in ("a0", "y", *run.program.network.shapes))

    @pytest.mark.parametrize("done", [FIRST_UPDATE, FIRST_UPDATE + 1, OPERATIONS])
    def test_how_far_a_step_moves_a_parameter_for_its_size(self, done: int) -> None:
        run = session(history_memory=2**26)
        weights = run.state.tensors["W3"].astype(np.float64)
        assert snapshot(run).computed.update_ratio("b3") is None
        computed = snapshot(step_operations(run, done)).computed
        moved = 0.1 * np.sqrt((computed.tensors["dW3"].astype(np.float64) ** 2).sum())
        ratio = computed.update_ratio("W3")
        assert ratio == pytest.approx(moved / np.sqrt((weights**2).sum()), rel=1e-6)


class TestTakingAStepApart:
    """keep_before: what the operations read is still there after the update."""

    @pytest.mark.parametrize("done", range(1, OPERATIONS + 1))
    def test_every_number_is_explained_to_rounding(self, done: int) -> None:
        run = session(recipe(learning_rate=0.5), history_memory=2**26)
        run.step_batch()
        step_operations(run, done)
        seen = snapshot(run)
        random = np.random.default_rng(done)
        for operation in run.program.operations[:done]:
            for name in operation.names_written:
                tensor = seen.computed.tensors[name]
                index = tuple(int(random.integers(size)) for size in tensor.shape)
                terms = seen.computed.explain(name, index)
                sizes = sum(abs(part.value) for part in terms.parts)
                assert terms.total == tensor[index]
                assert abs(terms.residual) <= 3e-6 * sizes, (name, terms)

    def test_before_is_what_was_read(self) -> None:
        run = session(history_memory=2**26)
        start = {name: array.copy() for name, array in run.state.tensors.items()}
        for done in range(1, OPERATIONS + 1):
            run.step_operation()
            computed = snapshot(run).computed
            for name, array in start.items():
                assert np.array_equal(computed.before[name], array), (done, name)
            for name in computed.tensors.keys() - start.keys():
                assert np.array_equal(computed.before[name], computed.tensors[name]), name
        assert not np.array_equal(run.state.tensors["b1"], start["b1"])

    def test_the_next_step_reads_what_the_last_one_wrote(self) -> None:
        run = session(history_memory=2**26)
        run.step_batch()
        updated = run.state.tensors["W1"].copy()
        step_operations(run, 4)
        assert np.array_equal(snapshot(run).computed.before["W1"], updated)
        step_operations(run, OPERATIONS - 4)
        assert np.array_equal(snapshot(run).computed.before["W1"], updated)


class TestOtherNetworks:
    @pytest.mark.parametrize(
        ("layers", "activation"),
        [
            ([784, 10], "relu"),
            ([784, 5, 10], "tanh"),
            ([784, 6, 5, 4, 10], ["relu", "tanh", "sigmoid"]),
            ([784, 4, 10], "identity"),
        ],
    )
    def test_they_run_alike_by_operation_and_by_epoch(
        self, layers: list[int], activation: str | list[str]
    ) -> None:
        using = shaped(layers, activation)
        by_epoch, by_operation = session(using), session(using)
        by_epoch.step_epoch()
        while by_operation.position.epoch == 1:
            by_operation.step_operation()
        assert outcome(by_operation) == outcome(by_epoch)

    @pytest.mark.parametrize("name", ["default", "3b1b"])
    def test_the_recipes_that_are_shipped_learn(self, name: str) -> None:
        run = session(load_recipe(name))
        for _ in range(8):
            run.step_epoch()
        losses = [record.train_loss for record in run.history.epochs]
        assert losses[-1] < losses[0] / 2


MOVES: list[Callable[[Session], None]] = [
    Session.step_operation,
    Session.step_batch,
    Session.step_epoch,
]


@pytest.mark.parametrize("move", MOVES)
def test_the_reason_is_empty_where_nothing_is_wrong(move: Callable[[Session], None]) -> None:
    run = session()
    move(run)
    assert run.reason == ""
