"""scikit-learn's MLPClassifier on float32, an epoch a call of ``partial_fit``.

``fit`` with ``warm_start`` would do the same work, but begin Adam's moments anew every epoch.
"""

import time
from itertools import cycle

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from tests.benchmarks.frameworks.contest import SEED, Contestant, Piece, Row, arrays
from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError

SLICE = 100  # batches a call where an epoch would take too long to be interrupted


class HeClassifier(MLPClassifier):  # type: ignore[misc]
    """The classifier as it is, but for its first weights, which would be Glorot's."""

    def _init_coef(self, fan_in: int, fan_out: int, dtype: type) -> tuple[np.ndarray, np.ndarray]:
        weights = self._random_state.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
        return weights.astype(dtype), np.zeros(fan_out, dtype)


class ScikitLearn:
    """A classifier, which shuffles what it is given."""

    def __init__(self, row: Row, dataset: Dataset) -> None:
        self._x, self._y = arrays(dataset["train"])
        self._test = arrays(dataset["test"])
        self._classes = range(dataset.form.labels)
        self._model = HeClassifier(
            hidden_layer_sizes=row.layers[1:-1],
            solver=row.optimizer,
            alpha=0,
            batch_size=row.batch_size,
            learning_rate_init=row.learning_rate,
            momentum=0,
            nesterovs_momentum=False,
            # A generator, as a number would give every call the same order.
            random_state=np.random.RandomState(SEED),
        )
        size = SLICE * row.batch_size
        starts = range(0, max(len(self._x) - size, 0) + 1, size)
        self._slices = cycle(slice(start, start + size) for start in starts)

    def train(self, seconds: float) -> Piece:
        done, end = Piece(0, 0.0), time.perf_counter() + seconds
        while time.perf_counter() < end:
            samples, taken = self._fit(next(self._slices))
            done = Piece(done.samples + samples, done.seconds + taken)
        return done

    def epoch(self) -> Piece:
        return self._fit(slice(None))

    def accuracy(self) -> float:
        return float(self._model.score(*self._test))

    def _fit(self, part: slice) -> Piece:
        x, y = self._x[part], self._y[part]
        started = time.perf_counter()
        self._model.partial_fit(x, y, classes=self._classes)
        return Piece(len(x), time.perf_counter() - started)


def contestant(row: Row, dataset: Dataset, threads: int) -> Contestant:
    """Return scikit-learn, ready to train.

    Raises:
        TuiNNError: It does not offer what the row asks for.
    """
    if row.is_convolved:
        raise TuiNNError("there is no convolution")
    sklearn.set_config(assume_finite=True)  # spares it a look at all the pixels every call
    threadpool_limits(threads)
    return ScikitLearn(row, dataset)
