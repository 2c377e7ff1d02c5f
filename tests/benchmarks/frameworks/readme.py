"""The README's table of speeds, from what was measured."""

import re
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from tests.benchmarks.frameworks.table import Result

README = Path(__file__).parents[3] / "README.md"
BEGIN, END = "<!-- make bench -->", "<!-- end -->"
LEGEND = "A ratio in bold is as wanted; behind another stands what was wanted."
NAMES = {"sgd": "SGD", "adam": "Adam"}


def markdown(results: list[Result]) -> str:
    """Return the table; what fell short is marked."""
    others = [name for name in dict.fromkeys(each.name for each in results) if name != "tui-nn"]
    heads = ["network, batch", "", "tui-nn", *others, *(f"÷ {name}" for name in others)]
    lines = [heads, ["---"] * len(heads)]
    for row, found in groupby(results, key=attrgetter("row")):
        by_name = {each.name: each for each in found}
        paces = [_pace(by_name.get(name)) for name in ("tui-nn", *others)]
        ratios = [_ratio(by_name.get(name)) for name in others]
        lines.append([f"{row.network}, {row.batch_size}", NAMES[row.optimizer], *paces, *ratios])
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)


def write(results: list[Result], facts: Sequence[str], path: Path = README) -> None:
    """Put the table where the README has one, with what was trained on and with what."""
    text = path.read_text(encoding="utf-8")
    table = f"{BEGIN}\n\n{markdown(results)}\n\n{'; '.join(facts)}. {LEGEND}\n{END}"
    changed, count = re.subn(f"{BEGIN}.*?{END}", lambda _: table, text, flags=re.DOTALL)
    assert count == 1, f"{path} has no place for the table"
    path.write_text(changed, encoding="utf-8")


def _pace(result: Result | None) -> str:
    return f"{result.pace:,.0f}" if result is not None and result.pace else "–"


def _ratio(result: Result | None) -> str:
    if result is None or result.ratio is None:
        return "–"
    if result.fell_short:
        return f"{result.ratio:.2f} (of {result.wanted:g})"
    return f"**{result.ratio:.2f}**" if result.wanted is not None else f"{result.ratio:.2f}"
