"""``y``: what is selected becomes a file in the current folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from screens.base.screen import LabScreen
from screens.dialogs.step_loss.dialog import AlongStepScreen
from screens.inspect.export import Drawing, Export, Numbers, exported_words, tensor_of
from screens.inspect.subject import Scene
from screens.widgets.heatmap import Heatmap
from screens.widgets.numbers import Numbers as NumberGrid
from screens.widgets.plot import Plot
from tui_nn.errors import TuiNNError

if TYPE_CHECKING:
    from screens.app import Lab

NOTHING_TO_EXPORT = "Nothing is selected that could be exported: tab goes to a picture or a plot."


def export(lab: Lab) -> None:
    """Export what is selected, in a thread of its own."""
    found = selected(lab)
    if found is None:
        lab.tell(NOTHING_TO_EXPORT)
    else:
        write = partial(_write, lab, found, Path.cwd())
        lab.run_worker(write, "export", group="export", thread=True, exit_on_error=False)


def selected(lab: Lab) -> Export | None:
    """Return what is selected on the screen that is seen.

    A screen says so itself; else it is the plot or the tensor behind the widget with the focus,
    else what that widget shows, else the first plot there is.
    """
    screen = lab.screen
    widget = screen.focused
    if isinstance(screen, AlongStepScreen):
        return screen.exported()
    own = screen.exported(widget) if isinstance(screen, LabScreen) else None
    return own or _shown(lab, screen, widget)


def _shown(lab: Lab, screen: Screen[object], widget: Widget | None) -> Export | None:
    step = lab.snapshot.position.step
    if isinstance(widget, Plot):
        return drawing(widget, step)
    target = screen.explained(widget) if isinstance(screen, LabScreen) else None
    if target is not None:
        return tensor_of(Scene(lab.snapshot, lab.selection), target)
    if isinstance(widget, Heatmap) and widget.picture is not None:
        name = widget.id or "picture"
        return Numbers(f"{name}-step{step}", f"{name} step {step}", widget.picture.values)
    if isinstance(widget, NumberGrid) and (table := widget.table) is not None:
        name = widget.id or "numbers"
        rows = tuple(table.row_name(row) for row in range(len(table.values)))
        return Numbers(f"{name}-step{step}", f"{name} step {step}", table.values, rows)
    plots = (plot for plot in screen.query(Plot) if plot.display and plot.is_on_screen)
    plot = next(plots, None)
    return None if plot is None else drawing(plot, step)


def drawing(plot: Plot, step: int) -> Drawing:
    """Return a plot as it is to be exported."""
    curves = plot.curves
    name = plot.id or curves.title or "plot"
    return Drawing(f"{name}-step{step}", curves.title or name, curves)


def _write(lab: Lab, export: Export, folder: Path) -> None:
    try:
        words = exported_words(export, export.write(folder))
    except TuiNNError as error:
        words = f"Not exported: {error}"
    lab.soon(lab.tell, words)
