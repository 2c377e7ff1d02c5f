"""``tui-nn recipes``: what can be trained."""

import click

from tui_nn.cli.output import print_table


@click.group("recipes", invoke_without_command=True)
@click.pass_context
def recipes_command(ctx: click.Context) -> None:
    """List what can be trained, or show one recipe.

    A recipe is a TOML file that decides a training run: the network, the data and the
    hyperparameters. Commands that take a recipe also take the path of your own file.
    """
    if ctx.invoked_subcommand is None:
        from tui_nn.training.recipe.recipe import load_recipe, recipe_names

        print_table([(name, load_recipe(name).title) for name in recipe_names()], "<<")


@recipes_command.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """Print the recipe NAME as TOML: a start for one of your own."""
    from tui_nn.training.recipe.recipe import load_recipe, recipe_path

    load_recipe(name)
    click.echo(recipe_path(name).read_text(encoding="utf-8"), nl=False)
