"""The terms of an explained number as a table for other programs."""

from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from screens.inspect.export import tensor_of
from screens.inspect.subject import Scene, Target
from tui_nn.files import write_file
from tui_nn.nn.explain import Factor, Terms, format_element
from tui_nn.training.storage.csv_files import free_paths, table_text

Row = tuple[object, ...]


class TermTable(Struct, frozen=True, eq=False):
    """A number, and what it is computed from: a row for each term.

    Attributes:
        name: Of the file, without the suffix.
        what: What it is, for people.
        rows: The headings, then the terms, the rounding and the number itself.
    """

    name: str
    what: str
    rows: tuple[Row, ...]

    def write(self, folder: Path) -> list[Path]:
        """Write a new file, and return it.

        Raises:
            TuiNNError: It cannot be written.
        """
        paths = free_paths(folder, self.name, [".csv"])
        write_file(paths[0], table_text(self.rows))
        return paths


def terms_of(scene: Scene, target: Target) -> TermTable:
    """Return all the terms of a number, largest first; of one that is given, the number alone.

    Each has its value, the sum up to there, and the numbers that it is made of, all in full.
    """
    element = "-".join([target.name, *map(str, target.index)])
    name = f"{element}{tensor_of(scene, target).name.removeprefix(target.name)}-terms"
    given = Terms(scene.value(target), (), 0.0)
    terms = scene.terms(target) if scene.is_computed(target) else given
    parts = terms.largest_first()
    most = max((len(part.factors) for part in parts), default=0)
    headings = [f"{kind} {place}" for place in range(1, most + 1) for kind in ("factor", "value")]
    sums = accumulate(part.value for part in parts)
    rows: list[Row] = [("term", "value", "sum so far", *headings)]
    for part, so_far in zip(parts, sums, strict=True):
        rows.append((part.label, part.value, so_far, *_cells(part.factors)))
    if parts:
        rows.append(("float32 rounding", terms.residual, terms.total))
    rows.append((format_element(scene.tensor(target), target.index), terms.total, terms.total))
    return TermTable(name, f"the terms of {scene.symbol(target)}", tuple(rows))


def _cells(factors: tuple[Factor, ...]) -> Row:
    """Return each number's symbol and value, side by side."""
    return tuple(cell for each in factors for cell in (each.label, each.value))
