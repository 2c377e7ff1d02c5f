"""``tui-nn evaluate``: how good a saved network is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.output import print_json, print_table
from tui_nn.cli.parameters import data_option, json_option

if TYPE_CHECKING:
    from tui_nn.training.evaluation import Evaluation


@click.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@data_option("what it was trained on")
@json_option
def evaluate_command(file: Path, data: str | None, as_json: bool) -> None:
    """Measure a saved network.

    FILE is what `tui-nn train --save` wrote; it is measured on the test digits of a data set.
    """
    import numpy as np

    from tui_nn.data.sources import load
    from tui_nn.nn.program import build
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.checkpoint import load_checkpoint
    from tui_nn.training.evaluation import Evaluator

    saved = load_checkpoint(file)
    dataset = load(data or saved.recipe.data.name)
    # The threads that it was trained with give the figures that training gave, to the last bit.
    pin_threads(saved.threads)
    with np.errstate(all="ignore"):
        found = Evaluator(build(saved.recipe.architecture()), saved.state, dataset["test"]).run()
    if as_json:
        print_json(
            {"accuracy": found.accuracy, "loss": found.loss, "confusion": found.confusion.tolist()}
        )
    else:
        click.echo(
            f"{saved.recipe.name}, step {saved.step:,}, on {len(dataset['test']):,} test digits "
            f"of {dataset.name}"
        )
        click.echo(f"accuracy {found.accuracy:.2%}, loss {found.loss:.4f}\n")
        _print_confusion(found)


def _print_confusion(found: "Evaluation") -> None:
    classes = range(len(found.confusion))
    click.echo("Rows: what it is. Columns: what the network said.")
    rows = [("", *map(str, classes), "right")]
    for label, row in enumerate(found.confusion):
        count = int(row.sum())
        right = f"{row[label] / count:.1%}" if count else "-"
        rows.append((str(label), *(str(said) if said else "." for said in row), right))
    print_table(rows, ">" * len(rows[0]))
