"""A report as one HTML file: nothing in it has to be fetched, on paper it is black on white."""

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screens.report.contents import Report, Table

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --faint: #888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
.summary { font-size: 1.2rem; margin-top: .3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { text-align: left; color: var(--faint); }
th, td { padding: .15rem .6rem; text-align: right; border-bottom: 1px solid var(--line); }
th[scope=row], .facts td, .facts th { text-align: left; }
td.right { font-weight: bold; }
figure { display: inline-block; margin: .4rem; text-align: center; font-size: .8rem; }
figure img { width: 84px; image-rendering: pixelated; border: 1px solid var(--line); }
svg { max-width: 100%; height: auto; } pre { overflow-x: auto; border: 1px solid var(--line); padding: .8rem; }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } figure, svg { break-inside: avoid; } }
"""  # noqa: E501


def as_html(report: Report) -> str:
    """Return a report as a page of its own."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    title = escape(report.title)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f'<h1>{title}</h1>\n<p class="summary">{escape(report.summary)}</p>'
    yield '<table class="facts">'
    yield from (
        f"<tr>{_row_name(name)}<td>{escape(value)}</td></tr>" for name, value in report.facts
    )
    yield "</table>\n<h2>Curves</h2>"
    yield from report.charts
    yield from _table(report.epochs)
    if report.confusion and report.classes:
        yield "<h2>What it is right about</h2>"
        yield from _table(report.confusion, marks_diagonal=True)
        yield from _table(report.classes)
    if report.captions:
        yield "<h2>Mistakes</h2>\n<p>Those that the network is surest of: true → said.</p>"
        yield from map(_figure, report.mistakes, report.captions)
    if report.health:
        yield '<h2>Health</h2>\n<table class="facts">'
        yield from (
            f"<tr>{_row_name(name)}<td>{escape(says)}</td></tr>" for name, says in report.health
        )
        yield "</table>"
    if report.edits:
        yield "<h2>Edits</h2>\n<ul>"
        yield from (f"<li>{escape(each)}</li>" for each in report.edits)
        yield "</ul>"
    yield f"<h2>Recipe</h2>\n<pre>{escape(report.recipe)}</pre>\n</body>\n</html>"


def _row_name(name: str) -> str:
    return f'<th scope="row">{escape(name)}</th>'


def _table(table: Table, *, marks_diagonal: bool = False) -> Iterator[str]:
    heading, *rows = table.rows
    yield f"<table>\n<caption>{escape(table.caption)}</caption>\n<tr>"
    yield "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heading)
    yield "</tr>"
    for number, (name, *cells) in enumerate(rows):
        yield f"<tr>{_row_name(name)}{_cells(cells, number if marks_diagonal else None)}</tr>"
    yield "</table>"


def _cells(cells: Sequence[str], marked: int | None) -> str:
    return "".join(
        f"<td{' class=right' if place == marked else ''}>{escape(cell)}</td>"
        for place, cell in enumerate(cells)
    )


def _figure(image: NDArray[Any], caption: str) -> str:
    words = escape(caption)
    picture = base64.b64encode(_png(image)).decode("ascii")
    source = f"data:image/png;base64,{picture}"
    return f'<figure><img alt="{words}" src="{source}"><figcaption>{words}</figcaption></figure>'


def _png(image: NDArray[Any]) -> bytes:
    """Return ink on paper as a picture."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(255 - image.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
