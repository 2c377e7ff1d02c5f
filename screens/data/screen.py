"""Screen 1: the digits, their numbers and their labels."""

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import PurePath
from typing import ClassVar

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.new_runs import left_words
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.data import model
from screens.data.model import View
from screens.inspect.plane import frame_of, mark_names
from screens.inspect.samples import as_picture, sample_scale, selected
from screens.inspect.selection import Selection
from screens.inspect.subject import Source, Target
from screens.shapes.room import Room
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.gallery import Gallery
from screens.widgets.numbers import Numbers
from screens.widgets.point_cloud import PointCloud, Points
from tui_nn.data.dataset import Dataset, normalise
from tui_nn.nn.inputs import A0
from tui_nn.training.session.snapshot import Snapshot

_CLASS = Binding.Group("digit", compact=True)
_SPLIT = Binding.Group("split", compact=True)
_VIEW = Binding.Group("view", compact=True)


class Wanted(Static):
    """What the network should say: a cell for each output, 1 or 0."""

    DEFAULT_CSS = "Wanted { width: auto; height: 2; }"

    def show(self, values: list[float], names: list[str]) -> None:
        """Show the numbers, each under its name where they have some."""
        if not values:
            self.update("not known: it has no label")
            return
        cells = [f"{value:g}" for value in values]
        widths = [max(map(len, pair)) for pair in zip_longest(cells, names, fillvalue="")]
        numbers = Content(" ").join(
            Content.styled(cell.ljust(width), "" if cell == "0" else "bold reverse")
            for cell, width in zip(cells, widths, strict=True)
        )
        line = Content.assemble("y [", numbers, "]")
        if not names:
            self.update(line)
            return
        padded = (name.ljust(width) for name, width in zip(names, widths, strict=True))
        over = Content(" ").join(Content.styled(name, "dim") for name in padded)
        self.update(Content.assemble("   ", over, "\n", line))


