"""Every way of training is one run however it is stepped, and chunks of a batch are the batch."""

from itertools import count

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.runs import (
    CLUSTERS,
    FEW,
    METHODS,
    METHODS_BY_TIME,
    finish,
    method,
    outcome,
    recipe,
    session,
)
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stepping import stepper


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", FEW)


def by_operation(run: Session) -> Session:
    while not run.finished:
        run.step_operation()
    return run


def by_epoch(run: Session) -> Session:
    while not run.finished:
        run.step_epoch()
    return run


class TestOneRun:
    @pytest.mark.parametrize("name", METHODS)
    def test_however_it_is_stepped(self, name: str) -> None:
        by_batch = finish(session(METHODS[name]))
        assert by_batch.reason == ""
        assert outcome(by_operation(session(METHODS[name]))) == outcome(by_batch)
        assert outcome(by_epoch(session(METHODS[name]))) == outcome(by_batch)

    @pytest.mark.parametrize("name", METHODS_BY_TIME)
    @pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
    def test_however_it_is_looked_at(self, name: str, every: int) -> None:
        run = session(METHODS[name], history_memory=2**24)
        for operation in count():
            if run.finished:
                break
            run.step_operation()
            if operation % every == 0:
                run.snapshot(Activity.PAUSED, run.probe(CLUSTERS["test"].images[0], 4))
            if run.position.operation == 5:
                run.evaluate("test")
        assert outcome(run) == outcome(finish(session(METHODS[name])))

    @pytest.mark.parametrize("name", METHODS)
    def test_every_number_of_a_step_can_be_taken_apart(self, name: str) -> None:
        run = session(METHODS[name], history_memory=2**24)
        random = np.random.default_rng(1)
        for _ in range(2):
            run.step_batch()
        seen = run.snapshot(Activity.PAUSED)
        for operation in run.program.operations:
            for written in operation.names_written:
                tensor = seen.computed.tensors[written]
                index = tuple(int(random.integers(size)) for size in tensor.shape)
                terms = seen.computed.explain(written, index)
                sizes = sum(abs(part.value) for part in terms.parts)
                assert terms.total == tensor[index]
                assert abs(terms.residual) <= 2e-5 * sizes + 1e-12, (written, terms)

    @pytest.mark.parametrize("name", METHODS)
    def test_something_is_learnt(self, name: str) -> None:
        using = METHODS[name]
        training = msgspec.structs.replace(using.training, epochs=12)
        run = finish(session(msgspec.structs.replace(using, training=training)))
        first, *_, last = run.history.epochs
        assert last.validation_loss < first.validation_loss


