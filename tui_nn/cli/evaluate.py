"""``tui-nn evaluate``: measure a saved network."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.output import print_json, print_table, tell_what_was_read
from tui_nn.cli.parameters import data_option, json_option

if TYPE_CHECKING:
    from tui_nn.training.evaluation import Evaluation


@click.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@data_option("what it was trained on")
@json_option
def evaluate_command(file: Path, data: str | None, as_json: bool) -> None:
    """Measure a saved network.

    FILE is what `tui-nn train --save` wrote; it is measured on the test split of a data set.
    """
    import numpy as np

    from tui_nn.data.sources import load
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.evaluation import Evaluator
    from tui_nn.training.recipe.wanted_data import fitted
    from tui_nn.training.storage.checkpoint import load_checkpoint

    saved = load_checkpoint(file)
    dataset = load(data or saved.recipe.data.name)
    recipe = saved.recipe.on(dataset.name)
    dataset = fitted(recipe, dataset)
    tell_what_was_read(dataset)
    counts = saved.recipe.data.split
    if counts and sum(counts) <= sum(map(len, dataset.splits.values())):
        # Else digits that it was trained on would count as a test.
        dataset = dataset.divided(saved.recipe.training.seed, counts)
    # The threads that it was trained with give the figures that training gave, to the last bit.
    pin_threads(saved.threads)
    with np.errstate(all="ignore"):
        program, task = recipe.program(), recipe.task
        test = recipe.altered(dataset)["test"]
        found = Evaluator(program, saved.state, test, task, recipe.rates).run()
    if as_json:
        judged = not task.is_numeric
        print_json(
            {
                "accuracy": found.accuracy if judged else None,
                "loss": found.loss,
                "confusion": found.confusion.tolist() if judged else None,
            }
        )
    else:
        count = len(saved.edits)
        edits = f", {count} edit{'' if count == 1 else 's'}" if count else ""
        click.echo(
            f"{saved.recipe.name}, step {saved.step:,}{edits}, "
            f"on {len(dataset['test']):,} test {dataset.form.nouns[1]} of {dataset.name}"
        )
        if task.is_numeric:
            click.echo(f"loss {found.loss:.6f}; outputs are to be numbers: none is right or wrong")
            return
        click.echo(f"accuracy {found.accuracy:.2%}, loss {found.loss:.4f}\n")
        _print_confusion(found)


def _print_confusion(found: "Evaluation") -> None:
    names = found.task.names
    click.echo("Rows: what it is. Columns: what the network said.")
    rows = [("", *names, "right")]
    for label, row in enumerate(found.confusion):
        count = int(row.sum())
        right = f"{row[label] / count:.1%}" if count else "-"
        rows.append((names[label], *(str(said) if said else "." for said in row), right))
    print_table(rows, ">" * len(rows[0]))
