"""PyTorch, eager, as somebody who knows it would write it for data that fits in memory."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, takewhile

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from tests.benchmarks.frameworks.contest import SEED, Contestant, Piece, Row, arrays
from tui_nn.data.dataset import Dataset, Split
from tui_nn.nn.layers.conv2d import Conv2d
from tui_nn.nn.layers.dense import Dense
from tui_nn.nn.layers.flatten import Flatten
from tui_nn.nn.layers.layer import Layer, Place
from tui_nn.nn.layers.pooling import MaxPool2d

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
CHUNK = 1000  # test digits at a time


class PyTorch:
    """A Sequential. Batches are gathered from one tensor, without a DataLoader's overhead."""

    def __init__(
        self, row: Row, dataset: Dataset, fused: bool | None = None, channels_last: bool = False
    ) -> None:
        torch.manual_seed(SEED)
        self._x, self._y = tensors(dataset["train"])
        self._test = tensors(dataset["test"])
        if row.is_convolved:
            layout = torch.channels_last if channels_last else torch.contiguous_format
            shape = (-1, *row.architecture.inputs)
            self._x = self._x.reshape(shape).contiguous(memory_format=layout)
            x, y = self._test
            self._test = x.reshape(shape).contiguous(memory_format=layout), y
        self._model = network(row)
        if channels_last:
            self._model = self._model.to(memory_format=torch.channels_last)
        momentum = {"momentum": row.momentum} if row.momentum else {}
        self._optimizer = OPTIMIZERS[row.optimizer](
            self._model.parameters(), lr=row.learning_rate, fused=fused, **momentum
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


def network(row: Row) -> nn.Sequential:
    """Return the network with He's weights, layer by layer in the same order."""
    modules = [module(layer, place) for layer, place in row.architecture.placed]
    for each in modules:
        if isinstance(each, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(each.weight, nonlinearity="relu")
            nn.init.zeros_(each.bias)
    return nn.Sequential(*modules)


def module(layer: Layer, place: Place) -> nn.Module:
    """Return PyTorch's own of a layer."""
    match layer:
        case Dense(units):
            return nn.Linear(place.inputs[0], units)
        case Conv2d(units, window):
            return nn.Conv2d(place.inputs[0], units, window.size, window.stride, window.padding)
        case MaxPool2d(window):
            return nn.MaxPool2d(window.size, window.stride)
        case Flatten():
            return nn.Flatten()
    return nn.ReLU()


def contestant(row: Row, dataset: Dataset, threads: int) -> Contestant:
    """Return PyTorch, ready to train."""
    torch.set_num_threads(threads)
    return PyTorch(row, dataset)


def product(size: int, threads: int) -> Callable[[], object]:
    """Return a product of two square matrices, to be timed."""
    torch.set_num_threads(threads)
    matrix = torch.ones(size, size)
    return lambda: matrix @ matrix
