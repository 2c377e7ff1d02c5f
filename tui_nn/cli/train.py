"""``tui-nn train``: a run without a screen."""

import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.output import print_json, tell_what_was_read
from tui_nn.cli.parameters import (
    OUTPUT,
    data_option,
    epochs_option,
    json_option,
    seed_option,
    threads_option,
)
from tui_nn.files import make_sure_of_folder

if TYPE_CHECKING:
    from tui_nn.training.recipe.recipe import Recipe
    from tui_nn.training.session.session import Session


@click.command("train")
@click.argument("recipe")
@data_option("the recipe's")
@epochs_option("Passes through the data.")
@seed_option
@threads_option
@click.option(
    "--mistake",
    metavar="NAME",
    help="Make a mistake on purpose; `tui-nn mistakes` lists them.",
)
@click.option("--save", type=OUTPUT, metavar="FILE.safetensors", help="Save the network here.")
@click.option("--history", type=OUTPUT, metavar="FILE.csv", help="Save every step's figures here.")
@json_option
def train_command(
    recipe: str,
    data: str | None,
    epochs: int | None,
    seed: int | None,
    threads: int | None,
    mistake: str | None,
    save: Path | None,
    history: Path | None,
    as_json: bool,
) -> int:
    """Train a network without a screen.

    RECIPE is a name or a file. The same recipe, seed, data and threads on the same kind of
    machine give the same network, bit for bit. A run that overflows stops, reports where, and
    exits 1.
    """
    for path in filter(None, (save, history)):
        make_sure_of_folder(path)

    from tui_nn.training.recipe.keys import with_values
    from tui_nn.training.recipe.recipe import load_recipe
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.session.session import Session
    from tui_nn.training.storage.checkpoint import save_checkpoint
    from tui_nn.training.storage.csv_files import write_history

    chosen = _overridden(load_recipe(recipe), data, epochs, seed)
    if mistake:
        chosen = with_values(chosen, {("training", "mistake"): mistake})
    dataset = load_wanted(chosen, data)
    tell_what_was_read(dataset)
    session = Session(chosen, dataset, threads=threads)
    seconds = _run(session, sparse=history is None)  # a file of figures is of every step
    session.return_to_best()
    report = _report(session, seconds)
    if history:
        write_history(history, session.history)
    if save and not session.reason:
        save_checkpoint(save, session.checkpoint())
    if as_json:
        print_json(report)
    else:
        _print_summary(report)
    if session.reason:
        click.echo(f"tui-nn: stopped: {session.reason}", err=True)
    return 1 if session.reason else 0


def _overridden(
    recipe: "Recipe", data: str | None, epochs: int | None, seed: int | None
) -> "Recipe":
    """Return the recipe with the options of the command line, as it is then saved."""
    from msgspec.structs import replace

    from tui_nn.data.sources import lasting_name

    training = recipe.training
    return replace(
        recipe,
        data=replace(recipe.data, name=lasting_name(data or recipe.data.name)),
        training=replace(
            training,
            epochs=training.epochs if epochs is None else epochs,
            seed=training.seed if seed is None else seed,
        ),
    )


def _run(session: "Session", sparse: bool) -> float:
    """Train to the end, or until something is not finite; return the seconds it trained.

    Args:
        session: The run.
        sparse: Whether norms are recorded of some steps only, as ``step_batch`` does.
    """
    from tqdm import tqdm

    from tui_nn.nn.threads import pin_threads

    pin_threads(session.threads)
    steps = session.schedule.first_step(session.recipe.training.epochs + 1)
    session.dataset.read()  # not while the time is taken
    started = time.perf_counter()
    # disable=None: no bar where stderr is not a terminal.
    with tqdm(total=steps, unit="step", file=sys.stderr, disable=None, leave=False) as bar:
        while not session.finished and not session.reason:
            session.step_batch(sparse=sparse)
            bar.update()
    return time.perf_counter() - started - session.validation_seconds


def _report(session: "Session", seconds: float) -> dict[str, object]:
    """Return the fields of ``train --json``, in the order of its contract."""
    epochs, steps = session.history.epochs, len(session.history)
    last = session.best or (epochs[-1] if epochs else None)
    # The predictions of a network that overflowed mean nothing.
    test = None if session.reason else session.evaluate("test")
    samples = int(session.history.samples)
    judged = None if session.recipe.task.is_numeric else True  # numbers are not right or wrong
    report: dict[str, object] = {
        "recipe": session.recipe.name,
        "dataset": session.dataset.name,
        "seed": session.recipe.training.seed,
        "threads": session.threads,
        "parameters": session.program.network.parameter_count,
        "epochs": len(epochs),
        "steps": steps,
        "seconds": seconds,
        "samples_per_second": samples / seconds,
        "train_loss": last and last.train_loss,
        "validation_accuracy": last and judged and last.validation_accuracy,
        "test_accuracy": test and judged and test.accuracy,
        "test_loss": test and test.loss,
    }
    if session.recipe.task.is_binary:
        report["precision"] = test and float(test.precision[1])
        report["recall"] = test and float(test.recall[1])
    mistake = session.recipe.training.mistake
    return (
        report
        | ({"mistake": mistake} if mistake else {})
        | ({"stopped": session.reason} if session.reason else {})
    )


def _print_summary(report: dict[str, object]) -> None:
    click.echo(
        f"{report['recipe']} on {report['dataset']}: {report['parameters']:,} parameters, "
        f"seed {report['seed']}, threads {report['threads']}"
        + (f", with the mistake {report['mistake']}" if "mistake" in report else "")
    )
    click.echo(
        f"epochs {report['epochs']}, steps {report['steps']:,}, {report['seconds']:.1f} s, "
        f"{report['samples_per_second']:,.0f} samples/s"
    )
    figures = ("train_loss", "validation_accuracy", "test_accuracy", "test_loss")
    for name in (*figures, *(name for name in ("precision", "recall") if name in report)):
        value = report[name]
        # A precision or a recall of nothing is not a number.
        known = isinstance(value, float) and math.isfinite(value)
        shown = format(value, ".4f" if "loss" in name else ".2%") if known else "-"
        click.echo(f"{name.replace('_', ' '):<20} {shown}")
