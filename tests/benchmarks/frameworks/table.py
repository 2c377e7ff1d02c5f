"""The table that ``make bench`` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from threadpoolctl import threadpool_info

from tests.benchmarks.frameworks.contest import Row
from tui_nn.data.dataset import Dataset
from tui_nn.nn.threads import available_cores

# How many times as fast as another tui-nn is to be.
WANTED = {
    ("PyTorch", "sgd"): 1.3,
    ("scikit-learn", "sgd"): 2.0,
    ("PyTorch", "adam"): 1.1,
}
COLUMNS = "{:16} {:>5}  {:9}  {:12}  {:>7}  {:>9}  {:>7}  {:>11}  {:>12}"
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
        return WANTED.get((self.name, self.row.optimizer))


def header(dataset: Dataset, peak: Mapping[int, float]) -> str:
    """Return the facts of the machine, and the names of the columns."""
    blas = next(each for each in threadpool_info() if each["user_api"] == "blas")
    of_peak = ", ".join(f"{rate:.0f} with {count}" for count, rate in peak.items())
    return "\n".join(
        (
            f"{dataset.name}, {len(dataset['train']):,} digits to train on, float32",
            f"NumPy {version('numpy')} ({blas['internal_api']} {blas['version']} "
            f"{blas['architecture']}), PyTorch {version('torch')}, "
            f"scikit-learn {version('scikit-learn')}; {available_cores()} cores",
            f"peak, in GFLOP/s of a large matrix product: {of_peak} threads",
            "",
            COLUMNS.format(*NETWORK, *FIGURES),
        )
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


def footer(results: list[Result]) -> str:
    """Return how often tui-nn was as fast as it is to be."""
    judged = [(each.ratio, each.wanted) for each in results if each.ratio and each.wanted]
    met = sum(ratio >= wanted for ratio, wanted in judged)
    return f"\n{met} of {len(judged)} ratios are as wanted."


def _figures(result: Result, peak: Mapping[int, float]) -> tuple[str, ...]:
    if result.refused:
        return result.name, "–", "not offered", "", "", ""
    share = result.pace * result.row.operations / 1e9 / peak[result.threads]
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    if result.ratio is not None and result.wanted is not None:
        ratio += f" {'≥' if result.ratio >= result.wanted else '<'} {result.wanted}"
    reached = "–"
    if result.seconds is not None:
        reached = f"{result.seconds:.2f} s ({result.epochs})"
    return result.name, str(result.threads), f"{result.pace:,.0f}", f"{share:.0%}", ratio, reached
