"""A process for each contestant and thread count, which waits on a pipe until it is told to work.

The frameworks' thread pools would get in each other's way in one process.
"""

import multiprocessing
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from tests.benchmarks.frameworks.contest import SEED, Contestant, Piece, Row, digits
from tests.benchmarks.frameworks.ours import Ours
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError

MODULES = {
    "tui-nn": "ours",
    "PyTorch": "pytorch",
    "PyTorch fused": "pytorch_fused",
    "PyTorch NHWC": "pytorch_channels_last",
    "scikit-learn": "scikit",
}
PEAK_SIZE = 2048  # rows and columns of the matrices; 17 GFLOP a product
SETTLE = 0.25  # seconds; OpenBLAS' threads spin for half of it before they fall asleep


class Worker:
    """The near end of a process.

    Attributes:
        name: The contestant's.
        threads: How many it may use.
    """

    def __init__(self, name: str, threads: int, data: str | None) -> None:
        self.name, self.threads = name, threads
        # Spawned, not forked: a copy of somebody's thread pool would be no pool at all.
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=serve, args=(far, name, threads, data), daemon=True)
        self._process.start()
        far.close()

    def prepare(self, row: Row) -> str:
        """Make a new network; return why that cannot be, or ""."""
        return str(self._ask("prepare", row))

    def train(self, seconds: float) -> Piece:
        """Train for about so long."""
        return Piece(*self._ask("train", seconds))

    def epoch(self) -> Piece:
        """Train for an epoch."""
        return Piece(*self._ask("epoch"))

    def accuracy(self) -> float:
        """Return the share of the test digits that are right."""
        return float(self._ask("accuracy"))

    def parts(self, seconds: float) -> dict[str, float]:
        """Return where the time of a step goes, in µs; asked of tui-nn alone, and last."""
        return dict(self._ask("parts", seconds))

    def peak(self, seconds: float) -> float:
        """Return the fastest large matrix product, in GFLOP/s; 0 where there is none to time."""
        return float(self._ask("peak", seconds))

    def close(self) -> None:
        """Let the process end."""
        self._pipe.send(None)
        self._process.join()

    def _ask(self, *request: object) -> Any:
        time.sleep(SETTLE)
        self._pipe.send(request)
        return self._pipe.recv()


class Desk:
    """The far end: does what the near end asks for."""

    def __init__(self, name: str, threads: int, data: str | None) -> None:
        self._module = import_module(f"tests.benchmarks.frameworks.{MODULES[name]}")
        self._threads = threads
        self._dataset = digits(data)
        self._contestant: Contestant

    def prepare(self, row: Row) -> str:
        try:
            dataset = load(row.world).with_validation(SEED) if row.world else self._dataset
            self._contestant = self._module.contestant(row, dataset, self._threads)
        except TuiNNError as error:
            return str(error)
        return ""

    def train(self, seconds: float) -> Piece:
        return self._contestant.train(seconds)

    def epoch(self) -> Piece:
        return self._contestant.epoch()

    def accuracy(self) -> float:
        return self._contestant.accuracy()

    def parts(self, seconds: float) -> dict[str, float]:
        assert isinstance(self._contestant, Ours)
        return self._contestant.parts(seconds)

    def peak(self, seconds: float) -> float:
        if not hasattr(self._module, "product"):
            return 0.0
        product: Callable[[], object] = self._module.product(PEAK_SIZE, self._threads)
        taken, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end:
            started = time.perf_counter()
            product()
            taken.append(time.perf_counter() - started)
        return 2 * PEAK_SIZE**3 / min(taken) / 1e9


def serve(pipe: Connection, name: str, threads: int, data: str | None) -> None:
    """Answer until told to end."""
    desk = Desk(name, threads, data)
    while (request := pipe.recv()) is not None:
        method, *arguments = request
        pipe.send(getattr(desk, method)(*arguments))