class DataScreen(DebuggerScreen):
    """The handwritten digits that the network learns, each with its label.

    An image is 28×28 numbers from 0 (paper) to 255 (ink); divided by 255 they are the network's
    input. The label becomes ten numbers, 1 for the digit that it is and 0 for the rest: what the
    network should say; or one, where it is only asked whether it is a certain digit. Of points in
    the plane there are their two numbers, which the network is given as they are. It learns
    from train; validation and test only measure it. Where a recipe distorts the images, what an
    epoch trains on stands beside the sample.
    """

    MODE: ClassVar[str] = "data"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "data.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "next view", group=_VIEW, tooltip="Images, pixels, or counts"),
        Binding("V", "view(-1)", "view before", group=_VIEW, tooltip="The view before"),
        Binding("f", "filter(1)", "next digit", group=_CLASS, tooltip="Only one digit, 0 to 9"),
        Binding("F", "filter(-1)", "digit before", group=_CLASS, tooltip="The filter before"),
        Binding("s", "split(1)", "next split", group=_SPLIT, tooltip="Train, validation or test"),
        Binding("S", "split(-1)", "split before", group=_SPLIT, tooltip="The split before"),
        Binding("o", "app.open_dialog('data_source')", "source", tooltip="Choose other data"),
        Binding("u", "reshuffle", "reshuffle", tooltip="Split and shuffle with another seed"),
    ]  # fmt: skip

    view: var[View] = var(View.GALLERY, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._listed: tuple[object, ...] | None = None
        self._indices: NDArray[np.intp] = np.arange(0)
        self._looked_at: tuple[object, ...] | None = None
        self._drawn_points: tuple[object, ...] | None = None
        self._distorts = self._plain = False

    def compose_body(self) -> Iterable[Widget]:
        """Make the gallery, the numbers, and what is known about the sample and its data set."""
        yield Controls()
        with Horizontal(id="data"):
            yield Panel("images", Gallery(), PointCloud(id="plane"), id="gallery")
            with Container(id="right"):
                yield Panel("pixels", Numbers(), Plain(id="pixel"), Plain(id="y"), id="numbers")
                with Container(id="about"):
                    label = Plain("one-hot label", id="one-hot")
                    with Horizontal(id="images"):
                        yield Panel("sample", Digit(id="image"), label, Wanted(), id="sample")
                        yield Panel("as it is trained on", Digit(id="bent"), id="distorted")
                    counts = (Plain(id="splits"), Bars(), Plain(id="totals"))
                    yield Panel("how many of each digit", *counts, id="counts")

    def on_mount(self) -> None:
        """Give the arrow keys to the gallery, or to the plane in its place."""
        self._show_as_points(self.app.snapshot.dataset.form.is_point)
        self._focus_samples()

    def _show_as_points(self, is_point: bool) -> None:
        """Show samples as points in the plane, or as pictures."""
        self.query_one(Gallery).display = not is_point
        self.query_one(PointCloud).display = is_point
        self.set_class(is_point, "-points")

    def _focus_samples(self) -> None:
        """Give the arrow keys to the samples."""
        self.query_one(PointCloud if self.query_one(PointCloud).display else Gallery).focus()

    # Drawing: only what changed, since most snapshots change nothing here

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Fill what the selection changed."""
        self._distorts = snapshot.program.distortion is not None
        self._plain = snapshot.dataset.form.plain
        view = model.view_in(self.room, self.view, distorts=self._distorts, plain=self._plain)
        views = {f"-{each.name.lower()}": each is view for each in View}
        self.update_classes({**views, "-distorts": self._distorts})
        self.query_one(Controls).show(self._controls(selection, view))
        dataset = snapshot.dataset
        self._draw_gallery(snapshot, selection)
        epoch = snapshot.position.epoch if self._distorts else 0
        sample = (selection.split, selection.sample, selection.drawn)
        looked_at = (dataset, snapshot.recipe, sample, view, epoch)
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self._draw_sample(snapshot, selection, view)
            self._draw_distorted(snapshot, selection)

    def _draw_gallery(self, snapshot: Snapshot, selection: Selection) -> None:
        dataset, widget = snapshot.dataset, self.query_one(Gallery)
        if dataset.form.is_point != self.query_one(PointCloud).display:
            had_focus = widget.has_focus or self.query_one(PointCloud).has_focus
            self._show_as_points(dataset.form.is_point)
            if had_focus:
                self.call_after_refresh(self._focus_samples)
        listed = (dataset, snapshot.recipe, selection.split, selection.digit)
        if listed != self._listed:
            self._listed = listed
            self._indices, images, captions = model.gallery(dataset, selection)
            empty, scale = model.empty_words(selection, dataset.form), sample_scale(dataset)
            widget.show(images, captions, empty=empty, scale=scale)
            title = model.gallery_title(dataset, selection, len(images))
            self.query_one("#gallery", Panel).retitle(title)
            what = "digit" if dataset.form.is_picture else "class"
            self.query_one("#counts", Panel).retitle(f"how many of each {what}")
            counts, extra = model.class_counts(dataset), model.emphasis(snapshot)
            header = model.count_header(counts, selection.split, extra)
            self.query_one("#splits", Plain).show(header)
            self.query_one("#totals", Plain).show(model.count_totals(counts, extra))
            self.query_one(Bars).show(model.count_bars(counts, selection, extra, dataset.form))
        if dataset.form.is_point:
            self._draw_points(dataset, selection)
        widget.index = int(np.searchsorted(self._indices, selection.sample))

    def _draw_points(self, dataset: Dataset, selection: Selection) -> None:
        """Show the samples that the filter lets through as points in the plane."""
        drawn = dataset, selection.split, selection.digit, selection.sample
        if drawn == self._drawn_points:
            return
        self._drawn_points = drawn
        split = dataset[selection.split]
        places, labels = split.images[self._indices], split.labels[self._indices]
        points = Points(frame_of(dataset), places, labels, mark_names(dataset.form))
        number = int(np.searchsorted(self._indices, selection.sample))
        self.query_one(PointCloud).show_points(points, number)

    def _draw_sample(self, snapshot: Snapshot, selection: Selection, view: View) -> None:
        image, label = selected(snapshot.dataset, selection)
        task, form = snapshot.recipe.task, snapshot.dataset.form
        image, scale = as_picture(image, form), sample_scale(snapshot.dataset)
        caption = model.sample_caption(selection, label, form)
        self.query_one("#image", Digit).show(image, caption, scale=scale)
        self.query_one("#one-hot", Plain).show(model.wanted_title(task))
        self.query_one(Wanted).show(model.wanted(task, label), model.wanted_names(task))
        self.query_one("#y", Plain).show(model.wanted_line(task, label))
        numbers = self.query_one(Numbers)
        if view is View.NORMALISED:
            read = normalise(image[None], scale=form.scale)[0].reshape(image.shape)
            numbers.show(read, "grey", form=".2f")
        else:
            numbers.show(image, scale.kind, form=".4f" if form.plain else None)
        shown = View.NORMALISED if view is View.NORMALISED else View.NUMBERS
        title = f"{model.view_name(shown, form)} · {caption}"
        self.query_one("#numbers", Panel).retitle(title)
        self._draw_pixel()

    def _draw_distorted(self, snapshot: Snapshot, selection: Selection) -> None:
        image = model.distorted(snapshot, selection)
        self.query_one("#distorted").display = image is not None
        if image is not None:
            words = f"distorted, in epoch {snapshot.position.epoch}"
            self.query_one("#bent", Digit).show(image, words)

    def _draw_pixel(self) -> None:
        dataset = self.app.snapshot.dataset
        image = as_picture(selected(dataset, self.app.selection)[0], dataset.form)
        line = model.pixel_line(image, *(self.query_one(Numbers).cursor or (0, 0)))
        self.query_one("#pixel", Plain).show(line)

    def _controls(self, selection: Selection, view: View) -> list[Control]:
        form = self.app.snapshot.dataset.form
        digit = "all" if selection.digit is None else form.label_name(selection.digit)
        what = "digit" if form.is_picture else "class"
        return [
            Control("v", "view", model.view_name(view, form), "screen.view(1)"),
            Control("f", what, digit, "screen.filter(1)"),
            Control("s", "split", selection.split, "screen.split(1)"),
            Control("o", "source", "", "app.open_dialog('data_source')"),
            Control("u", "reshuffle", "", "screen.reshuffle"),
        ]

    def on_resize(self) -> None:
        """Keep what has the focus in sight: the numbers where they were looked at."""
        if isinstance(self.focused, Numbers) and self.view not in (View.NUMBERS, View.NORMALISED):
            self.view = View.NUMBERS

    # What keys and the mouse do

    @on(Gallery.Highlighted)
    def select_sample(self, message: Gallery.Highlighted) -> None:
        """Select the sample under the cursor."""
        if not message.is_late:
            sample = int(self._indices[message.index])
            self.app.selection = replace(self.app.selection, sample=sample, drawn=None)

    @on(PointCloud.Highlighted)
    def select_point(self, message: PointCloud.Highlighted) -> None:
        """Select the sample under the cursor."""
        if message.number < len(self._indices):
            sample = int(self._indices[message.number])
            self.app.selection = replace(self.app.selection, sample=sample)

    @on(PointCloud.Chosen)
    @on(Gallery.Chosen)
    async def open_sample(self) -> None:
        """Take the sample through the network."""
        await self.app.switch_mode("forward")

    @on(Numbers.Selected)
    def select_pixel(self) -> None:
        """Say what becomes of the pixel under the cursor."""
        self._draw_pixel()

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the pixel under the cursor."""
        cursor = widget.cursor if isinstance(widget, Numbers) else None
        if cursor is None or self.app.snapshot.probe is None:
            return None
        row, column = cursor
        columns = widget.extent[1] if isinstance(widget, Numbers) else 0
        return Target(Source.PROBE, A0, (0, row * columns + column), read=True)

    def action_view(self, steps: int) -> None:
        """Show something else, and give it the arrow keys."""
        order = model.views(self.room, distorts=self._distorts, plain=self._plain)
        view = model.view_in(self.room, self.view, distorts=self._distorts, plain=self._plain)
        place = order.index(view) + steps
        self.view = order[place % len(order)]
        self.redraw()
        on_images = self.view is View.GALLERY or self.room is Room.LARGE
        if on_images:
            self._focus_samples()
        else:
            self.query_one(Numbers).focus()

    def action_filter(self, steps: int) -> None:
        """Show one digit only."""
        self.app.selection = model.filtered(self.app.snapshot.dataset, self.app.selection, steps)

    def action_split(self, steps: int) -> None:
        """Show another split."""
        self.app.selection = model.other_split(self.app.snapshot.dataset, self.app.selection, steps)

    def action_reshuffle(self) -> None:
        """Begin a new run, with its samples split and shuffled by another seed."""
        seed = self.app.snapshot.recipe.training.seed + 1
        self.app.trainer.replace(lambda session: session.reseeded(seed))
        words = f"Seed {seed}: new split into train and validation, new order, new weights, step 0."
        self.app.tell(f"{words} {left_words(self.app.snapshot)}".strip())
