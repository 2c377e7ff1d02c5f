"""``tui-nn sweep``: several runs that differ in a few settings, compared."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.failing import INTERRUPTED
from tui_nn.cli.output import print_json, print_table, tell_what_was_read
from tui_nn.cli.parameters import data_option, epochs_option, seed_option, threads_option
from tui_nn.errors import TuiNNError
from tui_nn.files import make_sure_of_folder

if TYPE_CHECKING:
    from tui_nn.training.recipe.hyperparameters import Path as KeyPath
    from tui_nn.training.recipe.recipe import Recipe
    from tui_nn.training.runs.run import Run
    from tui_nn.training.runs.sweep import Sweep
    from tui_nn.training.runs.variation import Variation

_LESSON = (
    "Choose by validation accuracy, not by test: the best of many test accuracies is partly luck."
)


@click.command("sweep")
@click.argument("recipe")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="KEY=VALUES",
    help="What the runs differ in, as often as needed: a list such as optimizer=sgd,adam or "
    "layers=784-16-10,784-64-10, or a range such as l2=0..0.01 or learning_rate=0.001..1:log, "
    "which is drawn from at random.",
)
@click.option(
    "--runs",
    type=click.IntRange(1),
    metavar="N",
    help="How many. Ranges need it.  [default: every combination of the lists]",
)
@data_option("the recipe's")
@epochs_option("Passes through the data, of each run.")
@seed_option
@threads_option
@click.option(
    "--save-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Save the networks here, as RECIPE-1.safetensors and so on.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print a JSON object for each run, on a line of its own as soon as it has ended.",
)
def sweep_command(
    recipe: str,
    vary: tuple[str, ...],
    runs: int | None,
    data: str | None,
    epochs: int | None,
    seed: int | None,
    threads: int | None,
    save_dir: Path | None,
    as_json: bool,
) -> int:
    """Train several networks that differ in a few settings, and compare them.

    RECIPE is a name or a file. Every combination is checked before the first one is trained.
    A run that overflows is a result like the others. Ctrl+C ends the sweep, and shows the runs
    that are done.
    """
    if save_dir:
        make_sure_of_folder(save_dir / "network.safetensors")

    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.recipe.keys import with_values
    from tui_nn.training.recipe.recipe import load_recipe
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.runs.sweep import Sweep

    wanted: dict[KeyPath, object] = {
        ("data", "name"): data,
        ("training", "epochs"): epochs,
        ("training", "seed"): seed,
    }
    given = {path: value for path, value in wanted.items() if value is not None}
    base = with_values(load_recipe(recipe), given)
    varied, recipes = _planned(base, vary, runs)
    dataset = load_wanted(base, data)
    tell_what_was_read(dataset)
    if threads:
        pin_threads(threads)
    done: list[Run] = []
    code = 0
    try:
        for run in _trained(Sweep(recipes, dataset, threads=threads)):
            done.append(run)
            if as_json:
                print_json(_fields(run, varied))
            if save_dir:
                _save(run, save_dir)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if not as_json:
        _print_runs(done, varied)
    if code:
        click.echo(f"tui-nn: interrupted: {len(done)} of {len(recipes)} runs done", err=True)
    return code


def _planned(
    base: "Recipe", vary: Sequence[str], runs: int | None
) -> "tuple[list[KeyPath], tuple[Recipe, ...]]":
    """Return what is varied, and the recipes.

    Raises:
        click.UsageError: A variation is not valid.
    """
    from tui_nn.training.runs.variation import combinations, parse_variation

    try:
        variations: list[Variation] = [parse_variation(text) for text in vary]
        return [each.path for each in variations], combinations(base, variations, runs)
    except TuiNNError as error:
        raise click.UsageError(f"--vary {error}", click.get_current_context()) from None


def _trained(sweep: "Sweep") -> "Iterator[Run]":
    """Yield the runs of a sweep, with a bar on stderr where it is a terminal."""
    from tqdm import tqdm

    shown = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    # disable=None: no bar where stderr is not a terminal.
    with tqdm(total=1.0, file=sys.stderr, disable=None, leave=False, bar_format=shown) as bar:

        def advance() -> None:
            at = sweep.progress
            bar.set_description_str(
                f"run {at.run}/{at.runs}, epoch {at.epoch}/{at.epochs}", refresh=False
            )
            bar.update(at.share - bar.n)

        for run in sweep.runs(advance):
            bar.clear()
            yield run


def _fields(run: "Run", varied: "Iterable[KeyPath]") -> dict[str, object]:
    from tui_nn.training.recipe.keys import value_of
    from tui_nn.training.runs.run import STOPPED

    assert run.checkpoint is not None
    assert run.source is not None
    fields: dict[str, object] = {
        "run": run.number,
        "recipe": run.recipe.name,
        "dataset": run.source.name,
        "settings": {".".join(path): value_of(run.recipe, path) for path in varied},
        "seed": run.recipe.training.seed,
        "threads": run.checkpoint.threads,
        "parameters": run.recipe.architecture().parameter_count,
        "epochs": len(run.epochs),
        "steps": run.steps,
        "seconds": run.seconds,
        "train_loss": run.train_loss,
        "validation_accuracy": run.validation_accuracy,
        "test_accuracy": run.test_accuracy,
        "test_loss": run.test_loss,
    }
    stopped = run.status.removeprefix(STOPPED)
    return fields if stopped == run.status else fields | {"stopped": stopped}


def _save(run: "Run", folder: Path) -> None:
    """Save a network, unless it overflowed."""
    from tui_nn.training.storage.checkpoint import save_checkpoint

    if run.test_accuracy is not None and run.checkpoint is not None:
        save_checkpoint(folder / f"{run.recipe.name}-{run.number}.safetensors", run.checkpoint)


def _print_runs(runs: "Sequence[Run]", varied: "Sequence[KeyPath]") -> None:
    """Print a table of runs, the best on validation first."""
    from tui_nn.training.recipe.keys import value_of
    from tui_nn.training.recipe.values import format_value
    from tui_nn.training.runs.run import by_validation

    if not runs:
        return
    rows = [
        (
            "run",
            *(path[-1] for path in varied),
            "validation",
            "test",
            "train loss",
            "seconds",
            "ended",
        )
    ]
    rows += [
        (
            str(run.number),
            *(format_value(value_of(run.recipe, path)) for path in varied),
            _or_dash(run.validation_accuracy, ".2%"),
            _or_dash(run.test_accuracy, ".2%"),
            _or_dash(run.train_loss, ".4f"),
            f"{run.seconds:.1f}",
            run.status,
        )
        for run in sorted(runs, key=by_validation)
    ]
    print_table(rows, ">" * (len(rows[0]) - 1) + "<")
    click.echo(f"\n{_LESSON}")


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
