"""What commands print: JSON for programs, aligned columns for people."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tui_nn.data.dataset import Dataset


def print_json(fields: Mapping[str, object]) -> None:
    """Print one object on one line. What is not finite becomes null, which JSON can hold."""
    click.echo(json.dumps(_finite(fields), allow_nan=False))


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def tell_what_was_read(dataset: "Dataset") -> None:
    """Say on stderr what was read of a file, and what looks wrong in it."""
    if dataset.said:
        click.echo(f"{dataset.name}: {dataset.said}", err=True)
    for warning in dataset.warnings:
        click.echo(f"tui-nn: warning: {warning}", err=True)


def print_table(rows: Sequence[Sequence[str]], align: str) -> None:
    """Print rows in aligned columns.

    Args:
        rows: As many cells in each as ``align`` has letters.
        align: ``<`` or ``>`` for each column.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            f"{cell:{side}{width}}" for cell, side, width in zip(row, align, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())
