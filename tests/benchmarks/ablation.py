"""What each kind of variation in the embedded digits is worth on real handwriting.

``python -m tests.benchmarks.ablation MNIST`` trains the default recipe on digits drawn with every
kind of variation, then on digits drawn with one kind at a time switched off, and tests each on
MNIST's test set. It takes ten minutes; ``--embedded`` instead tests the embedded digits
as they are, with the confusion matrix, in a minute.
"""

import argparse

import msgspec
import numpy as np
from msgspec.structs import fields, replace

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.handwriting.generator import SIZES, split_arrays
from tui_nn.data.handwriting.variation import Variation
from tui_nn.data.sources import load
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session


def trained(dataset: Dataset, seed: int) -> Session:
    """Train the default recipe to its end."""
    recipe = load_recipe("default")
    training = msgspec.structs.replace(recipe.training, seed=seed)
    session = Session(msgspec.structs.replace(recipe, training=training), dataset)
    while not session.finished:
        session.step_epoch()
    return session


def evaluations(dataset: Dataset, mnist: Split, seed: int) -> tuple[Evaluation, Evaluation]:
    """Return the result on the data set's own test digits, and on MNIST's."""
    session = trained(dataset, seed)
    return session.evaluate("test"), session.evaluate_on(mnist)


def drawn(variation: Variation, size: int) -> Dataset:
    """Draw a data set whose training digits number ``size``."""
    sizes = SIZES | {"train": size}
    splits = {each: Split(*split_arrays(each, sizes[each], variation)) for each in sizes}
    return Dataset("drawn", splits)


def report(name: str, dataset: Dataset, mnist: Split, seeds: int) -> np.ndarray:
    """Print one line of the table: means over the seeds, and how far the seeds lie apart."""
    results = [evaluations(dataset, mnist, seed) for seed in range(1, seeds + 1)]
    own, real = (np.array([result[which].accuracy for result in results]) for which in (0, 1))
    print(
        f"{name:12} own {own.mean():.4f} ± {own.std():.4f}   "
        f"MNIST {real.mean():.4f} ± {real.std():.4f}",
        flush=True,
    )
    return np.array([result[1].confusion for result in results])


def main() -> None:
    """Print the table, or the embedded digits' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mnist", help="MNIST as --data takes it: a name or a path")
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--size", type=int, default=10_000, help="training digits a row")
    parser.add_argument("--seeds", type=int, default=5, help="networks a row")
    options = parser.parse_args()
    mnist = load(options.mnist)["test"]
    if options.embedded:
        confusions = report("embedded", load("embedded"), mnist, options.seeds)
        print("seed 1, rows are true labels:", confusions[0], sep="\n")
        return
    everything = Variation()
    report("all kinds", drawn(everything, options.size), mnist, options.seeds)
    for field in fields(Variation):
        without = replace(everything, **{field.name: 0.0})
        report(f"– {field.name}", drawn(without, options.size), mnist, options.seeds)


if __name__ == "__main__":
    main()
