"""Screen 2: a sample goes through the network."""

from collections.abc import Iterable
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
from screens.views.forward import (
    LayerView,
    caption,
    layer_views,
    neuron_view,
    probability_bars,
    verdict,
)
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.heatmap import Heatmap
from tui_nn.training.snapshot import Snapshot


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

    _places: list[tuple[int, int] | None]

    def compose_body(self) -> Iterable[Widget]:
        """Make the network's panels, and the neuron's."""
        layers = range(1, self.lab.snapshot.program.network.layers + 1)
        with Horizontal(id="network"):
            yield Panel("sample", Digit(id="image"), Plain(id="verdict"), id="sample")
            yield Vertical(*(LayerPanel(layer) for layer in layers), id="layers")
            yield Panel("p: probabilities", Bars(id="probabilities"), id="says")
        with Horizontal(id="neuron"):
            yield Panel("w", Heatmap(id="weights"), id="weights-panel")
            yield Panel("w ⊙ x", Heatmap(id="products"), id="products-panel")
            yield Panel("z", Bars(selectable=True, id="terms"), id="terms-panel")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show the sample, and the neuron."""
        probe = snapshot.probe
        if probe is None:
            return
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
        self._places = view.places
        self._point_at(terms.index)

    def _point_at(self, term: int) -> None:
        """Mark where in the pictures a term comes from."""
        for picture in self.query("#weights, #products").results(Heatmap):
            picture.cursor = self._places[term] if term < len(self._places) else None

    @on(Bars.Selected, "#terms")
    def select_term(self, message: Bars.Selected) -> None:
        """Mark the selected term's pixel."""
        self._point_at(message.index)

    @on(Heatmap.Selected)
    def select_neuron(self, message: Heatmap.Selected) -> None:
        """Select the neuron under the cursor."""
        panel = message.heatmap.query_ancestor(LayerPanel)
        picture = message.heatmap.picture
        if picture is not None:
            neuron = message.row * picture.values.shape[1] + message.column
            self.lab.selection = replace(self.lab.selection, layer=panel.number, neuron=neuron)

    def action_view(self) -> None:
        """Look at the network, or at one neuron, where there is no room for both."""
        self.toggle_class("-neuron")
        self.redraw()
