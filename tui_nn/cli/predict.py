"""``tui-nn predict``: the labels of samples that have none."""

from pathlib import Path

import click

from tui_nn.cli.parameters import OUTPUT, data_option
from tui_nn.files import make_sure_of_folder, write_file


@click.command("predict")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@data_option(None)
@click.option("--out", type=OUTPUT, metavar="FILE.csv", help="Write here instead of to stdout.")
def predict_command(file: Path, data: str, out: Path | None) -> None:
    """Write what a saved network says of images.

    FILE is what `tui-nn train --save` wrote. The images may be without labels, as the test.csv of
    a competition. The output is its form: ImageId,Label, counted from 1.
    """
    if out:
        make_sure_of_folder(out)

    import numpy as np

    from tui_nn.data.dataset import Split
    from tui_nn.data.sources import load_unlabelled
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.evaluation import Evaluator
    from tui_nn.training.runs.library import run_path
    from tui_nn.training.storage.checkpoint import load_checkpoint

    saved = load_checkpoint(run_path(str(file)))
    part = load_unlabelled(data)
    click.echo(f"{data}: {', '.join((f'{len(part.images):,} digits', *part.remarks))}", err=True)
    pin_threads(saved.threads)
    with np.errstate(all="ignore"):
        program, task = saved.recipe.program(), saved.recipe.task
        unknown = Split(part.images, np.zeros(len(part.images), np.uint8))
        said = Evaluator(program, saved.state, unknown, task).run().said
    lines = [f"{number},{task.names[label]}" for number, label in enumerate(said, start=1)]
    text = "\n".join(["ImageId,Label", *lines]) + "\n"
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)
