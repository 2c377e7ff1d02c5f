"""What watching costs: steps per second without a screen, and with one looking on.

``make bench``. The ways take turns, so that whatever else the machine does meets all of them;
compare the ratios, not the figures of different runs.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from msgspec.structs import replace

from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import load
from tui_nn.nn.threads import pin_threads
from tui_nn.training.recipe.recipe import Recipe, load_recipe
from tui_nn.training.runs.speed import SPEEDS
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session

FRAME = 0.1  # seconds between two snapshots

Way = Callable[[Session, float], None]


def alone(session: Session, seconds: float) -> None:
    """Train as ``tui-nn train`` does."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        session.step_batch()


def watched(session: Session, seconds: float) -> None:
    """Train in a thread, as the app does, with a snapshot pulled ten times a second."""
    trainer = TrainingWorker(session, on_snapshot=lambda: None)
    trainer.set_speed(SPEEDS[-1])
    trainer.run()
    trainer.start()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        time.sleep(FRAME)
        trainer.want_snapshot()
    trainer.close()


WAYS: dict[str, tuple[Way, bool]] = {
    "training alone": (alone, False),
    "keeping what was before": (alone, True),
    "watched at 10 Hz": (watched, True),
}


def steps_per_second(
    way: Way, keep_before: bool, recipe: Recipe, dataset: Dataset, seconds: float
) -> float:
    """Return the pace of one way of training, from the first step on."""
    session = Session(recipe, dataset, history_memory=2**26 if keep_before else 0)
    pin_threads(session.threads)
    started = time.perf_counter()
    way(session, seconds)
    return session.position.step / (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each way in each round")
    options = parser.parse_args()

    recipe, dataset = load_recipe(options.recipe), load("embedded")
    endless = replace(recipe, training=replace(recipe.training, epochs=10**9))
    names = list(WAYS)
    paces: dict[str, list[float]] = {name: [] for name in WAYS}
    for turn in range(options.rounds):
        # Each goes first in turn, so that none always meets a cold or a hot machine.
        first = turn % len(WAYS)
        for name in (*names[first:], *names[:first]):
            way, keep_before = WAYS[name]
            pace = steps_per_second(way, keep_before, endless, dataset, options.seconds)
            paces[name].append(pace)

    print(f"{recipe.name}, batch {recipe.training.batch_size}, {options.rounds} rounds")
    print(f"{'':<24} {'steps/s':>9} {'ratio':>7}")
    for name, found in paces.items():
        # Ratios are taken within a round: the next one may find the machine busier.
        ratio = statistics.median(
            one / bare for one, bare in zip(found, paces["training alone"], strict=True)
        )
        print(f"{name:<24} {statistics.median(found):>9,.0f} {ratio:>7.0%}")


if __name__ == "__main__":
    main()
