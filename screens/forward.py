"""Screen 2: a sample goes through the network."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from screens.chrome import Plain
from screens.lab import LabScreen
from screens.panel import Panel
from screens.selection import Selection
from screens.views.explain import opened_by
from screens.views.forward import (
    LayerView,
    caption,
    layer_views,
    neuron_view,
    probability_bars,
    verdict,
)
from screens.views.scene import Scene, Source, Target
from screens.views.whatif import Parameter, parameter_of
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.heatmap import Heatmap
from tui_nn.nn.explain import Term
from tui_nn.training.snapshot import Snapshot

HINT = "arrows: a neuron · tab: the next layer · v: its weights · enter: its sum"


class LayerPanel(Panel):
    """A layer's sums and activations, side by side."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.z = Heatmap(selectable=True, show_legend=False)
        self.a = Heatmap(selectable=True, show_legend=False)
        self.a.can_focus = False  # one stop a layer is enough for tab; the mouse reaches both
        self.ranges = Plain(classes="note")
        super().__init__(f"layer {number}", Horizontal(self.z, self.a), self.ranges)

    def show(self, view: LayerView, *, wide: bool) -> None:
        """Show the layer, its neurons two columns wide where there is room."""
        self.retitle(view.title)
        self.ranges.show(view.ranges)
        rows, columns = view.z.shape
        for heatmap, values in ((self.z, view.z), (self.a, view.a)):
            heatmap.wide = wide
            heatmap.styles.width = columns * 2 if wide else columns
            heatmap.styles.height = rows if wide else (rows + 1) // 2
            heatmap.show(values)
            heatmap.cursor = view.cursor


class Linked(Heatmap):
    """A picture of a sum's inputs, in which the mouse selects; the keys have the list of terms."""

    def __init__(self, *, id: str) -> None:
        super().__init__(selectable=True, id=id)
        self.can_focus = False


class ForwardScreen(LabScreen):
    """One sample going through the network, from its pixels to ten probabilities.

    Each layer weighs what it is given (z) and bends the sums (a). Move to a neuron with the
    arrow keys, to the next layer with tab: its weights stand as a picture, blue against it and
    orange for it, beside each weight times the pixel under it, and its sum is written out.
    """

    MODE: ClassVar[str] = "forward"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["lab.tcss", "forward.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", "network/neuron", tooltip="Look at the network, or at one neuron"),
    ]

    _places: Sequence[tuple[int, int] | None] = ()
    _parts: tuple[Term, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Make the network's panels, and the neuron's."""
        layers = range(1, self.lab.snapshot.program.network.layers + 1)
        with Horizontal(id="network"):
            yield Panel("sample", Digit(id="image"), Plain(id="verdict"), id="sample")
            yield Vertical(*(LayerPanel(layer) for layer in layers), id="layers")
            yield Panel("p: probabilities", Bars(selectable=True, id="probabilities"), id="says")
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
        self.query_one("#hint", Plain).show(HINT)
        self.query_one("#image", Digit).show(probe.image, caption(selection, probe))
        self.query_one("#verdict", Plain).show(verdict(probe))
        self.query_one("#probabilities", Bars).show(probability_bars(probe), limit=1.0)
        views = layer_views(snapshot, selection)
        for panel, view in zip(self.query(LayerPanel), views, strict=True):
            panel.show(view, wide=not self.has_class("-narrow"))
        if self.query_one("#neuron").display:
            self._draw_neuron(snapshot, selection)

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
            self.lab.selection = replace(self.lab.selection, layer=panel.number, neuron=neuron)

    @on(Heatmap.Selected, "#weights, #products")
    def select_input(self, message: Heatmap.Selected) -> None:
        """Select the term of the input under the mouse; what is 0 has none of its own."""
        place = (message.row, message.column)
        if place in self._places:
            self.query_one("#terms", Bars).index = self._places.index(place)
        for picture in self.query("#weights, #products").results(Heatmap):
            picture.cursor = place

    def explained(self, widget: Widget | None) -> Target | None:
        """Return the selected neuron's sum or activation, a probability, a weight or an input."""
        snapshot, selection = self.lab.snapshot, self.lab.selection
        if snapshot.probe is None:
            return None
        layer, neuron = selection.layer, selection.neuron
        neuron_sum = Target(Source.PROBE, f"z{layer}", (0, neuron))
        if isinstance(widget, Heatmap):
            return self._in_picture(widget) or neuron_sum
        if isinstance(widget, Bars) and widget.id == "probabilities":
            return Target(Source.PROBE, "p", (0, widget.index))
        if isinstance(widget, Bars) and widget.index < len(self._parts):
            return opened_by(Scene(snapshot, selection), neuron_sum, self._parts[widget.index])
        return neuron_sum

    def _in_picture(self, widget: Heatmap) -> Target | None:
        """Return the number under a picture's cursor."""
        network, selection = self.lab.snapshot.program.network, self.lab.selection
        panel = next((each for each in widget.ancestors if isinstance(each, LayerPanel)), None)
        if panel is not None:
            neuron = selection.neuron if panel.number == selection.layer else 0
            output = "p" if panel.number == network.layers else f"a{panel.number}"
            name = output if widget is panel.a else f"z{panel.number}"
            return Target(Source.PROBE, name, (0, neuron))
        if widget.cursor is None or widget.picture is None:
            return None
        place = widget.cursor[0] * widget.picture.values.shape[1] + widget.cursor[1]
        if widget.id == "weights":
            index = (place, selection.neuron)
            return Target(Source.PROBE, f"W{selection.layer}", index, read=True)
        return Target(Source.PROBE, f"a{selection.layer - 1}", (0, place), read=True)

    def parameter(self) -> Parameter:
        """Return the selected neuron's weight under the selected term, or its bias."""
        layer, neuron = self.neuron()
        weights = self.query_one("#weights", Heatmap)
        seen = self.query_one("#neuron").display
        weight = parameter_of(self._in_picture(weights)) if seen else None
        return weight or Parameter(f"b{layer}", (neuron,))

    def neuron(self) -> tuple[int, int]:
        """Return the selected neuron."""
        return self.lab.selection.layer, self.lab.selection.neuron

    def action_view(self) -> None:
        """Look at the network, or at one neuron, where there is no room for both."""
        self.toggle_class("-neuron")
        self.redraw()
