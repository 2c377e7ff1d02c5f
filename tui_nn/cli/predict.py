"""``tui-nn predict``: the labels of samples that have none."""

import csv
import io
from pathlib import Path

import click

from tui_nn.cli.parameters import OUTPUT, data_option
from tui_nn.errors import TuiNNError
from tui_nn.files import make_sure_of_folder, write_file


@click.command("predict")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@data_option(None)
@click.option("--out", type=OUTPUT, metavar="FILE.csv", help="Write here instead of to stdout.")
def predict_command(file: Path, data: str, out: Path | None) -> None:
    """Write what a saved network says of images.

    FILE is what `tui-nn train --save` wrote. The images may be without labels, as the test.csv of
    a competition. The output is its form: ImageId,Label, counted from 1. Of a network whose
    outputs are to be numbers, they are what is written.
    """
    if out:
        make_sure_of_folder(out)

    import numpy as np

    from tui_nn.data.dataset import Dataset, Split
    from tui_nn.data.sources import load_unlabelled
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.evaluation import Evaluator
    from tui_nn.training.runs.library import run_path
    from tui_nn.training.storage.checkpoint import load_checkpoint

    saved = load_checkpoint(run_path(str(file)))
    part = load_unlabelled(data)
    recipe, form, count = saved.recipe, part.form, len(part.images)
    words = f"{count:,} {form.nouns[1] if count != 1 else form.nouns[0]}"
    click.echo(f"{data}: {', '.join((words, *part.remarks))}", err=True)
    pin_threads(saved.threads)
    with np.errstate(all="ignore"):
        if (form.shape, form.plain) != (recipe.form.shape, recipe.form.plain):
            raise TuiNNError(f"{file} was trained on {recipe.form.words}, not {form.words}")
        task = recipe.task
        unknown = Split(part.images, np.zeros(count, np.uint8), recipe.form)
        read = recipe.altered(Dataset(data, {"train": unknown, "test": unknown}))["test"]
        found = Evaluator(recipe.program(), saved.state, read, task, recipe.rates).run()
    heading = ["ImageId", *(task.names if task.is_numeric else ["Label"])]
    said = found.outputs.tolist() if task.is_numeric else [[task.names[at]] for at in found.said]
    lines = io.StringIO(newline="")
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(heading)
    rows.writerows([at, *row] for at, row in enumerate(said, start=1))
    text = lines.getvalue()
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)
