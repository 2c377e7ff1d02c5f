"""``tui-nn report``: a saved run as one page to hand in."""

from pathlib import Path

import click

from tui_nn.cli.parameters import OUTPUT, data_option
from tui_nn.cli.saved import open_saved


@click.command("report")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=OUTPUT,
    required=True,
    metavar="FILE",
    help="Where to write it: .html with curves and pictures, or .md.",
)
@data_option("what it was trained on")
def report_command(file: Path, out: Path, data: str | None) -> None:
    """Write a saved run as one page to hand in.

    FILE is a saved run. The page has its recipe, its curves, how good it is on the test split, its
    mistakes and its health; an HTML page needs nothing beside it.
    """
    if out.suffix.lower() not in (".html", ".htm", ".md"):
        raise click.UsageError(f"--out: {out.name}: expected a name that ends in .html or .md")
    from screens.report.contents import make_report
    from screens.report.html import as_html
    from screens.report.markdown import as_markdown
    from tui_nn.files import write_file

    report = make_report(open_saved(file, data))
    write_file(out, as_markdown(report) if out.suffix.lower() == ".md" else as_html(report))
