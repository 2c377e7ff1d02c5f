"""``tui-nn data``: what can be trained on."""

from pathlib import Path

import click

from tui_nn.cli.output import print_table


@click.group("data", invoke_without_command=True)
@click.pass_context
def data_command(ctx: click.Context) -> None:
    """List what can be trained on, or fetch a data set.

    Fetched sets are stored in $TUI_NN_DATA, else in your data folder. --data also takes a path,
    and after it, where the file does not tell, ::label=first, last or a column's name, and
    ::transpose for images that lie on their side.
    """
    if ctx.invoked_subcommand is None:
        from tui_nn.data.files.formats import FORMATS
        from tui_nn.data.sources import available

        print_table(
            [
                (each.name, each.title, each.place if each.here else f"not here: {each.how}")
                for each in available()
            ],
            "<<<",
        )
        click.echo("\n--data also takes the path of one of these:")
        for each in FORMATS:
            if each.words:
                click.echo(f"  {each.words}")


@data_command.command("fetch")
@click.argument("name")
def fetch_command(name: str) -> None:
    """Fetch the data set NAME and check it against its published checksums."""
    from tui_nn.data.sources import available, fetch

    fetch(name)
    where = next(each.place for each in available() if each.name == name)
    click.echo(f"{name} is here: {where}")


@data_command.command("export")
@click.option("--out", "folder", default=".", show_default=True, metavar="FOLDER",
              type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Where the two files go.")  # fmt: skip
def export_command(folder: Path) -> None:
    """Write your own digits as a pair of IDX files, as MNIST's are."""
    from tui_nn.data.idx_writing import SUFFIXES
    from tui_nn.data.own import OWN, export_own

    paths = [folder / f"{OWN}{suffix}" for suffix in SUFFIXES]
    count = export_own(*paths)
    digits = "digit" if count == 1 else "digits"
    click.echo(f"{count:,} {digits}: {paths[0]} and {paths[1].name}")
