"""Hyperparameters changed while a run goes on: when they are in force, and what is refused."""

import numpy as np
import pytest

from tests.training.runs import FEW, METHODS, finish, method, outcome, recipe, session
from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping import stepper
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.watches import WatchNorm


def stepped(run: Session, steps: int, operations: int = 0) -> Session:
    for _ in range(steps):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    return run


class TestWhenItIsInForce:
    @pytest.mark.parametrize("operations", [0, 3])
    def test_a_rate_is_from_the_next_step_on(self, operations: int) -> None:
        run = stepped(session(method(l2=0.1)), 2, operations)
        run.set_hyperparameter("l2", 0.3)
        rates = []
        for _ in range(2):
            run.step_batch()
            rates.append(run._stepper.context.rates.l2)
        assert rates == ([0.3, 0.3] if operations == 0 else [0.1, 0.3])
        assert run.journal == [Edit(Place(2, operations), "l2", 0.3)]

    @pytest.mark.parametrize("operations", [0, 3])
    def test_what_the_recipe_did_not_ask_for_is_turned_on_and_off(self, operations: int) -> None:
        run = stepped(session(), 1, operations)
        names = [operation.name for operation in run.program.operations]
        run.set_hyperparameter("l2", 0.1)
        run.set_hyperparameter("dropout", 0.4)
        run.set_hyperparameter("clipping", 0.2)
        if operations:
            assert [operation.name for operation in run.program.operations] == names
            run.step_batch()
        added = {operation.name for operation in run.program.operations} - set(names)
        assert added >= {"R", "J", "mask1", "h1", "mask2", "clip"}
        assert run._stepper.rates.dropout == (0.4, 0.4)
        run.step_batch()
        for name in ("l2", "dropout", "clipping"):
            run.set_hyperparameter(name, 0)
        assert [operation.name for operation in run.program.operations] == names

    @pytest.mark.parametrize("where", [(0, 0), (0, 5), (2, 0), (2, 5), (4, 20), (5, 0)])
    @pytest.mark.parametrize("size", [16, 100, 0])
    def test_another_batch_size_is_from_the_next_epoch_on(
        self, where: tuple[int, int], size: int
    ) -> None:
        run = stepped(session(history_memory=2**24), *where)
        run.set_hyperparameter("batch_size", size)
        while run.position.epoch < 4:
            run.step_batch()
        before, after = [32, 32, 32, 32, 7], {16: [16] * 8 + [7], 100: [100, 35], 0: [135]}[size]
        begun = 1 if where == (0, 0) else 2
        assert run.history.rows[:, 3].tolist() == before * (begun - 1) + after * (4 - begun)
        assert [record.step for record in run.history.epochs] == [
            run.schedule.first_step(epoch + 1) for epoch in (1, 2, 3)
        ]
        run.back_epoch()
        assert run.position.step == run.schedule.first_step(3)
        run.back_epoch()
        assert run.position.step == run.schedule.first_step(2)

    def test_a_batch_that_becomes_a_full_one_in_chunks(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stepper, "CHUNK", FEW)
        run = stepped(session(history_memory=2**24), 2)
        run.set_hyperparameter("batch_size", 0)
        run.step_epoch()
        assert run.program.method.chunked
        run.step_batch()
        assert run.history.rows[:, 3].tolist() == [32, 32, 32, 32, 7, 135]
        assert run.history.epochs[1].train_loss == run.history.curves.loss[5]

    def test_it_is_the_same_run_as_one_that_began_so(self) -> None:
        run = session(method())
        run.set_hyperparameter("l2", 0.1)
        run.set_hyperparameter("dropout", 0.3)
        run.set_hyperparameter("batch_size", 50)
        asked = method({"dropout": 0.3}, l2=0.1, batch_size=50)
        *found, _ = outcome(finish(run))
        *expected, _ = outcome(finish(session(asked)))
        assert found == expected  # but for the journal
        assert run.recipe_now == asked


