"""PyTorch with the channels innermost, which its convolutions on a CPU prefer."""

import torch

from tests.benchmarks.frameworks.contest import Contestant, Row
from tests.benchmarks.frameworks.pytorch import PyTorch
from tui_nn.data.dataset import Dataset


def contestant(row: Row, dataset: Dataset, threads: int) -> Contestant:
    """Return PyTorch, ready to train."""
    torch.set_num_threads(threads)
    return PyTorch(row, dataset, channels_last=True)
