"""PyTorch, eager, as somebody who knows it would write it for data that fits in memory."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise, takewhile

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from tests.benchmarks.frameworks.contest import SEED, Contestant, Piece, Row, arrays
from tui_nn.data.dataset import Dataset, Split

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
CHUNK = 1000  # test digits at a time


class PyTorch:
    """A Sequential. Batches are gathered from one tensor, without a DataLoader's overhead."""

    def __init__(self, row: Row, dataset: Dataset, fused: bool | None = None) -> None:
        torch.manual_seed(SEED)
        self._x, self._y = tensors(dataset["train"])
        self._test = tensors(dataset["test"])
        self._model = network(row.layers)
        self._optimizer = OPTIMIZERS[row.optimizer](
            self._model.parameters(), lr=row.learning_rate, fused=fused
        )
        self._is_binary = row.is_binary
        if row.is_binary:
            self._y = self._y.float()[:, None]
        self._loss = binary_cross_entropy_with_logits if row.is_binary else cross_entropy
        self._batch_size = row.batch_size
        self._stream = self._batches()

    def train(self, seconds: float) -> Piece:
        end = time.perf_counter() + seconds
        return self._train(takewhile(lambda _: time.perf_counter() < end, self._stream))

    def epoch(self) -> Piece:
        return self._train(islice(self._stream, -(-len(self._x) // self._batch_size)))

    @torch.no_grad()
    def accuracy(self) -> float:
        x, y = self._test
        outputs = torch.cat([self._model(chunk) for chunk in x.split(CHUNK)])
        said = outputs[:, 0] > 0 if self._is_binary else outputs.argmax(dim=1)
        return float((said == y).float().mean())

    def _batches(self) -> Iterator[Tensor]:
        while True:
            yield from torch.randperm(len(self._x)).split(self._batch_size)

    def _train(self, batches: Iterable[Tensor]) -> Piece:
        samples, started = 0, time.perf_counter()
        for batch in batches:
            x, y = self._x.index_select(0, batch), self._y.index_select(0, batch)
            self._optimizer.zero_grad(set_to_none=True)
            self._loss(self._model(x), y).backward()
            self._optimizer.step()
            samples += len(batch)
        return Piece(samples, time.perf_counter() - started)


def tensors(split: Split) -> tuple[Tensor, Tensor]:
    """Return a split as pixels and labels."""
    pixels, labels = arrays(split)
    return torch.from_numpy(pixels), torch.from_numpy(labels)


def network(layers: tuple[int, ...]) -> nn.Sequential:
    """Return the network with He's weights, no ReLU behind its last layer."""
    modules: list[nn.Module] = []
    for fan_in, fan_out in pairwise(layers):
        linear = nn.Linear(fan_in, fan_out)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def contestant(row: Row, dataset: Dataset, threads: int) -> Contestant:
    """Return PyTorch, ready to train."""
    torch.set_num_threads(threads)
    return PyTorch(row, dataset)


def product(size: int, threads: int) -> Callable[[], object]:
    """Return a product of two square matrices, to be timed."""
    torch.set_num_threads(threads)
    matrix = torch.ones(size, size)
    return lambda: matrix @ matrix
