"""What is exported, and the files that it becomes: a tensor as CSV, a plot as SVG and CSV."""

import re
from collections import Counter
from pathlib import Path
from typing import Protocol

import numpy as np
from msgspec import Struct

from screens.inspect.subject import Scene, Source, Target
from screens.shapes.curves import Curves, Series
from screens.shapes.svg import svg_of
from tui_nn.errors import TuiNNError
from tui_nn.files import write_file
from tui_nn.nn.tensor import Array
from tui_nn.training.storage.csv_files import free_paths, table_text, tensor_text

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


class Numbers(Struct, frozen=True, eq=False):
    """A tensor, or any other table of numbers, to be exported.

    Attributes:
        name: Of the file, without the suffix.
        what: What it is, for people and for the first cell of the file.
        values: A number, [N] or [rows, columns].
        rows: What the rows are called, if they are not just counted.
        columns: What the columns are called, likewise.
        corner: What stands over the names of the rows, by default what it is.
    """

    name: str
    what: str
    values: Array
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    corner: str = ""

    def write(self, folder: Path) -> list[Path]:
        """Write a new file, and return it.

        Raises:
            TuiNNError: It cannot be written.
        """
        paths = free_paths(folder, file_name(self.name), [".csv"])
        corner = self.corner or self.what
        write_file(paths[0], tensor_text(self.values, corner, self.rows, self.columns))
        return paths


class Drawing(Struct, frozen=True, eq=False):
    """A plot to be exported.

    Attributes:
        name: Of the files, without the suffix.
        what: What it is, for people.
        curves: Every point of it: the picture draws as many as can be seen.
    """

    name: str
    what: str
    curves: Curves

    def write(self, folder: Path) -> list[Path]:
        """Write two new files, the picture and its points, and return them.

        Raises:
            TuiNNError: There is no point in it yet, or one of the files cannot be written.
        """
        if not any(len(each.y) for each in self.curves.series):
            raise TuiNNError(f"{self.what}: there is nothing in this plot yet.")
        picture, points = paths = free_paths(folder, file_name(self.name), [".svg", ".csv"])
        write_file(picture, svg_of(self.curves, self.what))
        write_file(points, points_text(self.curves))
        return paths


class Export(Protocol):
    """What can be exported: it says what it is, for people, and writes itself."""

    @property
    def what(self) -> str:
        """What it is, for people."""
        ...

    def write(self, folder: Path) -> list[Path]:
        """Write new files, and return them.

        Raises:
            TuiNNError: One of them cannot be written.
        """
        ...


def tensor_of(scene: Scene, target: Target) -> Numbers:
    """Return the whole tensor that a number belongs to.

    Args:
        scene: Where it is seen.
        target: The number.
    """
    computed = scene.computed(target.source)
    tensors = scene.arrays(target)
    program, values = computed.program, tensors[target.name]
    # At operation 0 one sees the step before, but the selected sample meets the weights of now.
    of_probe = target.source is Source.PROBE
    step = scene.snapshot.position.step if of_probe else computed.context.step
    if not of_probe and program.is_kept(target.name) and tensors is computed.tensors:
        # An updated parameter is that of the next step's beginning.
        step += program.is_written(target.name, computed.done)
    is_of_sample = of_probe and not program.is_kept(target.name)
    whose = scene.sample(Source.PROBE, 0)[0] if is_of_sample else ""
    shape = "×".join(map(str, values.shape)) or "a number"
    words = f"{target.name} {shape} step {step}" + (f" {whose}" if whose else "")
    sample = f"-{whose.replace(' #', '')}" if whose else ""
    return Numbers(f"{target.name}{sample}-step{step}", words, values, _rows(scene, target, values))


def _rows(scene: Scene, target: Target, values: Array) -> tuple[str, ...]:
    """Return which sample each row is of, where there is one to a sample."""
    computed = scene.computed(target.source)
    if not computed.program.is_batched(target.name):
        return ()
    if target.source is Source.PROBE:
        return (scene.sample(Source.PROBE, 0)[0],)
    return tuple(f"train #{index}" for index in computed.context.indices[: len(values)])


def points_text(curves: Curves) -> str:
    """Return the points of curves as CSV: a row for each x, a column for each curve."""
    names = _distinct([each.name or "y" for each in curves.series])
    rows: dict[tuple[float, int], list[object]] = {}
    for column, series in enumerate(curves.series):
        # A curve may have several points at one x: an upright line, the extremes of a column.
        seen: Counter[float] = Counter()
        for x, y in zip(_x_values(series, curves), np.asarray(series.y).tolist(), strict=True):
            row = rows.setdefault((x, seen[x]), [""] * len(names))
            row[column] = y
            seen[x] += 1
    label = re.split(r" \(|:", curves.x_label)[0] or "x"
    body = ([x, *rows[x, nth]] for x, nth in sorted(rows))
    return table_text([[label, *names], *body])


def _x_values(series: Series, curves: Curves) -> list[float]:
    x = np.asarray(series.x, np.float64)
    values = 10**x if curves.log_x else x
    return [int(value) if value.is_integer() else value for value in values.tolist()]


def _distinct(names: list[str]) -> list[str]:
    """Return names of which no two are the same."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return distinct


def file_name(words: str) -> str:
    """Return words as the name of a file that no shell has to quote."""
    return _NOT_IN_A_NAME.sub("-", words).strip("-")


def exported_words(export: Export, paths: list[Path]) -> str:
    """Return what is said when something was exported."""
    return f"Exported {export.what}: {' and '.join(str(path.absolute()) for path in paths)}"
