"""What a jump costs: ``g`` to a random place of a run, and ``B``, with the memory they take.

Run it as ``python -m tests.benchmarks.time_travel [DATA]``.
"""

import argparse
import time
from collections.abc import Callable

import msgspec
import numpy as np

from tui_nn.data.sources import load
from tui_nn.nn.threads import pin_threads
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place
from tui_nn.training.stepping.timeline import DEFAULT_MEMORY

JUMPS = 100
NETWORKS = {"default": ([784, 64, 32, 10], 5), "large": ([784, 512, 256, 10], 2)}


def seconds(moves: list[Callable[[], object]]) -> np.ndarray:
    """Return how long each of some moves takes."""
    taken = []
    for move in moves:
        started = time.perf_counter()
        move()
        taken.append(time.perf_counter() - started)
    return np.array(taken)


def report(name: str, layers: list[int], epochs: int, data: str) -> None:
    """Train a network, jump about in its run, and print what that cost."""
    recipe = load_recipe("default")
    recipe = msgspec.structs.replace(recipe, network=NetworkSection(layers=layers))
    session = Session(recipe, load(data), history_memory=DEFAULT_MEMORY)
    pin_threads(session.threads)
    for _ in range(epochs):
        session.step_epoch()
    random, length = np.random.default_rng(0), len(session.history)
    places = [(int(random.integers(length)), int(random.integers(22))) for _ in range(JUMPS)]
    jumps = seconds([lambda place=place: session.go_to(Place(*place)) for place in places])
    session.go_to(Place(length))
    session.back_batch()
    backs = seconds([session.back_batch] * JUMPS)
    kept = session._timeline
    assert kept is not None
    print(f"{name} {layers}, {epochs} epochs of {data}: {length} steps")
    for what, taken in (("g", jumps), ("B", backs)):
        middle, late, most = np.percentile(taken, [50, 99, 100]) * 1e3
        print(f"  {what}: p50 {middle:.1f} ms, p99 {late:.1f} ms, max {most:.1f} ms")
    print(f"  copies: {kept.nbytes / 2**20:.0f} of {DEFAULT_MEMORY / 2**20:.0f} MiB")


def main() -> None:
    """Report on a small and a large network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", default="embedded", help="data set, such as mnist")
    options = parser.parse_args()
    for name, (layers, epochs) in NETWORKS.items():
        report(name, layers, epochs, options.data)


if __name__ == "__main__":
    main()
