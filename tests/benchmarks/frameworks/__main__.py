"""How fast tui-nn trains, beside eager PyTorch and scikit-learn's MLPClassifier.

``make bench``. Every contestant trains the same networks on the same digits, each at its best of
one and two threads. They take turns, a short piece each, so that whatever else the machine does
meets all of them; compare the ratios, not the figures of different runs. Then each trains from the
beginning until it is right on 97 % of the test digits; looking whether it is costs it nothing.
"""

import argparse
import json
import statistics
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.frameworks import readme
from tests.benchmarks.frameworks.contest import FUSED, ROWS, Piece, Row, digits
from tests.benchmarks.frameworks.table import Result, facts, footer, header, lines, whereabouts
from tests.benchmarks.frameworks.worker import MODULES, Worker
from tui_nn.nn.threads import available_cores

ACCURACY = 0.97
MOST_EPOCHS = 15

Rates = dict[Worker, list[float]]


def in_turn(workers: list[Worker], turn: int) -> list[Worker]:
    """Return the workers, another one first each turn: none always meets a hot machine."""
    first = turn % len(workers)
    return [*workers[first:], *workers[:first]]


def peaks(workers: list[Worker], rounds: int, seconds: float) -> dict[int, float]:
    """Return the fastest matrix product with each number of threads, whoever's library it is."""
    found: dict[int, float] = {}
    for _ in range(rounds):
        for worker in workers:
            found[worker.threads] = max(found.get(worker.threads, 0.0), worker.peak(seconds))
    return found


def rates(workers: list[Worker], rounds: int, seconds: float) -> Rates:
    """Return each worker's samples/s, round by round."""
    found: Rates = {worker: [] for worker in workers}
    for worker in workers:
        worker.train(seconds / 4)  # buffers touched for the first time, kernels chosen
    for turn in range(rounds):
        for worker in in_turn(workers, turn):
            piece = worker.train(seconds)
            found[worker].append(piece.samples / piece.seconds)
    return found


def best_of_each(found: Rates) -> list[Worker]:
    """Return each contestant's worker with the better number of threads."""
    best: dict[str, Worker] = {}
    for worker, paces in found.items():
        rival = best.get(worker.name)
        if rival is None or statistics.median(paces) > statistics.median(found[rival]):
            best[worker.name] = worker
    return list(best.values())


def until_good(workers: list[Worker], row: Row, most_epochs: int) -> dict[str, list[Piece] | None]:
    """Return the epochs that each needed to be right often enough, or None if it was not."""
    epochs: dict[str, list[Piece]] = {worker.name: [] for worker in workers}
    good: set[str] = set()
    for worker in workers:
        worker.prepare(row)
    for turn in range(most_epochs):
        for worker in in_turn(workers, turn):
            if worker.name not in good:
                epochs[worker.name].append(worker.epoch())
                if worker.accuracy() >= ACCURACY:
                    good.add(worker.name)
    return {name: pieces if name in good else None for name, pieces in epochs.items()}


def measure(row: Row, workers: list[Worker], options: argparse.Namespace) -> list[Result]:
    """Return what a row comes to, a result a contestant."""
    if row.optimizer not in FUSED:
        workers = [worker for worker in workers if worker.name != "PyTorch fused"]
    if not row.is_convolved:
        workers = [worker for worker in workers if worker.name != "PyTorch NHWC"]
    refused = {worker.name: why for worker in workers if (why := worker.prepare(row))}
    racing = [worker for worker in workers if worker.name not in refused]
    found = rates(racing, options.rounds, options.seconds)
    best = best_of_each(found)
    epochs = until_good(best, row, options.epochs)
    paces = {worker.name: found[worker] for worker in best}
    threads = {worker.name: worker.threads for worker in best}
    results = []
    for name in dict.fromkeys(worker.name for worker in workers):
        if name in refused:
            results.append(Result(row, name, refused=refused[name]))
            continue
        result = Result(row, name, threads[name], statistics.median(paces[name]))
        if "tui-nn" in paces and name != "tui-nn":
            # Within a round, as the next one may find the machine busier.
            pairs = zip(paces["tui-nn"], paces[name], strict=True)
            result.ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        if (pieces := epochs[name]) is not None:
            result.seconds = sum(piece.seconds for piece in pieces)
            result.epochs = len(pieces)
        results.append(result)
    return results


def parsed() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="a set or path [MNIST where it is here, else embedded]")
    parser.add_argument("--rows", default="", metavar="TEXT", help="only rows with this in them")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=0.7, help="of each in each round")
    parser.add_argument("--epochs", type=int, default=MOST_EPOCHS, help="to reach 97 %% in")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--quick", action="store_true", help="see whether it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.epochs = 1, 0.2, 1
    return options


def main() -> None:
    """Measure and print, row by row."""
    options = parsed()
    rows = [row for row in ROWS if options.rows in row.name]
    dataset = digits(options.data)
    threads = range(1, min(2, available_cores()) + 1)
    workers = [Worker(name, count, options.data) for count in threads for name in MODULES]
    peak = peaks(workers, options.rounds, options.seconds / 2)
    print(header(dataset, peak), flush=True)
    results: list[Result] = []
    for row in rows:
        measured = measure(row, workers, options)
        print(lines(measured, peak), flush=True)
        print(whereabouts(workers[0].parts(options.seconds)), flush=True)
        results += measured
    print(footer(results), flush=True)
    if options.readme:
        readme.write(results, facts(dataset))
    for worker in workers:
        worker.close()
    if options.json:
        figures = {"peak": peak, "results": [asdict(result) for result in results]}
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
