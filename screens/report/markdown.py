"""A report as Markdown, for notes and for version control; without pictures."""

from collections.abc import Iterator, Sequence

from screens.report.contents import Report, Table


def as_markdown(report: Report) -> str:
    """Return a report as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {report.title}\n\n{report.summary}\n"
    yield from (f"- **{name}:** {value}" for name, value in report.facts)
    yield "\n## Curves\n"
    yield from _table(report.epochs)
    if report.confusion and report.classes:
        yield "\n## What it is right about\n"
        yield from _table(report.confusion)
        yield from _table(report.classes)
    if report.captions:
        yield "\n## Mistakes\n\nThose that the network is surest of, true → said: "
        yield ", ".join(report.captions)
    if report.health:
        yield "\n## Health\n"
        yield from (f"- **{name}:** {says}" for name, says in report.health)
    if report.edits:
        yield "\n## Edits\n"
        yield from (f"- {each}" for each in report.edits)
    yield f"\n## Recipe\n\n```toml\n{report.recipe.rstrip()}\n```"


def _table(table: Table) -> Iterator[str]:
    heading, *rows = table.rows
    yield f"{table.caption}:\n"
    yield _row(heading)
    yield _row(["---"] + ["---:"] * (len(heading) - 1))
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
