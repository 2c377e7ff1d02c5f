"""Screen 5: how good the network is, and which images it has wrong."""

import time
from collections.abc import Iterable
from functools import partial
from pathlib import PurePath
from typing import ClassVar

import numpy as np
from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.evaluate import mistakes, model, threshold
from screens.evaluate.measuring import Measured, Measuring, measure
from screens.evaluate.model import Cell, View
from screens.inspect.plane import frame_of, mark_names
from screens.inspect.samples import sample_scale
from screens.inspect.selection import Selection
from screens.shapes.format import figure
from screens.shapes.room import Room
from screens.widgets.bars import Bars
from screens.widgets.confusion import Confusion
from screens.widgets.gallery import Gallery
from screens.widgets.numbers import Numbers
from screens.widgets.plot import Plot
from screens.widgets.point_cloud import PointCloud, Points
from tui_nn.data.task import THRESHOLD
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.session.snapshot import Snapshot

_LOOKS_A_SECOND = 2
_VIEW = Binding.Group("view", compact=True)
_SPLIT = Binding.Group("split", compact=True)
_THRESHOLD = Binding.Group("threshold", compact=True)


class EvaluateScreen(DebuggerScreen):
    """How good the network is on images that it never trained on, and which it gets wrong.

    Each row of the confusion matrix is a true class, each column a predicted one: correct
    predictions are on the diagonal (blue), mistakes beside it (orange, by their share of the
    row). Precision asks: when it says 4, is it one? Recall asks: of all fours, how many did it
    find? The gallery shows the mistakes that it was surest of first. It is measured again
    whenever the network has changed; while it runs, every few seconds.

    Where there is only one output, it says yes above a threshold. Move that and see what
    precision and recall trade for each other: the network stays the same.
    """

    MODE: ClassVar[str] = "evaluate"
    SHOWS_SAMPLE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "evaluate.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "next view", group=_VIEW, tooltip="Matrix, mistakes, or classes"),
        Binding("V", "view(-1)", "view before", group=_VIEW, tooltip="The view before"),
        Binding("s", "split(1)", "next split", group=_SPLIT, tooltip="Test, train or validation"),
        Binding("S", "split(-1)", "split before", group=_SPLIT, tooltip="The split before"),
        Binding("t", "threshold(1)", "higher", group=_THRESHOLD,
                tooltip="A higher threshold: it says yes less often, and is right more often"),
        Binding("T", "threshold(-1)", "lower", group=_THRESHOLD,
                tooltip="A lower threshold: it says yes more often, and misses fewer"),
        Binding("escape", "close", "all mistakes", tooltip="All mistakes instead of one cell's"),
    ]  # fmt: skip

    split: var[str] = var("test", init=False)
    view: var[View] = var(View.MATRIX, init=False)
    cell: var[Cell | None] = var(None, init=False)
    threshold: var[float] = var(THRESHOLD, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._measuring = Measuring(time.monotonic)
        self._drawn: tuple[object, ...] = ()
        self._listed: mistakes.Listed | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Make the matrix, the figures and the gallery."""
        yield Controls()
        yield Plain(id="summary")
        yield Plain(id="trouble", classes="words")
        with Container(id="evaluate"):
            with Container(id="figures"):
                with Container(id="counts"):
                    title = "rows: true class, columns: predicted"
                    words = Plain(id="cell", classes="words")
                    legend = Plain(id="legend", classes="words note")
                    yield Panel(title, Confusion(id="confusion"), words, legend, id="matrix")
                    with Container(id="classes"):
                        yield Panel("precision and recall", Numbers(id="table"), id="table-panel")
                        yield Bars(id="bars")
                        yield Plain(id="measures", classes="words")
                with Container(id="threshold"):
                    yield Plot(id="trade-off")
                    yield Plain(id="trades", classes="words")
            gallery = (Plain(id="pointed"), Gallery(id="mistakes"), PointCloud(id="points"))
            yield Panel("mistakes", *gallery, id="gallery")

    def on_mount(self) -> None:
        """Give the arrow keys to the matrix, and look now and then whether to measure again."""
        self.query_one(Confusion).focus()
        legend = model.legend(self.app.look)
        self.query_one("#legend", Plain).show(legend)
        self.query_one("#legend").display = bool(legend)
        self.set_interval(1 / _LOOKS_A_SECOND, self.redraw)

    @property
    def _measured(self) -> Measured | None:
        """The result, as it is with the chosen threshold."""
        measured = self._measuring.measured
        if measured is None or measured.evaluation.threshold == self.threshold:
            return measured
        return replace(measured, evaluation=replace(measured.evaluation, threshold=self.threshold))

    @property
    def _evaluation(self) -> Evaluation | None:
        return None if self._measured is None else self._measured.evaluation

    # Measuring

    def _measure(self, snapshot: Snapshot) -> None:
        """Have the training thread measure, if it is time to."""
        if self._measuring.is_due(snapshot, self.split):
            self._measuring.asked()
            question = partial(measure, split=self.split, clock=time.monotonic)
            self.app.trainer.ask(question, partial(self.app.call_soon, self._take))

    def _take(self, measured: Measured) -> None:
        before = self._measuring.measured
        self._measuring.answered(measured)
        if before and before.snapshot.recipe != measured.snapshot.recipe:
            self.cell, self.threshold = None, THRESHOLD
        self.redraw()

    # Drawing: only what changed, since most snapshots change nothing here

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002 - DebuggerScreen's
        """Fill what the last result, or the person, changed."""
        self._measure(snapshot)
        measured = self._measured
        self.query_one("#summary", Plain).show(model.summary(measured, snapshot, self.split))
        newest = self._measuring.measured
        drawn = (newest, self.live, self.view, self.cell, self.threshold, self.split)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._lay_out(None if measured is None else measured.evaluation)
        if measured is not None and not model.trouble(measured.evaluation):
            self._draw_matrix(measured.evaluation)
            self._draw_gallery(measured)
            self.call_later(self._draw_threshold, measured)  # plotting takes as long as the rest

    def _lay_out(self, evaluation: Evaluation | None) -> None:
        task = self.app.snapshot.recipe.task if evaluation is None else evaluation.task
        trouble = "" if evaluation is None else model.trouble(evaluation)
        self.query_one("#trouble", Plain).show(trouble)
        offered = model.views(self.room, task)
        view = self.view if self.view in offered else offered[0]
        kinds = {
            "-trouble": bool(trouble), "-waiting": evaluation is None, "-binary": task.is_binary,
            "-points": task.form.is_point,
        }  # fmt: skip
        self.update_classes(kinds | {f"-{each.name.lower()}": each is view for each in View})
        self.query_one(Controls).show(self._controls(view, several=len(offered) > 1))

    def _controls(self, view: View, *, several: bool) -> list[Control]:
        use = f"{self.split}, {model.use_words(self.split)}"
        controls = [Control("s", "split", use, "screen.split(1)")]
        if several:
            controls.insert(0, Control("v", "view", view.value, "screen.view(1)"))
        if self.has_class("-binary"):
            height = Control("t T", "threshold", figure(self.threshold), "screen.threshold(1)")
            controls.append(height)
        return controls

    def _draw_matrix(self, evaluation: Evaluation) -> None:
        shown = model.matrix(evaluation)
        self.query_one(Confusion).show(
            shown.counts, scale=model.SHARES, rows=shown.names, columns=shown.names,
            texts=shown.texts, shades=shown.shades,
        )  # fmt: skip
        table = model.class_table(evaluation)
        self.query_one("#table", Numbers).show(
            table.values, rows=table.names, columns=model.MEASURES, texts=table.texts,
            shades=np.zeros_like(table.values),  # a share of nothing is no fault
        )  # fmt: skip
        self.query_one("#bars", Bars).show(model.measure_bars(evaluation), limit=1.0)
        self._draw_words(evaluation)

    def _draw_words(self, evaluation: Evaluation) -> None:
        cell = self.query_one(Confusion).cursor or (0, 0)
        self.query_one("#cell", Plain).show(model.cell_words(evaluation, cell))
        row, _ = self.query_one("#table", Numbers).cursor or (0, 0)
        number = min(row, len(evaluation.task.names) - 1)
        if evaluation.task.is_binary:
            words = model.baseline_words(evaluation)
        else:
            words = model.measure_words(evaluation, number)
        self.query_one("#measures", Plain).show(words)

    def _draw_gallery(self, measured: Measured) -> None:
        before, gallery = self._listed, self.query_one(Gallery)
        self._listed = listed = mistakes.listed(measured, self.cell)
        is_strip = self.room is Room.SMALL and self.view is not View.GALLERY
        self.query_one("#gallery", Panel).retitle(listed.heading if is_strip else listed.title)
        if before is None or not listed.shows_the_same(before):
            looked_at = before if gallery.has_focus else None
            index = listed.place_of(looked_at, gallery.index) if looked_at else 0
            empty = mistakes.empty_words(self.cell)
            scale = sample_scale(self.app.snapshot.dataset)
            gallery.show(listed.images, listed.captions, index=index, empty=empty, scale=scale)

        if measured.snapshot.dataset.form.is_point:
            self._draw_points(measured, listed)

    def _draw_points(self, measured: Measured, listed: mistakes.Listed) -> None:
        """Show points in the plane; the gallery stays as the list behind them."""
        dataset = measured.snapshot.dataset
        split, number = dataset[measured.split], self.query_one(Gallery).index
        places, labels = split.images[listed.samples], split.labels[listed.samples]
        points = Points(frame_of(dataset), places, labels, mark_names(dataset.form))
        self.query_one(PointCloud).show_points(points, number)
        captions = listed.captions or [mistakes.empty_words(self.cell)]
        self.query_one("#pointed", Plain).show(captions[min(number, len(captions) - 1)])

    def _draw_threshold(self, measured: Measured) -> None:
        if measured.curve is not None:
            evaluation = measured.evaluation
            self.query_one(Plot).show(threshold.trade_off_curves(measured.curve, evaluation))
            self.query_one("#trades", Plain).show(threshold.threshold_words(evaluation))

    def on_resize(self) -> None:
        """Keep what has the focus in sight, where one view is seen at a time."""
        views = {
            "table": View.CLASSES,
            "confusion": View.MATRIX,
            "mistakes": View.GALLERY,
            "points": View.GALLERY,
        }
        focused = self.focused.id if self.focused else None
        if self.room is Room.SMALL and focused in views:
            self.view = views[focused]

    # What keys and the mouse do

    def watch_split(self) -> None:
        """Measure on the other split."""
        self.redraw()

    def watch_view(self) -> None:
        """Show it, and give it the arrow keys."""
        self.redraw()
        where = {View.GALLERY: self._gallery, View.CLASSES: "#table"}
        self.query_one(where.get(self.view, "Confusion")).focus()

    @property
    def _gallery(self) -> str:
        """Where the samples are selected."""
        return "#points" if self.app.snapshot.dataset.form.is_point else "#mistakes"

    def watch_cell(self) -> None:
        """List its images."""
        self.refresh_bindings()
        self.redraw()

    def watch_threshold(self) -> None:
        """Count again."""
        self.redraw()

    @on(Confusion.Selected, "Confusion")
    def select_cell(self, message: Numbers.Selected) -> None:
        """Say what the cell counts, and look at its class."""
        if evaluation := self._evaluation:
            number = model.class_of((message.row, message.column), evaluation.task)
            self.query_one("#table", Numbers).cursor = (number, 0)
            self._draw_words(evaluation)

    @on(Numbers.Selected, "#table")
    def select_class(self) -> None:
        """Say what precision and recall are, with the numbers of the class."""
        if evaluation := self._evaluation:
            self._draw_words(evaluation)

    @on(Confusion.Chosen)
    def open_cell(self, message: Confusion.Chosen) -> None:
        """List the images of a cell."""
        self.cell = message.cell
        if self.room is Room.SMALL:
            self.view = View.GALLERY
        self.query_one(self._gallery).focus()

    @on(PointCloud.Highlighted)
    def select_point(self, message: PointCloud.Highlighted) -> None:
        """Select a point."""
        self.query_one(Gallery).index = message.number
        if self._measured is not None and self._listed is not None:
            self._draw_points(self._measured, self._listed)

    @on(PointCloud.Chosen)
    def open_point(self) -> None:
        """Make a point the sample of the other screens."""
        self.query_one(Gallery).action_choose()

    @on(Gallery.Chosen)
    async def open_image(self, message: Gallery.Chosen) -> None:
        """Make an image the sample of the other screens."""
        measured, snapshot, listed = self._measuring.measured, self.app.snapshot, self._listed
        if not measured or not listed or measured.snapshot.dataset is not snapshot.dataset:
            return
        if message.is_late:
            return
        sample = int(listed.samples[message.index])
        words = mistakes.opened_words(measured, sample, snapshot)
        self.app.selection = mistakes.opened(self.app.selection, measured.split, sample, snapshot)
        await self.app.switch_mode("forward")
        self.app.tell(words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what there is to do in this room, with this network."""
        if action == "view":
            return len(model.views(self.room, self.app.snapshot.recipe.task)) > 1
        if action == "threshold":
            return self.app.snapshot.recipe.task.is_binary
        return action != "close" or self.cell is not None

    def action_view(self, steps: int) -> None:
        """Show something else."""
        order = model.views(self.room, self.app.snapshot.recipe.task)
        now = order.index(self.view) if self.view in order else 0
        self.view = order[(now + steps) % len(order)]

    def action_split(self, steps: int) -> None:
        """Measure on another split."""
        self.split = model.other_split(self.app.snapshot.dataset, self.split, steps)

    def action_threshold(self, steps: int) -> None:
        """Say yes above another output."""
        measured = self._measured
        if measured is not None and measured.curve is not None:
            moved = threshold.moved_threshold(measured.curve, measured.evaluation, steps)
            self.threshold = moved

    def action_close(self) -> None:
        """Show all mistakes again."""
        self.cell = None
        self.view = View.MATRIX
        self.query_one(Confusion).focus()