class TestRestarting:
    def test_it_takes_them_over(self) -> None:
        run = stepped(session(METHODS["adam"], history_memory=2**24), 3, 4)
        for name, value in (
            ("l1", 0.01), ("l2", 0.0), ("dropout", 0.1), ("clipping", 3), ("batch_size", 0),
        ):  # fmt: skip
            run.set_hyperparameter(name, value)
        run.set_hyperparameter("learning_rate", 0.05)
        again = run.restarted()
        assert again.recipe == run.recipe_now
        training = again.recipe.training
        assert (training.l1, training.l2, training.gradient_clipping) == (0.01, 0, 3)
        assert (training.batch_size, training.learning_rate) == ("full", 0.05)
        assert again.recipe.network.dropout == 0.1
        assert again.journal == []
        assert again._stepper.rates == again.recipe.rates

    def test_the_recipe_now_is_that_of_where_one_stands(self) -> None:
        run = stepped(session(history_memory=2**24), 3)
        run.set_hyperparameter("l2", 0.1)
        stepped(run, 2)
        run.go_to(Place(2))
        assert run.recipe_now == run.recipe
        run.go_to(Place(3))
        assert run.recipe_now.training.l2 == 0.1

    def test_another_recipe_on_the_same_data(self) -> None:
        run = stepped(session(history_memory=2**24), 2)
        other = run.with_recipe(METHODS["adamw"])
        assert other.source is run.source
        assert other.recipe == METHODS["adamw"]
        assert outcome(finish(other)) == outcome(finish(session(METHODS["adamw"])))


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("l2", -1, r"training\.l2: expected float >= 0"),
            ("l2", float("nan"), r"training\.l2: expected float >= 0"),
            ("l1", float("inf"), r"training\.l1: expected float <= 1e\+38"),
            ("dropout", 1, r"network\.dropout: expected "),
            ("dropout", -0.1, r"network\.dropout: expected "),
            ("clipping", -1, r"training\.gradient_clipping: expected float >= 0"),
            ("batch_size", -5, r"training\.batch_size: expected int >= 1"),
            ("batch_size", 2.5, r"training\.batch_size: expected "),
            ("batch_size", float("nan"), r"training\.batch_size: expected "),
            ("batch_size", float("inf"), r"training\.batch_size: expected "),
            ("learning_rate", 0, r"training\.learning_rate: expected float > 0"),
            ("momentum", 0.9, "momentum: turning it on or off needs a restart"),
            ("momentum", 1, r"training\.momentum: expected float < 1"),
            ("weight_decay", 0.1, r"training\.weight_decay: used by adamw, not by sgd"),
            (
                "epochs",
                3,
                "there is no hyperparameter epochs; there are dropout, learning_rate, momentum",
            ),
            ("W1", 3, "there is no hyperparameter W1"),
        ],
    )
    def test_nothing_changes(self, name: str, value: float, says: str) -> None:
        run = stepped(session(history_memory=2**24), 2, 3)
        before, rates = outcome(run), run._stepper.rates
        with pytest.raises(TuiNNError, match=says):
            run.set_hyperparameter(name, value)
        assert (outcome(run), run._stepper.rates) == (before, rates)
        assert not run.can_undo
        assert run.recipe_now == run.recipe

    @pytest.mark.parametrize(("name", "value"), [("momentum", 0), ("momentum", 1)])
    def test_momentum_that_is_there_can_be_changed_but_not_taken_away(
        self, name: str, value: float
    ) -> None:
        run = stepped(session(recipe(momentum=0.9)), 2)
        with pytest.raises(TuiNNError):
            run.set_hyperparameter(name, value)
        run.set_hyperparameter("momentum", 0.5)
        assert run._stepper.rates.momentum == 0.5

    def test_adam_has_none(self) -> None:
        with pytest.raises(TuiNNError, match="used by sgd and nesterov, not by adam"):
            session(METHODS["adam"]).set_hyperparameter("momentum", 0.9)


class TestUndo:
    @pytest.mark.parametrize("operations", [0, 3])
    @pytest.mark.parametrize(
        ("name", "value"), [("l2", 0.1), ("dropout", 0.5), ("batch_size", 0), ("clipping", 0.1)]
    )
    def test_what_was_to_be_seen_is_seen_again(
        self, operations: int, name: str, value: float
    ) -> None:
        def seen(run: Session) -> object:
            shown = run.snapshot(Activity.PAUSED)
            done = shown.program.operations[: shown.computed.done]
            written = [each for operation in done for each in operation.names_written]
            tensors = shown.computed.tensors
            return shown.shown_step, [(each, tensors[each].tobytes()) for each in written]

        run = stepped(session(history_memory=2**24), 5, operations)
        before, shown = outcome(run), seen(run)
        run.set_hyperparameter(name, value)
        run.undo()
        assert (outcome(run), seen(run)) == (before, shown)
        assert run.recipe_now == run.recipe
        straight = finish(session())
        assert outcome(finish(run)) == outcome(straight)


class TestWatching:
    """A watched number whose operation is turned off amid the run."""

    def test_it_is_unknown_from_there_on(self) -> None:
        run = session(method({"dropout": 0.5}), history_memory=2**24)
        run.watches.add(WatchNorm("mask1"))
        stepped(run, 2, 3)
        run.set_hyperparameter("dropout", 0)
        stepped(run, 3)
        (watched,) = run.snapshot(Activity.PAUSED).watches
        assert np.isfinite(watched.curve).tolist() == [True, True, True, False, False]
        assert watched.value is None

    def test_the_step_in_which_it_is_turned_off_has_its_own_value(self) -> None:
        plain, run = (session(method(l2=0.5), history_memory=2**24) for _ in range(2))
        for each in (plain, run):
            each.watches.add(WatchNorm("dW1"))
            stepped(each, 1, 3)
        run.set_hyperparameter("l2", 0)
        for each in (plain, run):
            each.step_batch()
        one, other = (each.snapshot(Activity.PAUSED).watches[0].curve for each in (plain, run))
        assert one[1] > 0
        assert one.tolist() == other.tolist()