class TestChunks:
    """A batch of 135 in chunks of 50 is the batch: to rounding, since sums have another order."""

    def pair(self, using: Recipe, monkeypatch: pytest.MonkeyPatch) -> tuple[Session, Session]:
        chunked = session(using, history_memory=2**24)
        monkeypatch.setattr(stepper, "CHUNK", 1000)
        whole = session(using, history_memory=2**24)
        monkeypatch.setattr(stepper, "CHUNK", FEW)
        assert chunked.program.method.chunked
        assert not whole.program.method.chunked
        return chunked, whole

    @pytest.mark.parametrize(
        "using",
        [
            method(batch_size="full", l1=0.01, l2=0.1),
            method({"output": "sigmoid"}, {"class_weighting": True}, batch_size=120),
            method({"output": "sigmoid"}, batch_size="full", loss="quadratic", momentum=0.9),
            method(data={"oversampling": True}, batch_size="full", gradient_clipping=0.1),
            method(data={"augmentation": {"rotation": 15}}, batch_size=101),
            method({"output": "sigmoid"}, {"target_digit": 4}, batch_size="full"),
        ],
    )  # fmt: skip
    def test_it_comes_to_the_same(self, using: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
        chunked, whole = self.pair(using, monkeypatch)
        for _ in range(4):
            chunked.step_batch()
            monkeypatch.setattr(stepper, "CHUNK", 1000)
            whole.step_batch()
            monkeypatch.setattr(stepper, "CHUNK", FEW)
        assert chunked.position == whole.position
        np.testing.assert_allclose(chunked.state.flat, whole.state.flat, rtol=1e-3, atol=2e-6)
        one, other = chunked.history.rows, whole.history.rows
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
        assert one[:, 1].tolist() == other[:, 1].tolist(), "accuracy counts every chunk"
        assert one[:, 3].tolist() == other[:, 3].tolist(), "so does the number of samples"

    def test_what_one_sees_is_the_last_chunk(self) -> None:
        run = session(recipe(batch_size="full"), history_memory=2**24)
        order = run.schedule.indices(1, 0)
        run.step_operation()
        context = run.snapshot(Activity.PAUSED).computed.context
        assert (context.samples, context.start) == (135, 100)
        assert context.indices.tolist() == order[100:].tolist()
        run.step_batch()
        computed = run.snapshot(Activity.PAUSED).computed
        assert computed.tensors["a0"].shape == (35, 784)
        # A mean over 135, of which 35 are here and the rest is what the chunks before came to.
        own = float(computed.tensors["l"].astype(np.float64).sum()) / 135
        assert run.history.curves.loss[0] == pytest.approx(own + float(computed.tensors["sumL"]))

    def test_each_chunk_has_masks_of_its_own(self) -> None:
        using = method({"dropout": 0.5}, batch_size=100)
        run = session(using)
        seen = []
        add_up = run.program.add_up

        class Spy:
            def __init__(self) -> None:
                self.program = run.program

            def __getattr__(self, name: str) -> object:
                return getattr(self.program, name)

            def add_up(self, tensors: object) -> None:
                seen.append(tensors["mask1"].copy())  # type: ignore[index]
                add_up(tensors)  # type: ignore[arg-type]

        run._stepper.program = Spy()  # type: ignore[assignment]
        run.step_operation()
        run.step_batch()
        last = run.snapshot(Activity.PAUSED).computed.tensors["mask1"]
        assert len(seen) == 1
        assert not np.array_equal(seen[0], last)

    def test_a_smaller_last_batch_that_fits_one_chunk(self) -> None:
        run = session(recipe(batch_size=100))
        run.step_batch()
        run.step_batch()
        context = run._stepper.context
        assert (len(context.indices), context.samples, context.start) == (35, 0, 0)
        tensors = run._stepper.tensors
        right = (tensors["p"].argmax(axis=1) == tensors["y"].argmax(axis=1)).sum()
        assert run.history.rows[1, [1, 3]].tolist() == [right / 35, 35]


class TestOversampling:
    def test_an_epoch_is_that_many_samples(self) -> None:
        run = session(method(data={"oversampling": True}))
        counts = np.bincount(run.dataset["train"].labels)
        assert run.schedule.samples == counts.max() * 10
        run.step_epoch()
        assert run.history.samples == counts.max() * 10


class TestClassWeighting:
    def test_the_loss_is_the_weighted_mean(self) -> None:
        run = session(method({"output": "sigmoid"}, {"target_digit": 4, "class_weighting": True}))
        run.step_batch()
        tensors = run._stepper.tensors
        yes = run.dataset["train"].labels == 4
        weights = np.where(tensors["y"][:, 0] == 1, 135 / (2 * yes.sum()), 135 / (2 * (~yes).sum()))
        assert run.history.curves.loss[0] == pytest.approx((weights * tensors["l"]).mean())

    def test_evaluation_weighs_all_alike(self) -> None:
        plain = method({"output": "sigmoid"}, {"target_digit": 4})
        weighted = method({"output": "sigmoid"}, {"target_digit": 4, "class_weighting": True})
        one, other = session(plain), session(weighted)
        assert np.array_equal(one.state.flat, other.state.flat)
        assert one.evaluate("test").loss == other.evaluate("test").loss
        one.step_batch()
        other.step_batch()
        assert one.history.curves.loss[0] != other.history.curves.loss[0]


def test_only_training_drops_distorts_and_weighs() -> None:
    """The probe and the evaluation are of the plain network with the same parameters."""
    run = finish(session(METHODS["adam"]))
    plain = session(method())
    for name, parameter in plain.state.tensors.items():
        parameter[...] = run.state.tensors[name]
    image = CLUSTERS["test"].images[0]
    assert np.array_equal(run.probe(image, 1).probabilities, plain.probe(image, 1).probabilities)
    assert run.evaluate("test").loss == plain.evaluate("test").loss
    context = replace(run._stepper.context)
    assert context.rates.dropout == (0.3, 0.2)
