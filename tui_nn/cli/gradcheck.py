"""``tui-nn gradcheck``: check a gradient numerically."""

import click

from tui_nn.cli.output import print_json, print_table
from tui_nn.cli.parameters import json_option

POOL = 1000  # samples to draw from, and to draw again from


@click.command("gradcheck")
@click.argument("recipe")
@json_option
def gradcheck_command(recipe: str, as_json: bool) -> None:
    """Check a gradient numerically.

    RECIPE is a name or a file. The gradient of its network is compared with central differences
    in float64: every parameter is nudged up and down by 1e-6, and the loss over 32 of the embedded
    digits, or of the recipe's generated points, has to change as backpropagation predicts. Figures
    below 1e-6 are rounding; a mistake in a derivative shows as 1e-3 or more.
    """
    import numpy as np

    from tui_nn.data.batch import BatchLoader
    from tui_nn.data.sources import load
    from tui_nn.data.task import balanced_weights
    from tui_nn.data.worlds import WORLDS
    from tui_nn.nn.gradcheck import BATCH, check_gradient, move_off_kinks
    from tui_nn.nn.inputs import sample_weights
    from tui_nn.nn.threads import pin_threads
    from tui_nn.training.recipe.recipe import load_recipe
    from tui_nn.training.recipe.wanted_data import fitted

    chosen = load_recipe(recipe)
    program, task, seed = chosen.program(), chosen.task, chosen.training.seed
    # Of digits always the embedded ones: the mathematics is the same on all, and these are here.
    name = chosen.data.name if chosen.data.name in WORLDS else "embedded"
    train = fitted(chosen.on(name), load(name))["train"]
    weights = balanced_weights(task.classes(train.labels), len(task.names))
    pool = min(POOL, len(train))
    dtype = np.dtype(np.float64)
    pixels, labels, counts = program.network_input, program.labels, sample_weights()
    loaded = {each.name: each.allocate(pool, dtype) for each in (pixels, labels, counts)}
    BatchLoader(train, pool, dtype, task, weights).load(np.arange(pool), loaded)

    pin_threads(1)
    state = program.network.initial_state(seed, np.float64)
    move_off_kinks(program, state, seed)
    found = check_gradient(
        program,
        state,
        loaded[pixels.name],
        loaded[labels.name],
        seed,
        batch=min(BATCH, pool),
        rates=chosen.rates,
        weights=loaded[counts.name] if program.method.weighted else None,
    )
    if as_json:
        print_json({"parameters": found.errors, "max_relative_error": found.max_relative_error})
        return
    rows = [("parameter", "numbers", "relative error")]
    for name, error in found.errors.items():
        rows.append((name, f"{state.tensors[name].size:,}", f"{error:.2e}"))
    rows.append(("largest", "", f"{found.max_relative_error:.2e}"))
    print_table(rows, "<>>")
