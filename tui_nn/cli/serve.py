"""``tui-nn serve``: the app in a browser."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence

import click

from tui_nn.errors import TuiNNError


@click.command(
    "serve", context_settings={"ignore_unknown_options": True}, options_metavar="[OPTIONS]"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="The port to listen at.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF THE APP]...")
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int, options: tuple[str, ...]) -> None:
    """Serve the app to browsers on this machine, until Ctrl+C.

    Each page has an app of its own, started with the options of the app that are given, such as
    --recipe or --resume; a page that is closed leaves its run as a dropped line does. Whoever can
    reach the address can read and write files as you do: another --host is for networks that you
    trust.
    """
    _check(ctx, options)
    try:
        from screens.pages import PageServer
    except ModuleNotFoundError as error:
        raise TuiNNError(
            f"{error.name} is not installed, which this needs: pip install 'tui-nn[serve]'"
        ) from None
    PageServer(_spelt([sys.executable, "-m", "tui_nn", *options]), host, port).run()


def _check(ctx: click.Context, options: Sequence[str]) -> None:
    """Refuse what the app would refuse, now rather than in each page."""
    assert ctx.parent is not None
    app = click.Command("tui-nn", params=ctx.parent.command.params)
    given = app.make_context("tui-nn serve", list(options)).params
    if given["resume"] is None:
        from tui_nn.training.recipe.recipe import load_recipe

        load_recipe(given["recipe"])


def _spelt(words: Sequence[str]) -> str:
    """Return a command as the system's shell reads it."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
