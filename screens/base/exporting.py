"""Exporting what is selected to a file in the current folder."""

from functools import partial
from pathlib import Path

import numpy as np
from textual.screen import Screen
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.dialog import Dialog
from screens.base.screen import DebuggerScreen
from screens.inspect.export import Drawing, Export, Numbers, exported_words, tensor_of
from screens.inspect.subject import Scene
from screens.shapes.table import Contents
from screens.widgets.heatmap import Heatmap
from screens.widgets.numbers import Numbers as NumberGrid
from screens.widgets.plot import Plot
from screens.widgets.table import Table
from tui_nn.errors import TuiNNError

NOTHING_TO_EXPORT = "Nothing is selected that can be exported: tab moves to a picture or a plot."


def export_selected(app: DebuggerApp) -> None:
    """Export what is selected, in a thread of its own."""
    found = find_export(app)
    if found is None:
        app.tell(NOTHING_TO_EXPORT)
    else:
        write = partial(_write, app, found, Path())
        app.run_worker(write, "export", group="export", thread=True, exit_on_error=False)


def find_export(app: DebuggerApp) -> Export | None:
    """Return what is selected on the screen that is seen.

    A screen says so itself; else it is the plot or the tensor behind the widget with the focus,
    else what that widget shows, else the first plot there is.
    """
    screen = app.screen
    widget = screen.focused
    if isinstance(screen, DebuggerScreen | Dialog) and (own := screen.export_in(widget)):
        return own
    return _shown(app, screen, widget)


def _shown(app: DebuggerApp, screen: Screen[object], widget: Widget | None) -> Export | None:
    step = app.snapshot.position.step
    if isinstance(widget, Plot):
        return drawing(widget, step)
    target = screen.number_in(widget) if isinstance(screen, DebuggerScreen) else None
    if target is not None:
        return tensor_of(Scene(app.snapshot, app.selection), target)
    if isinstance(widget, Heatmap) and widget.picture is not None:
        name = widget.id or "picture"
        return Numbers(f"{name}-step{step}", f"{name} step {step}", widget.picture.values)
    if isinstance(widget, NumberGrid) and (table := widget.table) is not None:
        name = widget.id or "numbers"
        rows, columns = map(range, table.values.shape)
        return Numbers(
            f"{name}-step{step}",
            f"{name} step {step}",
            table.values,
            tuple(map(table.row_name, rows)),
            tuple(map(table.column_name, columns)),
        )
    if isinstance(widget, Table) and (contents := widget.contents).rows:
        return cells(contents, widget.id or "runs", step)
    plots = (plot for plot in screen.query(Plot) if plot.display and plot.is_on_screen)
    plot = next(plots, None)
    return None if plot is None else drawing(plot, step)


def cells(contents: Contents, name: str, step: int) -> Numbers:
    """Return a table of texts as it is to be exported, as it stands on the screen."""
    first, *others = (column.name for column in contents.columns)
    return Numbers(
        f"{name}-step{step}",
        f"{name} step {step}",
        np.array([row.cells[1:] for row in contents.rows]),
        tuple(row.cells[0] for row in contents.rows),
        tuple(others),
        first,
    )


def drawing(plot: Plot, step: int) -> Drawing:
    """Return a plot as it is to be exported."""
    curves = plot.curves
    name = plot.id or curves.title or "plot"
    return Drawing(f"{name}-step{step}", curves.title or name, curves)


def _write(app: DebuggerApp, export: Export, folder: Path) -> None:
    try:
        words = exported_words(export, export.write(folder))
    except TuiNNError as error:
        words = f"Not exported: {error}"
    app.call_soon(app.tell, words)
