"""Screen 3: the step's program, one operation at a time, and every gradient."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from screens.backprop.element import partners
from screens.backprop.gradients import BINS, GradientView, gradient_view
from screens.backprop.heading import Heading
from screens.backprop.heading_widget import HeadingLines
from screens.backprop.model import (
    OperationView,
    is_computed,
    listing,
    marked_words,
    operation_view,
)
from screens.backprop.plates import element_notes, plates
from screens.base.drawn_network import DrawnNetwork
from screens.base.keys import ROW
from screens.base.messages import FollowWindow
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.inspect.choices import opened_by
from screens.inspect.diagram import is_best_drawn, of_batch, why_not
from screens.inspect.maps import unit_axis
from screens.inspect.parameters import Parameter, largest_gradient, parameter_of
from screens.inspect.plated import plate
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Scene, Source, Target, target_in
from screens.inspect.tensors import TensorView, element_at, is_place_of
from screens.inspect.windows import Windowed, windowed
from screens.shapes.plate import Note
from screens.widgets.bars import Bars
from screens.widgets.diagram import DiagramWidget
from screens.widgets.histogram import Histogram
from screens.widgets.listing import Listing
from screens.widgets.plates import Plates
from tui_nn.mistakes.quiz import is_quiz
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.place import Position

VIEWS = ("-operation", "-terms", "-gradients")


class BackpropScreen(DebuggerScreen):
    """One training step as a program: forward, loss, backward, update.

    The ▶ stands at the next operation: n runs it. On the right is the operation looked at: one
    element of its result, marked, and the numbers that it is made of; under them its terms. The
    selected term is marked in every picture. Then comes the gradient of every parameter: how its
    elements spread around 0, how long it is (where there is room also for the parameter's size,
    as ∇/W), and how far the step moves the parameter.
    """

    MODE: ClassVar[str] = "backprop"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "backprop.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "view", tooltip="The operation, its terms, or the gradients"),
        Binding("V", "view(-1)", "view back", show=False, tooltip="The same, the other way"),
        Binding("left_square_bracket,comma", "row(-1)", "row", key_display="[", group=ROW,
                tooltip="The row of the batch before this one; before row 0 is the mean"),
        Binding("right_square_bracket,full_stop", "row(1)", "row", key_display="]", group=ROW,
                tooltip="The next row of the batch, or the term that it brings"),
        Binding("d", "diagram", "diagram",
                tooltip="Draw a small network with all its numbers, or show the tensors"),
        Binding("z", "window", "window",
                tooltip="Follow a convolution's or a pooling's window, position by position"),
        Binding("w", "neuron(1)", "neuron", tooltip="The next neuron of this layer"),
        Binding("W", "neuron(-1)", "neuron back", show=False, tooltip="The neuron before"),
        Binding("f", "mark_mistakes", "mark wrong",
                tooltip="Mark the operations that are wrong on purpose, or no longer"),
        Binding("escape", "follow", "follow ▶", tooltip="Look at what was done last again"),
    ]  # fmt: skip

    _view: OperationView | None = None
    _gradient: GradientView | None = None
    _drawn: Position | None = None
    _row: int | None = None
    _is_drawing: bool | None = None  # whether somebody wants a diagram; None: where it is best

    def compose_body(self) -> Iterable[Widget]:
        """Make the listing, and the panels beside it, of which the operation's are seen first."""
        self.add_class(VIEWS[0])
        with Horizontal(id="backprop"):
            with Vertical(id="lists"):
                yield Panel("the step", Listing(id="listing"), id="program")
                yield Panel("every gradient", Listing(id="parameters"), id="parameters-panel")
            with Vertical(id="looked-at"):
                with Vertical(id="operation"):
                    yield HeadingLines(id="heading")
                    yield Plates(id="pictures")
                    yield DrawnNetwork(Source.BATCH, id="drawn")
                yield Panel("terms", Bars(selectable=True, id="terms"), id="terms-panel")
            with Vertical(id="gradient"):
                yield Plates(id="whole")
                yield Histogram(id="histogram")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show the program, and what is looked at."""
        if selection.operation is not None and self._has_stepped_to(snapshot.position):
            self._drawn = snapshot.position
            self.action_follow()  # which draws
            return
        self._drawn = snapshot.position
        operation = selected_operation(snapshot, selection)
        lines = listing(snapshot, self._wrong(snapshot))
        self.query_one("#program").styles.max_height = len(lines) + 1  # and its title
        self.query_one("#listing", Listing).show(lines, operation.name)
        self._draw_operation(snapshot, selection)
        self._draw_diagram(snapshot, selection)
        self._draw_gradients(snapshot, selection)

    def _marks(self, snapshot: Snapshot) -> bool:
        """Return whether what is wrong on purpose is marked; not while somebody looks for it."""
        mistake = snapshot.recipe.training.mistake
        return self.app.marks_mistakes and bool(mistake) and not is_quiz(mistake)

    def _wrong(self, snapshot: Snapshot) -> list[str]:
        """Return the names of operations that are marked as wrong."""
        if (checked := self.app.checked) is not None:
            return [name for name in checked.wrong if checked.is_of(snapshot, name)]
        if not self._marks(snapshot):
            return []
        return [each.name for each in snapshot.program.operations if each.mistaken]

    def _has_stepped_to(self, position: Position) -> bool:
        """Return whether single operations were run since it was drawn, and not whole steps."""
        return self._drawn is not None and position != self._drawn and position.operation > 0

    def _draw_operation(self, snapshot: Snapshot, selection: Selection) -> None:
        before, self._view = (
            self._view,
            operation_view(
                snapshot, selection, marks=self._marks(snapshot), checked=self.app.checked
            ),
        )
        view, element = self._view, self._view.element
        panel, terms = self.query_one("#terms-panel", Panel), self.query_one("#terms", Bars)
        if element is None:
            panel.retitle(view.note)
            terms.show(())
        else:
            panel.retitle(element.title)
            terms.show(element.bars, signed=True)
            old = None if before is None else before.element
            if old is None or old.target != element.target:
                terms.index = 0
            elif selection.row is not None and selection.row != self._row:
                row = element.part_of_row(snapshot.computed.program, selection.row)
                terms.index = terms.index if row is None else row
        self._row = selection.row
        notes = element_notes(element) if self.has_class("-short") else ()
        pictures = self.query_one("#pictures", Plates)
        pictures.show(plates(view, self._places), notes)
        self._draw_heading()

    @on(Plates.Fitted, "#pictures")
    def _draw_heading(self) -> None:
        view, pictures = self._view, self.query_one("#pictures", Plates)
        if view is not None:
            left_out = ", ".join(each.title for each in pictures.left_out)
            note = view.note + (f"; no room for {left_out}" if left_out else "")
            heading = Heading(view.formula, view.why, f"PyTorch: {view.torch}", note)
            self.query_one(HeadingLines).show(heading)

    @property
    def _places(self) -> list[tuple[int, int] | None]:
        """The values that are marked: the element, and what the selected term is made of."""
        view, index = self._view, self.query_one("#terms", Bars).index
        if view is None or view.element is None:
            return [None] * len(view.views if view else ())
        parts = view.element.parts
        term = parts[index] if index < len(parts) else None
        if self.app.checked and self.app.checked.is_of(self.app.snapshot, view.element.target.name):
            return [view.element.place] * len(view.views)
        return [*partners(view.reads, term), view.element.place]

    def _draw_diagram(self, snapshot: Snapshot, selection: Selection) -> None:
        """Draw the network with its numbers, where that is what is looked at."""
        is_best = is_best_drawn(snapshot.program) and self.app.checked is None
        is_drawing = is_best if self._is_drawing is None else self._is_drawing
        if is_drawing != self.has_class("-diagram"):
            self._turn_diagram(on=is_drawing)
        if is_drawing:
            words = why_not(snapshot.program)
            diagram = None if words else of_batch(snapshot, selection)
            self.query_one(DrawnNetwork).show(diagram, words)

    def _turn_diagram(self, *, on: bool) -> None:
        """Show the diagram in place of the operation's tensors, or these again."""
        self.set_class(on, "-diagram")
        self.refresh_bindings()
        had = self.focused is None or self.focused.id in ("pictures", "terms", "listing")
        if had or isinstance(self.focused, DiagramWidget):
            self.query_one(DiagramWidget if on else "#pictures").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer no other view of the tensors where there are none, and a window where one moves."""
        if action == "mark_mistakes":
            mistake = self.app.snapshot.recipe.training.mistake if self.app.is_begun else None
            return bool(mistake) and not is_quiz(mistake)
        if action == "window":
            return self._walk is not None
        return action not in ("view", "neuron") or not self.has_class("-diagram")

    @property
    def _walk(self) -> Windowed | None:
        """How the window of the operation moves that is looked at, if it has one and was run."""
        operation = selected_operation(self.app.snapshot, self.app.selection)
        return windowed(operation) if is_computed(self.app.snapshot, operation) else None

    def action_window(self) -> None:
        """Follow the window of the operation that is looked at."""
        if (walk := self._walk) is not None:
            self.post_message(FollowWindow(self.scene, walk))

    def action_mark_mistakes(self) -> None:
        """Mark the operations that are wrong on purpose, or no longer."""
        self.app.marks_mistakes = not self.app.marks_mistakes
        self.redraw()
        wrong = [each.symbol for each in self.app.snapshot.program.operations if each.mistaken]
        if self.app.marks_mistakes:
            self.app.tell(marked_words(wrong))

    def action_diagram(self) -> None:
        """Draw the network, or show the tensors again."""
        self._is_drawing = not self.has_class("-diagram")
        if self._is_drawing:
            self.remove_class(*VIEWS)
            self.add_class(VIEWS[0])
        self.redraw()

    def _draw_gradients(self, snapshot: Snapshot, selection: Selection) -> None:
        view = self._gradient = gradient_view(
            snapshot, selection, self.query_one("#lists").size.width
        )
        self.query_one("#parameters", Listing).show(view.lines, view.selected)
        if not self.query_one("#gradient").display:
            return
        whole, histogram = self.query_one("#whole", Plates), self.query_one(Histogram)
        if view.picture is None:
            whole.show((), (Note(view.title, view.title),))
            histogram.clear()
        else:
            whole.show([plate(view.picture, place=whole.cursor)])
            counts, edges = snapshot.computed.statistics.histogram(view.selected, BINS)
            histogram.show(counts, edges, "gradient histogram")

    @on(Listing.Selected)
    def look_at(self, message: Listing.Selected) -> None:
        """Look at the operation of the selected line."""
        self.app.selection = replace(self.app.selection, operation=message.name, element=None)

    @on(Bars.Selected, "#terms")
    def mark_term(self) -> None:
        """Mark what the selected term is made of."""
        self.query_one("#pictures", Plates).mark(self._places)

    @on(Plates.Selected, "#pictures")
    def take_apart(self, message: Plates.Selected) -> None:
        """Take the selected element apart, or select the term that a number takes part in."""
        view = self._view
        if view is None or view.element is None or view.write is None:
            return
        pictures = [*view.reads, view.write]
        if not is_place_of(pictures, message.number, message.place):
            return  # another step is shown by now
        if message.number == len(view.reads):
            self._select(view.write, message.place)
            return
        read = view.reads[message.number]
        term = view.element.term_of(read.name, element_at(read, *message.place))
        if term in view.element.parts:
            self.query_one("#terms", Bars).index = view.element.parts.index(term)
            self.mark_term()
        elif term is None and read.values.shape == view.write.values.shape:
            self._select(view.write, message.place)  # it goes into another element

    def _select(self, view: TensorView, place: tuple[int, int]) -> None:
        element, selection = element_at(view, *place), self.app.selection
        axis, layer = unit_axis(view.tensor), view.tensor.layer
        if layer and axis is not None:
            selection = replace(selection, layer=layer, neuron=element[axis])
        self.app.selection = replace(selection, element=element)

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the element under the cursor of a picture, else the one that is taken apart."""
        view, gradient = self._view, self._gradient
        if isinstance(widget, DiagramWidget):
            return self.query_one(DrawnNetwork).target
        if isinstance(widget, Plates) and widget.id == "pictures" and view and view.views:
            shown = view.views[widget.number]
            return target_in(Source.BATCH, shown, widget.cursor, read=shown.read)
        if widget is not None and widget.id in ("whole", "parameters") and gradient:
            cursor = widget.cursor if isinstance(widget, Plates) else None
            if gradient.picture is not None:
                return target_in(Source.BATCH, gradient.picture, cursor)
        element = view.element if view else None
        if element is not None and isinstance(widget, Bars) and widget.index < len(element.parts):
            scene = Scene(self.app.snapshot, self.app.selection)
            return opened_by(scene, element.target, element.parts[widget.index])
        return None if element is None else element.target

    def selected_parameter(self) -> Parameter:
        """Return the parameter that is looked at, or is taken apart; else the layer's steepest."""
        element = self._view.element.target if self._view and self._view.element else None
        layer = selected_operation(self.app.snapshot, self.app.selection).layer
        return (
            parameter_of(self.scene, self.number_in(self.worked_on))
            or parameter_of(self.scene, self.still_there(element))
            or largest_gradient(self.app.snapshot, layer)
        )

    def action_row(self, by: int) -> None:
        """Choose another row of the batch, or the mean, which stands before row 0."""
        rows, selection = len(self.app.snapshot.computed.context.indices), self.app.selection
        now = -1 if selection.row is None else min(selection.row, rows - 1)
        row = (now + 1 + by) % (rows + 1) - 1
        self.app.selection = replace(selection, row=None if row < 0 else row)

    def action_neuron(self, by: int) -> None:
        """Choose another neuron of the layer that is looked at."""
        snapshot, selection = self.app.snapshot, self.app.selection
        layer = selected_operation(snapshot, selection).layer
        now = selection.neuron if layer == selection.layer else 0
        neuron = (now + by) % snapshot.program.network.units[layer]
        selection = replace(selection, layer=layer, neuron=neuron)
        element = self._view.element if self._view else None
        if element is not None:
            unit = unit_axis(self.scene.tensor(element.target))
            index = [neuron if axis == unit else at for axis, at in enumerate(element.target.index)]
            selection = replace(selection, element=tuple(index))
        self.app.selection = selection

    def action_follow(self) -> None:
        """Look at what was done last."""
        self.query_one(DrawnNetwork).follow()
        self.app.selection = replace(self.app.selection, operation=None, element=None)

    def action_view(self, by: int) -> None:
        """Look at something else, where there is no room for all."""
        now = next(place for place, view in enumerate(VIEWS) if self.has_class(view))
        self.update_classes({VIEWS[now]: False, VIEWS[(now + by) % len(VIEWS)]: True})
        self.call_after_refresh(self.redraw)
