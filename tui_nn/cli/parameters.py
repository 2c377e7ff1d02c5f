"""Options and types that several commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

OUTPUT = click.Path(dir_okay=False, path_type=Path)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead of text."
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 64),  # the most that NumPy's OpenBLAS was built for
    metavar="N",
    help="Threads of the matrix products.  [default: what suits the network's size]",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**62),
    metavar="N",
    help="Decides everything random.  [default: the recipe's]",
)


def epochs_option(help: str) -> Callable[[F], F]:
    """Return the option ``--epochs``."""
    return click.option(
        "--epochs",
        type=click.IntRange(1),
        metavar="N",
        help=f"{help}  [default: the recipe's]",
    )


def data_option(default: str | None) -> Callable[[F], F]:
    """Return ``--data`` and the options that say how a file is read, which become part of its name.

    Args:
        default: Which data set is used without it; None if it has to be given.
    """
    words = "On which digits; `tui-nn data` lists the names, and says which files are read."
    choices = (
        click.option(
            "--data",
            metavar="NAME|PATH",
            required=default is None,
            help=words + (f"  [default: {default}]" if default else ""),
        ),
        click.option(
            "--label-column",
            metavar="first|last|NAME",
            help="Where a CSV has its labels. In a recipe or the app: PATH::label=last.",
        ),
        click.option(
            "--transpose",
            is_flag=True,
            help="Turn images that lie on their side, as EMNIST's. Elsewhere: PATH::transpose.",
        ),
    )

    def decorate(command: F) -> F:
        @wraps(command)
        def combined(
            *args: Any, data: str | None, label_column: str | None, transpose: bool, **others: Any
        ) -> Any:
            if label_column or transpose:
                if data is None:
                    raise click.UsageError("--label-column and --transpose want a path by --data")
                from tui_nn.data.files.options import with_options

                data = with_options(data, label_column, transpose)
            return command(*args, data=data, **others)

        for option in reversed(choices):
            combined = option(combined)
        return combined  # type: ignore[return-value]

    return decorate
