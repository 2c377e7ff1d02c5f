"""``tui-nn data``: what can be trained on."""

import click

from tui_nn.cli.output import print_table


@click.group("data", invoke_without_command=True)
@click.pass_context
def data_command(ctx: click.Context) -> None:
    """List what can be trained on, or fetch a data set.

    Fetched sets are stored in $TUI_NN_DATA, else in your data folder. --data also takes a path:
    of a folder with the IDX files, of a CSV, of Keras' .npz.
    """
    if ctx.invoked_subcommand is None:
        from tui_nn.data.sources import available

        print_table(
            [
                (each.name, each.title, str(each.where) if each.here else f"not here: {each.how}")
                for each in available()
            ],
            "<<<",
        )


@data_command.command("fetch")
@click.argument("name")
def fetch_command(name: str) -> None:
    """Fetch the data set NAME and check it against its published checksums."""
    from tui_nn.data.sources import available, fetch

    fetch(name)
    where = next(each.where for each in available() if each.name == name)
    click.echo(f"{name} is here: {where}")
