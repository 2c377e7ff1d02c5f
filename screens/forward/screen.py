"""Screen 2: a sample goes through the network."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.forward.model import (
    LayerView,
    caption,
    is_untouched,
    layer_views,
    most_lines,
    neuron_view,
    probabilities_note,
    probabilities_title,
    probability_bars,
    verdict,
)
from screens.inspect.choices import opened_by
from screens.inspect.parameters import Parameter, parameter_of
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.heatmap import Heatmap
from tui_nn.nn.explain import Term
from tui_nn.nn.tensor import Role
from tui_nn.training.session.snapshot import Snapshot

OFFER = "random weights so far: ctrl+o opens a trained network · arrows: a neuron"
HINT = "arrows: a neuron · tab: the next layer · v: its weights · enter: its sum"

_AROUND = 6  # lines that are not the body's
_NEURON = 12  # lines for the neuron, under the network


class LayerPanel(Panel):
    """A layer's sums and activations, side by side."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.z = Heatmap(selectable=True, show_legend=False)
        self.a = Heatmap(selectable=True, show_legend=False)
        self.a.can_focus = False  # one stop a layer is enough for tab; the mouse reaches both
        self.ranges = Plain(classes="note")
        super().__init__(f"layer {number}", Horizontal(self.z, self.a), self.ranges)

    def show(self, view: LayerView, room: int, most: int) -> None:
        """Show the layer; what has not the room for all its neurons is drawn smaller.

        Args:
            view: The layer.
            room: Columns that there are for its sums, and as many for its activations.
            most: Lines that a picture may take.
        """
        self.retitle(view.title)
        self.ranges.show(view.ranges)
        rows, columns = view.z.shape
        wide = 2 * columns <= room and rows <= most
        for heatmap, values in ((self.z, view.z), (self.a, view.a)):
            heatmap.wide = wide
            heatmap.styles.width = 2 * columns if wide else min(columns, room)
            heatmap.styles.height = rows if wide else min((rows + 1) // 2, most)
            heatmap.show(values)
            heatmap.cursor = view.cursor


class Linked(Heatmap):
    """A picture of a sum's inputs, in which the mouse selects; the keys have the list of terms."""

    def __init__(self, *, id: str) -> None:
        super().__init__(selectable=True, id=id)
        self.can_focus = False


class ForwardScreen(DebuggerScreen):
    """One sample going through the network, from its pixels to ten probabilities.

    Each layer computes weighted sums of its inputs (z) and applies the activation (a). Move to
    a neuron with the arrow keys, to the next layer with tab: its weights are shown as a picture,
    negative in blue and positive in orange, beside each weight times its pixel, and its sum is
    written out.
    """

    MODE: ClassVar[str] = "forward"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "forward.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", "network/neuron", tooltip="Look at the network, or at one neuron"),
    ]

    _places: Sequence[tuple[int, int] | None] = ()
    _parts: tuple[Term, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Make the network's panels, and the neuron's."""
        layers = range(1, self.app.snapshot.program.network.depth + 1)
        with Horizontal(id="network"):
            yield Panel("sample", Digit(id="image"), Plain(id="verdict"), id="sample")
            yield Vertical(*(LayerPanel(layer) for layer in layers), id="layers")
            says = (Bars(selectable=True, id="probabilities"), Plain(id="sum", classes="note"))
            yield Panel("p: probabilities", *says, id="says")
        yield Plain(id="hint", classes="note")
        with Horizontal(id="neuron"):
            yield Panel("w", Linked(id="weights"), id="weights-panel")
            yield Panel("w ⊙ x", Linked(id="products"), id="products-panel")
            yield Panel("z", Bars(selectable=True, id="terms"), id="terms-panel")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show the sample, and the neuron."""
        probe = snapshot.probe
        if probe is None:
            return
        untouched = is_untouched(snapshot)
        self.set_class(untouched, "-untouched")
        self.query_one("#hint", Plain).show(OFFER if untouched else HINT)
        self.query_one("#image", Digit).show(probe.image, caption(selection, probe))
        self.query_one("#verdict", Plain).show(verdict(probe))
        self.query_one("#says", Panel).retitle(probabilities_title(probe))
        self.query_one("#probabilities", Bars).show(probability_bars(probe), limit=1.0)
        note = probabilities_note(probe)
        self.query_one("#sum", Plain).show(note)
        self.query_one("#sum").display = bool(note)
        self._draw_layers(layer_views(snapshot, selection))
        if self.query_one("#neuron").display:
            self._draw_neuron(snapshot, selection)

    def _draw_layers(self, views: list[LayerView]) -> None:
        panels = list(self.query(LayerPanel))
        if len(panels) != len(views):  # another run, with more layers or fewer
            self.call_later(self._make_layers, len(views))
        if len(panels) != len(views) or not all(panel.ranges.is_attached for panel in panels):
            return
        width = self.query_one("#layers").styles.width
        room = int(width.value if width else 0) // 2 - 1
        below = 0 if self.has_class("-short") else _NEURON
        heights = [view.height(room) for view in views]
        most = most_lines(heights, self.size.height - _AROUND - below)
        for panel, view in zip(panels, views, strict=True):
            panel.show(view, room, most)

    async def _make_layers(self, count: int) -> None:
        """Make a panel for each layer, and draw when all their parts are there."""
        layers = self.query_one("#layers")
        if len(layers.query(LayerPanel)) != count:
            await layers.remove_children(LayerPanel)
            await layers.mount(*(LayerPanel(number) for number in range(1, count + 1)))
            self.redraw()

    def _draw_neuron(self, snapshot: Snapshot, selection: Selection) -> None:
        view = neuron_view(snapshot, selection, brief=self.has_class("-narrow"))
        self.query_one("#weights-panel", Panel).retitle(view.weights_title)
        self.query_one("#products-panel", Panel).retitle(view.products_title)
        self.query_one("#terms-panel", Panel).retitle(view.equation)
        self.query_one("#weights", Heatmap).show(view.weights)
        self.query_one("#products", Heatmap).show(view.products)
        terms = self.query_one("#terms", Bars)
        terms.show(view.bars, signed=True)
        self._places, self._parts = view.places, view.parts
        self._point_at(terms.index)

    def _point_at(self, term: int) -> None:
        """Mark where in the pictures a term comes from."""
        for picture in self.query("#weights, #products").results(Heatmap):
            picture.cursor = self._places[term] if term < len(self._places) else None

    @on(Bars.Selected, "#terms")
    def select_term(self, message: Bars.Selected) -> None:
        """Mark the selected term's pixel."""
        self._point_at(message.index)

    @on(Heatmap.Selected, "LayerPanel Heatmap")
    def select_neuron(self, message: Heatmap.Selected) -> None:
        """Select the neuron under the cursor."""
        panel = message.heatmap.query_ancestor(LayerPanel)
        picture = message.heatmap.picture
        if picture is not None:
            neuron = message.row * picture.values.shape[1] + message.column
            self.app.selection = replace(self.app.selection, layer=panel.number, neuron=neuron)

    @on(Heatmap.Selected, "#weights, #products")
    def select_input(self, message: Heatmap.Selected) -> None:
        """Select the term of the input under the mouse; what is 0 has none of its own."""
        place = (message.row, message.column)
        if place in self._places:
            self.query_one("#terms", Bars).index = self._places.index(place)
        for picture in self.query("#weights, #products").results(Heatmap):
            picture.cursor = place

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the selected neuron's sum or activation, a probability, a weight or an input."""
        snapshot, selection = self.app.snapshot, self.app.selection
        if snapshot.probe is None:
            return None
        layer, neuron = selection.layer, selection.neuron
        program = snapshot.probe.computed.program
        sums = program.find_one(Role.PRE_ACTIVATION, layer)
        neuron_sum = Target(Source.PROBE, sums.name, (0, neuron))
        if isinstance(widget, Heatmap):
            return self._in_picture(widget) or neuron_sum
        if isinstance(widget, Bars) and widget.id == "probabilities":
            output = min(widget.index, snapshot.program.network.sizes[-1] - 1)
            return Target(Source.PROBE, program.output.name, (0, output))
        if isinstance(widget, Bars) and widget.index < len(self._parts):
            return opened_by(Scene(snapshot, selection), neuron_sum, self._parts[widget.index])
        return neuron_sum

    def _in_picture(self, widget: Heatmap) -> Target | None:
        """Return the number under a picture's cursor."""
        program, selection = self.app.snapshot.program, self.app.selection
        panel = next((each for each in widget.ancestors if isinstance(each, LayerPanel)), None)
        if panel is not None:
            neuron = selection.neuron if panel.number == selection.layer else 0
            sums = program.find_one(Role.PRE_ACTIVATION, panel.number)
            tensor = program.says_of(panel.number) if widget is panel.a else sums
            return Target(Source.PROBE, tensor.name, (0, neuron))
        if widget.cursor is None or widget.picture is None:
            return None
        place = widget.cursor[0] * widget.picture.values.shape[1] + widget.cursor[1]
        if widget.id == "weights":
            index = (place, selection.neuron)
            return Target(Source.PROBE, program.weights_of(selection.layer).name, index, read=True)
        reads = program.inference.reads_of(selection.layer)
        return Target(Source.PROBE, reads.name, (0, place), read=True)

    def selected_parameter(self) -> Parameter:
        """Return the selected neuron's weight under the selected term, or its bias."""
        layer, neuron = self.selected_neuron()
        weights = self.query_one("#weights", Heatmap)
        seen = self.query_one("#neuron").display
        weight = parameter_of(self.scene, self._in_picture(weights)) if seen else None
        bias = self.app.snapshot.program.find_one(Role.BIAS, layer)
        return weight or Parameter(bias.name, (neuron,))

    def selected_neuron(self) -> tuple[int, int]:
        """Return the selected neuron."""
        return self.app.selection.layer, self.app.selection.neuron

    def action_view(self) -> None:
        """Look at the network, or at one neuron, where there is no room for both."""
        self.toggle_class("-neuron")
        self.redraw()
