"""Options and types that several commands share."""

from collections.abc import Callable
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


def data_option(default: str) -> Callable[[F], F]:
    """Return the option ``--data``; ``default`` says which data set is used without it."""
    return click.option(
        "--data",
        metavar="NAME|PATH",
        help=f"On which digits; `tui-nn data` lists the names.  [default: {default}]",
    )
