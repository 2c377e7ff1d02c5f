"""``tui-nn lessons``: what can be learned, how far one is, and whether lessons can be done."""

import csv
import sys
from pathlib import Path

import click

from tui_nn.cli.output import print_table

lessons_option = click.option(
    "--lessons",
    metavar="FOLDER",
    help="Lessons of your own, instead of those that come with tui-nn.",
)


def _folder(folder: str | None) -> Path | None:
    return Path(folder) if folder else None


@click.group("lessons", invoke_without_command=True)
@lessons_option
@click.pass_context
def lessons_command(ctx: click.Context, lessons: str | None) -> None:
    """List the lessons, with how many of their tasks and questions are done."""
    ctx.obj = lessons
    if ctx.invoked_subcommand is None:
        from tui_nn.lessons.library import read_library
        from tui_nn.lessons.progress import read_progress

        library, progress = read_library(_folder(lessons)), read_progress()
        rows = []
        for each in library.lessons:
            done, items = progress.counts(each)
            rows.append(
                (str(each.number), each.title, f"{each.minutes} min", f"{done}/{items} done")
            )
        if rows:
            print_table(rows, "><>>")
        for fault in library.faults:
            click.echo(f"tui-nn: {fault}", err=True)
        if library.faults:
            ctx.exit(1)


@lessons_command.command("check")
@click.argument("folder", required=False)
@click.pass_context
def check_command(ctx: click.Context, folder: str | None) -> None:
    """Try all lessons of FOLDER, or those that come with tui-nn.

    Every page loads and can be set up; every task is unmet at first, and met by its solution; every
    question has one right answer by the live numbers.
    """
    from tui_nn.lessons.check import check_lesson
    from tui_nn.lessons.library import read_library

    library = read_library(_folder(folder or ctx.obj))
    faults = list(library.faults)
    for lesson in library.lessons:
        found = list(check_lesson(lesson))
        items = sum(len(page.items) for page in lesson.pages)
        result = f"{len(found)} faults" if found else "ok"
        held = f"{len(lesson.pages)} pages, {items} tasks and questions"
        click.echo(f"{lesson.number:>2} {lesson.title}: {held}: {result}")
        faults += found
    for fault in faults:
        click.echo(f"tui-nn: {fault}", err=True)
    if not library.lessons and not faults:
        click.echo("tui-nn: there is no lesson in the folder", err=True)
    if faults or not library.lessons:
        ctx.exit(1)


@lessons_command.command("progress")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, a row a task or question.")
@click.pass_context
def progress_command(ctx: click.Context, as_csv: bool) -> None:
    """Print what was done, a row for each task and question."""
    from msgspec.structs import astuple

    from tui_nn.lessons.library import read_library
    from tui_nn.lessons.progress import read_progress

    progress = read_progress()
    rows = [row for each in read_library(_folder(ctx.obj)).lessons for row in progress.rows(each)]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("lesson", "title", "page", "heading", "item", "result"))
        writer.writerows(astuple(row) for row in rows)
    elif rows:
        print_table(
            [
                (f"{row.lesson}.{row.page}", row.heading, row.item, row.result or "–")
                for row in rows
            ],
            "<<<<",
        )
