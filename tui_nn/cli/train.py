"""``tui-nn train``: a run without a screen."""

import csv
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.output import print_json
from tui_nn.cli.parameters import EPOCHS, OUTPUT, THREADS, data_option, json_option, seed_option
from tui_nn.errors import TuiNNError

if TYPE_CHECKING:
    from tui_nn.training.recipe import Recipe
    from tui_nn.training.session import Session


@click.command("train")
@click.argument("recipe")
@data_option("the recipe's")
@click.option(
    "--epochs",
    type=EPOCHS,
    metavar="N",
    help="Passes through the data.  [default: the recipe's]",
)
@seed_option
@click.option(
    "--threads",
    type=THREADS,
    metavar="N",
    help="Threads of the matrix products.  [default: what suits the network's size]",
)
@click.option("--save", type=OUTPUT, metavar="FILE.safetensors", help="Keep the network here.")
@click.option("--history", type=OUTPUT, metavar="FILE.csv", help="Keep every step's figures here.")
@json_option
def train_command(
    recipe: str,
    data: str | None,
    epochs: int | None,
    seed: int | None,
    threads: int | None,
    save: Path | None,
    history: Path | None,
    as_json: bool,
) -> int:
    """Train a network without a screen.

    RECIPE is a name or a file. The same recipe, seed, data and threads on the same kind of
    machine give the same network, bit for bit. A run that overflows stops by itself: it says
    where, and exits 1.
    """
    for path in filter(None, (save, history)):
        _make_sure_of_folder(path)

    from tui_nn.data.sources import load
    from tui_nn.training.checkpoint import Checkpoint, save_checkpoint
    from tui_nn.training.recipe import load_recipe
    from tui_nn.training.session import Session

    chosen = _overridden(load_recipe(recipe), data, epochs, seed)
    session = Session(chosen, load(chosen.data.name), threads=threads)
    seconds = _run(session)
    report = _report(session, seconds)
    if history:
        _write_history(history, session)
    if save and not session.reason:
        step = session.position.step
        save_checkpoint(save, Checkpoint(chosen, session.state, step, session.threads))
    if as_json:
        print_json(report)
    else:
        _print_summary(report)
    if session.reason:
        click.echo(f"tui-nn: stopped: {session.reason}", err=True)
    return 1 if session.reason else 0


def _make_sure_of_folder(path: Path) -> None:
    """Say before an hour of training, not after it, that its result cannot be kept.

    Raises:
        TuiNNError: The folder of the file is not there, or may not be written to.
    """
    if not path.parent.is_dir():
        raise TuiNNError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise TuiNNError(f"{path}: the folder {path.parent} may not be written to")


def _overridden(
    recipe: "Recipe", data: str | None, epochs: int | None, seed: int | None
) -> "Recipe":
    """Return the recipe as the command line wants it; what is saved then says what was run."""
    from msgspec.structs import replace

    training = recipe.training
    return replace(
        recipe,
        data=replace(recipe.data, name=data or recipe.data.name),
        training=replace(
            training,
            epochs=training.epochs if epochs is None else epochs,
            seed=training.seed if seed is None else seed,
        ),
    )


def _run(session: "Session") -> float:
    """Train to the end, or until something is not finite; return the seconds it trained."""
    from tqdm import tqdm

    from tui_nn.nn.threads import pin_threads

    pin_threads(session.threads)
    steps = session.recipe.training.epochs * session.schedule.batches
    started = time.perf_counter()
    # disable=None: no bar where stderr is not a terminal.
    with tqdm(total=steps, unit="step", file=sys.stderr, disable=None, leave=False) as bar:
        while not session.finished and not session.reason:
            session.step_batch()
            bar.update()
    return time.perf_counter() - started - session.validation_seconds


def _report(session: "Session", seconds: float) -> dict[str, object]:
    """Return the fields of ``train --json``, in the order of its contract."""
    epochs, position = session.history.epochs, session.position
    last = epochs[-1] if epochs else None
    # What a network that overflowed says of the test digits is no figure of anything.
    test = None if session.reason else session.evaluate("test")
    samples = len(epochs) * session.schedule.samples
    samples += (position.batch - 1) * session.schedule.batch_size
    report: dict[str, object] = {
        "recipe": session.recipe.name,
        "dataset": session.dataset.name,
        "seed": session.recipe.training.seed,
        "threads": session.threads,
        "parameters": session.program.network.parameters,
        "epochs": len(epochs),
        "steps": position.step,
        "seconds": seconds,
        "samples_per_second": samples / seconds,
        "train_loss": last and last.train_loss,
        "validation_accuracy": last and last.validation_accuracy,
        "test_accuracy": test and test.accuracy,
        "test_loss": test and test.loss,
    }
    return report | ({"stopped": session.reason} if session.reason else {})


def _print_summary(report: dict[str, object]) -> None:
    click.echo(
        f"{report['recipe']} on {report['dataset']}: {report['parameters']:,} parameters, "
        f"seed {report['seed']}, threads {report['threads']}"
    )
    click.echo(
        f"epochs {report['epochs']}, steps {report['steps']:,}, {report['seconds']:.1f} s, "
        f"{report['samples_per_second']:,.0f} samples/s"
    )
    for name in ("train_loss", "validation_accuracy", "test_accuracy", "test_loss"):
        value = report[name]
        shown = "-" if value is None else format(value, ".2%" if "accuracy" in name else ".4f")
        click.echo(f"{name.replace('_', ' '):<20} {shown}")


def _write_history(path: Path, session: "Session") -> None:
    """Write a row a step; the figures of an epoch stand in the row of its last step.

    Raises:
        TuiNNError: The file cannot be written.
    """
    figures = ("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    by_step = {record.step: record for record in session.history.epochs}
    norms = [f"gradient_norm_{layer + 1}" for layer in range(session.program.network.layers)]
    curves = session.history.curves
    columns = zip(
        curves.loss.tolist(),
        curves.accuracy.tolist(),
        curves.learning_rate.tolist(),
        curves.gradient_norm.tolist(),
        strict=True,
    )
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(["step", "loss", "accuracy", "learning_rate", *norms, *figures])
            for step, (loss, accuracy, rate, gradients) in enumerate(columns, start=1):
                record = by_step.get(step)
                of_epoch = [getattr(record, name) if record else "" for name in figures]
                table.writerow([step, loss, accuracy, rate, *gradients, *of_epoch])
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None
