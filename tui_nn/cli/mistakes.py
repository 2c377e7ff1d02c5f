"""``tui-nn mistakes``: the mistakes that it knows, and can make on purpose."""

import textwrap

import click

from tui_nn.cli.output import print_table

WIDTH = 78


@click.group("mistakes", invoke_without_command=True)
@click.pass_context
def mistakes_command(ctx: click.Context) -> None:
    """List the mistakes that people make in a network written by hand, or show one.

    `tui-nn train RECIPE --mistake NAME` trains with one, and so does a recipe with
    `mistake = "NAME"` in its section training. NAME may be quiz-1, quiz-2 …: one that is not
    told, to be found in the app.
    """
    if ctx.invoked_subcommand is None:
        from tui_nn.mistakes.table import MISTAKES

        print_table([(each.name, each.title) for each in MISTAKES.values()], "<<")


@mistakes_command.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """Print what there is to say of the mistake NAME: its line, what one sees, how to find it."""
    from tui_nn.mistakes.table import mistake_of

    mistake = mistake_of(name)
    words = mistake.words
    click.echo(f"{mistake.name}: {mistake.title} ({mistake.group})\n")
    click.echo(f"as people write it   {words.wrong}")
    click.echo(f"as it should be      {words.right}\n")
    said = (
        ("What one sees", words.sees),
        ("How to find it", words.find),
        ("For what", words.needs[:1].upper() + words.needs[1:] + "." * bool(words.needs)),
        ("Source", words.source),
    )
    for heading, text in said:
        if text:
            click.echo(textwrap.fill(f"{heading}: {text}", WIDTH))
