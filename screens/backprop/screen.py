"""Screen 3: the step's program, one operation at a time, and every gradient."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.backprop.gradients import gradient_view
from screens.backprop.model import (
    ElementView,
    OperationView,
    element_view,
    left_out,
    listing,
    operation_view,
)
from screens.base.frame import Plain
from screens.base.keys import ROW
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.inspect.choices import opened_by
from screens.inspect.parameters import Parameter, largest_gradient, parameter_of
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Scene, Source, Target, target_in
from screens.inspect.tensors import Fit, TensorView, side_by_side
from screens.widgets.bars import Bars
from screens.widgets.heatmap import Heatmap
from screens.widgets.histogram import Histogram
from screens.widgets.listing import Listing
from tui_nn.training.session.snapshot import Snapshot

VIEWS = ("-operation", "-terms", "-gradients")
MOST_READ = 6


class TensorPanel(Panel):
    """One tensor as a picture, or as a number where it is only one."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self.picture = Heatmap(selectable=True)
        self.number = Plain()
        self.view: TensorView | None = None
        super().__init__("", self.picture, self.number, id=id, classes=classes)

    def show(self, view: TensorView | None, fit: Fit) -> None:
        """Show a tensor beside others; nothing if there is none."""
        self.display = view is not None
        if view is None:
            return
        self.retitle(fit.title(view))
        self.number.show(view.text)
        self.number.display = bool(view.text)
        self.picture.display = not view.text
        self.view = view
        lines = min((len(view.values) + 1) // 2, fit.columns // 2)
        self.picture.styles.width = fit.width(view)
        self.picture.styles.height = lines + self.picture.show_legend
        self.styles.width = fit.taken([view]) - 1
        self.picture.show(view.values, view.kind)


class Tensors(Horizontal):
    """Tensors side by side, drawn again when there is more or less room for them."""

    room: var[int] = var(0, init=False)

    def on_resize(self, event: Resize) -> None:
        """Take note of the room."""
        self.room = event.size.width

    def watch_room(self) -> None:
        """Have what suits the room drawn."""
        if isinstance(screen := self.screen, DebuggerScreen):
            screen.redraw()


class BackpropScreen(DebuggerScreen):
    """One training step as a program: forward, loss, backward, update.

    The ▶ stands at the next operation: n runs it. On the right is the operation looked at, with
    what it reads and what it writes, and one element of that taken apart by the chain rule; then
    the gradient of every parameter: how its elements spread around 0, how long it is (where there
    is room also for the parameter's size, as ∇/W), and how far the step moves the parameter.
    """

    MODE: ClassVar[str] = "backprop"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "backprop.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "view", tooltip="The operation, its terms, or the gradients"),
        Binding("V", "view(-1)", "view back", show=False, tooltip="The same, the other way"),
        Binding("left_square_bracket,comma", "row(-1)", "row", key_display="[", group=ROW,
                tooltip="The row of the batch before this one; 0 is the mean"),
        Binding("right_square_bracket,full_stop", "row(1)", "row", key_display="]", group=ROW,
                tooltip="The next row of the batch"),
        Binding("w", "neuron(1)", "neuron", tooltip="The next neuron of this layer"),
        Binding("W", "neuron(-1)", "neuron back", show=False, tooltip="The neuron before"),
        Binding("escape", "follow", "follow ▶", tooltip="Look at what was done last again"),
    ]  # fmt: skip

    _element: ElementView | None = None
    _whole: TensorView | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Make the listing, and the panels beside it."""
        with Horizontal(id="backprop"):
            with Vertical(id="lists"):
                yield Panel("the step", Listing(id="listing"), id="program")
                yield Panel("every gradient", Listing(id="parameters"), id="parameters-panel")
            with Vertical(id="looked-at"):
                with Vertical(id="operation"):
                    yield Plain(id="formula")
                    yield Static(id="why", markup=False)
                    yield Plain(id="torch", classes="note")
                    yield Plain(id="note", classes="note")
                    with Tensors(id="tensors"):
                        for number in range(MOST_READ):
                            yield TensorPanel(id=f"read{number}", classes="read")
                        yield Plain("→", id="arrow")
                        yield TensorPanel(id="write")
                yield Panel("terms", Bars(selectable=True, id="terms"), id="terms-panel")
            with Vertical(id="gradient"):
                yield Panel("∇", Heatmap(selectable=True, id="whole"), id="whole-panel")
                yield Histogram(id="histogram")

    def on_mount(self) -> None:
        """Begin with the operation."""
        self.add_class(VIEWS[0])
        super().on_mount()

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show the program, and what is looked at."""
        operation = selected_operation(snapshot, selection)
        lines = listing(snapshot)
        self.query_one("#program").styles.max_height = len(lines) + 1  # and its title
        self.query_one("#listing", Listing).show(lines, operation.name)
        self._draw_operation(snapshot, selection)
        self._draw_gradients(snapshot, selection)

    def _draw_operation(self, snapshot: Snapshot, selection: Selection) -> None:
        view = operation_view(snapshot, selection)
        self.query_one("#formula", Plain).show(view.formula)
        self.query_one("#why", Static).update(self.app.look.text(view.why))
        self.query_one("#torch", Plain).show(f"PyTorch: {view.torch}")
        room, widest = (
            self.query_one("#tensors").size.width,
            14 if self.has_class("-narrow") else 28,
        )
        fit = side_by_side(view.reads[:MOST_READ], view.write, room, widest)
        for number in range(MOST_READ):
            read = view.reads[number] if number < fit.shown else None
            self.query_one(f"#read{number}", TensorPanel).show(read, fit)
        self.query_one("#write", TensorPanel).show(view.write, fit)
        self.query_one("#arrow").display = view.write is not None
        self.query_one("#note", Plain).show(view.note + left_out(view, fit.shown))
        self._draw_terms(snapshot, selection, view)

    def _draw_terms(self, snapshot: Snapshot, selection: Selection, view: OperationView) -> None:
        panel, terms = self.query_one("#terms-panel", Panel), self.query_one("#terms", Bars)
        if view.write is None:
            panel.retitle(view.note)
            terms.show(())
            self._element = None
            return
        self._element = element = element_view(snapshot, selection, view.write)
        panel.retitle(element.title)
        terms.show(element.bars, signed=True)
        self.query_one("#write", TensorPanel).picture.cursor = element.place

    def _draw_gradients(self, snapshot: Snapshot, selection: Selection) -> None:
        view = gradient_view(snapshot, selection, self.query_one("#lists").size.width)
        self.query_one("#parameters", Listing).show(view.lines, view.selected)
        self.query_one("#whole-panel", Panel).retitle(view.title)
        whole, histogram = self.query_one("#whole", Heatmap), self.query_one(Histogram)
        self._whole = view.picture
        if view.picture is None:
            whole.clear()
            histogram.clear()
        else:
            whole.show(view.picture.values)
            histogram.show(view.counts, view.edges, "elements by size")

    @on(Listing.Selected)
    def look_at(self, message: Listing.Selected) -> None:
        """Look at the operation of the selected line."""
        self.app.selection = replace(self.app.selection, operation=message.name, element=None)

    @on(Heatmap.Selected, "#write Heatmap")
    def take_apart(self, message: Heatmap.Selected) -> None:
        """Take the selected element apart."""
        place = (message.row, message.column)
        self.app.selection = replace(self.app.selection, element=place)

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the element under the cursor of a picture, else the one that is taken apart."""
        if (
            isinstance(widget, Heatmap)
            and isinstance(panel := widget.parent, TensorPanel)
            and panel.has_class("read")
            and panel.view is not None
        ):
            return target_in(Source.BATCH, panel.view, widget.cursor, read=True)
        if widget is not None and widget.id in ("whole", "parameters") and self._whole is not None:
            cursor = widget.cursor if isinstance(widget, Heatmap) else None
            return target_in(Source.BATCH, self._whole, cursor)
        element = self._element
        if element is not None and isinstance(widget, Bars) and widget.index < len(element.parts):
            scene = Scene(self.app.snapshot, self.app.selection)
            return opened_by(scene, element.target, element.parts[widget.index])
        return None if element is None else element.target

    def selected_parameter(self) -> Parameter:
        """Return the parameter that is looked at, or is taken apart; else the layer's steepest."""
        element = None if self._element is None else self._element.target
        layer = selected_operation(self.app.snapshot, self.app.selection).layer
        return (
            parameter_of(self.scene, self.target_in(self.focused))
            or parameter_of(self.scene, element)
            or largest_gradient(self.app.snapshot, layer)
        )

    def action_row(self, by: int) -> None:
        """Choose another row of the batch."""
        rows = len(self.app.snapshot.computed.context.indices) + 1
        selection = self.app.selection
        self.app.selection = replace(selection, row=(selection.row + by) % rows)

    def action_neuron(self, by: int) -> None:
        """Choose another neuron of the layer that is looked at."""
        snapshot, selection = self.app.snapshot, self.app.selection
        layer = selected_operation(snapshot, selection).layer
        now = selection.neuron if layer == selection.layer else 0
        neuron = (now + by) % snapshot.program.network.sizes[layer]
        self.app.selection = replace(selection, layer=layer, neuron=neuron)

    def action_follow(self) -> None:
        """Look at what was done last."""
        self.app.selection = replace(self.app.selection, operation=None, element=None)

    def action_view(self, by: int) -> None:
        """Look at something else, where there is no room for all."""
        now = next(place for place, view in enumerate(VIEWS) if self.has_class(view))
        self.remove_class(VIEWS[now])
        self.add_class(VIEWS[(now + by) % len(VIEWS)])
        self.call_after_refresh(self.redraw)
