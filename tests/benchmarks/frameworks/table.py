"""The table that ``make bench`` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from threadpoolctl import threadpool_info

from tests.benchmarks.frameworks.contest import Row
from tui_nn.data.dataset import Dataset
from tui_nn.nn.threads import available_cores

# How many times as fast as another tui-nn is to be, by its layers and its optimiser.
WANTED = {
    ("784-128-10", "sgd"): {"PyTorch": 1.8},
    ("784-512-256-10", "sgd"): {"PyTorch": 1.3},
    ("784-532-10", "sgd"): {"PyTorch": 1.2},
    ("784-128-10", "adam"): {"PyTorch": 2.2, "PyTorch fused": 2.2},
    ("784-512-256-10", "adam"): {"PyTorch": 1.5, "PyTorch fused": 1.0},
    ("784-532-10", "adam"): {"PyTorch": 1.3, "PyTorch fused": 1.3},
    ("2-8-8-1", "sgd"): {"PyTorch": 5.0},
    ("2-8-8-1", "adam"): {"PyTorch": 5.0},
    ("lenet-5", "sgd"): {"PyTorch": 1.2, "PyTorch NHWC": 1.2},
    ("tiny-cnn", "sgd"): {"PyTorch": 1.3, "PyTorch NHWC": 1.3},
}
WANTED_OF_SCIKIT = 2.0
COLUMNS = "{:16} {:>5}  {:9}  {:13}  {:>7}  {:>9}  {:>7}  {:<21}  {:>12}"
NETWORK = ("network", "batch", "optimizer")
FIGURES = ("by", "threads", "samples/s", "of peak", "tui-nn ÷ it", "to 97 %")


@dataclass
class Result:
    """What one contestant did in one row.

    Attributes:
        row: The network, and how it was trained.
        name: The contestant's.
        threads: With how many it was fastest.
        pace: Samples/s, the median of the rounds.
        ratio: tui-nn's pace in units of this one's; None for tui-nn itself.
        seconds: Of training until 97 %; None where it was not reached.
        epochs: Likewise.
        refused: Why it did not train.
    """

    row: Row
    name: str
    threads: int = 0
    pace: float = 0.0
    ratio: float | None = None
    seconds: float | None = None
    epochs: int | None = None
    refused: str = ""

    @property
    def wanted(self) -> float | None:
        """The least ratio that would do."""
        if self.name == "scikit-learn":
            return WANTED_OF_SCIKIT
        return WANTED[self.row.network, self.row.optimizer].get(self.name)

    @property
    def fell_short(self) -> bool:
        """Whether tui-nn is not as fast as it is to be."""
        return None not in (self.ratio, self.wanted) and self.ratio < self.wanted


def header(dataset: Dataset, peak: Mapping[int, float]) -> str:
    """Return the facts of the machine, and the names of the columns."""
    of_peak = ", ".join(f"{rate:.0f} with {count}" for count, rate in peak.items())
    return "\n".join(
        (
            *facts(dataset),
            f"peak, in GFLOP/s of a large matrix product: {of_peak} threads",
            "",
            COLUMNS.format(*NETWORK, *FIGURES),
        )
    )


def facts(dataset: Dataset) -> tuple[str, str]:
    """Return what was trained on, and with what."""
    blas = next(each for each in threadpool_info() if each["user_api"] == "blas")
    return (
        f"{dataset.name}, {len(dataset['train']):,} digits to train on, float32",
        f"NumPy {version('numpy')} ({blas['internal_api']} {blas['version']} "
        f"{blas['architecture']}), PyTorch {version('torch')}, "
        f"scikit-learn {version('scikit-learn')}; {available_cores()} cores",
    )


def lines(results: list[Result], peak: Mapping[int, float]) -> str:
    """Return a row of the table, a line a contestant."""
    row = results[0].row
    # The network stands beside its first contestant only.
    left = [(row.network, row.batch_size, row.optimizer), *[("", "", "")] * (len(results) - 1)]
    return "\n".join(
        COLUMNS.format(*cells, *_figures(result, peak)).rstrip()
        for cells, result in zip(left, results, strict=True)
    )


def whereabouts(parts: Mapping[str, float]) -> str:
    """Return where the time of a step of tui-nn goes, in µs."""
    total = sum(parts.values())
    by_size = sorted(parts.items(), key=lambda part: -part[1])
    words = ", ".join(f"{name} {taken:.0f}" for name, taken in by_size)
    return f"{'':16} of tui-nn's {total:,.0f} µs a step with 1 thread: {words}"


def footer(results: list[Result]) -> str:
    """Return how often tui-nn was as fast as it is to be."""
    judged = [each for each in results if each.ratio and each.wanted]
    met = sum(not each.fell_short for each in judged)
    return f"\n{met} of {len(judged)} ratios are as wanted."


def _figures(result: Result, peak: Mapping[int, float]) -> tuple[str, ...]:
    if result.refused:
        return result.name, "–", "not offered", "", "", ""
    share = result.pace * result.row.operations / 1e9 / peak[result.threads]
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    if result.ratio is not None and result.wanted is not None:
        ratio += f" < {result.wanted} fell short" if result.fell_short else f" ≥ {result.wanted}"
    reached = "–"
    if result.seconds is not None:
        reached = f"{result.seconds:.2f} s ({result.epochs})"
    return result.name, str(result.threads), f"{result.pace:,.0f}", f"{share:.0%}", ratio, reached
