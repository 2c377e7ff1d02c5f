"""What is said of data that have been loaded."""

from pathlib import PurePath

from tui_nn.data.dataset import Dataset


def loaded_words(dataset: Dataset) -> str:
    """Return what is said when other data have been loaded."""
    sizes = ", ".join(f"{len(each):,} {name}" for name, each in dataset.splits.items())
    run = f"A new run on {PurePath(dataset.name).name}: {dataset.said or sizes}."
    return " ".join([*(f"Look: {each}." for each in dataset.warnings), run])
