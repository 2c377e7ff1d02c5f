"""tui-nn, trained as ``tui-nn train`` does, with all that it writes down on its way."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec.structs import replace

from tests.benchmarks.frameworks.contest import SEED, Contestant, Piece, Row
from tui_nn.data.dataset import Dataset
from tui_nn.nn.threads import pin_threads
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.session.session import Session


class Ours:
    """A session. Validation, which belongs to its epochs, is not counted."""

    def __init__(self, row: Row, dataset: Dataset, threads: int) -> None:
        self._session = Session(recipe(row), dataset, threads=threads)
        pin_threads(threads)
        self._size, self._batch_size = len(self._session.dataset["train"]), row.batch_size

    def train(self, seconds: float) -> Piece:
        return self._train(seconds, np.iinfo(np.int64).max)

    def epoch(self) -> Piece:
        return self._train(np.inf, self._session.position.batches)

    def accuracy(self) -> float:
        return self._session.evaluate("test").accuracy

    def _train(self, seconds: float, steps: int) -> Piece:
        session, clock = self._session, time.perf_counter
        samples, validated, started = self._samples, session.validation_seconds, clock()
        while steps and clock() - started < seconds and not session.reason:
            session.step_batch(sparse=True)
            steps -= 1
        taken = clock() - started - (session.validation_seconds - validated)
        assert not session.reason, session.reason
        return Piece(self._samples - samples, taken)

    def parts(self, seconds: float) -> dict[str, float]:
        """Return the µs of a step by what they are spent on; asked last, as it slows training.

        Operations count by their kind; the record of a step, and the way from one operation to
        the next, are the rest.
        """
        spent: Counter[str] = Counter()
        stepper = self._session._stepper
        kinds = [type(each.kernel).__name__ for each in stepper.program.operations]

        def timed(kind: str, call: Callable[[Any], object]) -> Callable[[Any], None]:
            def timed_call(argument: Any) -> None:
                started = time.perf_counter()
                call(argument)
                spent[kind] += time.perf_counter() - started

            return timed_call

        binder = stepper._binder
        assert binder is not None
        for rows, bound in binder._by_rows.items():
            calls = tuple(map(timed, kinds, bound.calls))
            binder._by_rows[rows] = replace(bound, load=timed("loading", bound.load), calls=calls)
        step, taken = self._session.position.step, self.train(seconds).seconds
        spent["the rest"] = taken - spent.total()
        steps = self._session.position.step - step
        return {kind: 1e6 * each / steps for kind, each in spent.items()}

    @property
    def _samples(self) -> int:
        position = self._session.position
        return (position.epoch - 1) * self._size + (position.batch - 1) * self._batch_size


def recipe(row: Row) -> Recipe:
    """Return a row as a recipe without an end."""
    table = {
        "name": row.name,
        "data": {"name": row.world or "embedded"},
        "network": {
            "layers": list(row.layers),
            "activation": "relu",
            "initializer": "he",
            "output": "sigmoid" if row.is_binary else "softmax",
        },
        "training": {
            "optimizer": row.optimizer,
            "learning_rate": row.learning_rate,
            "momentum": row.momentum,
            "batch_size": row.batch_size,
            "epochs": 1_000_000,
            "seed": SEED,
        },
    }
    return from_table(table, row.name)


def contestant(row: Row, dataset: Dataset, threads: int) -> Contestant:
    """Return tui-nn, ready to train.

    Raises:
        TuiNNError: It does not offer what the row asks for.
    """
    return Ours(row, dataset, threads)


def product(size: int, threads: int) -> Callable[[], object]:
    """Return a product of two square matrices, to be timed."""
    pin_threads(threads)
    matrix = np.ones((size, size), np.float32)
    return lambda: matrix @ matrix
