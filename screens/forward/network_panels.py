"""The network's panels: the sample, every layer's numbers, and the probabilities."""

from collections.abc import Iterable, Sequence

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.forward.grid import Grid
from screens.forward.layer_panel import LayerPanel
from screens.forward.model import (
    LayerView,
    caption,
    layer_views,
    probabilities_note,
    probabilities_title,
    probability_bars,
    verdict,
)
from screens.forward.progress import is_computed
from screens.forward.sizes import HEADINGS, layer_zooms, most_lines
from screens.inspect.samples import as_picture, sample_scale
from screens.inspect.selection import Selection
from screens.widgets.bars import Bars
from tui_nn.data.dataset import Dataset
from tui_nn.training.session.snapshot import Probe, Snapshot

_WORDS = 3  # lines under the sample
_CLASSES = 11  # lines of the probabilities with their title


class NetworkPanels(Horizontal):
    """The sample, what every layer makes of it, and what the network says.

    Attributes:
        lines: How many lines they take.
    """

    class LayersMade(Message):
        """There are panels for the layers of another network, to be filled.

        Attributes:
            had_focus: Whether the arrow keys belonged to one of those before.
        """

        def __init__(self, had_focus: bool) -> None:
            self.had_focus = had_focus
            super().__init__()

    def __init__(self, layers: int, *, id: str) -> None:
        """Make the panels.

        Args:
            layers: How many there are at first.
            id: The widget's.
        """
        super().__init__(id=id)
        self._layers = layers
        self.lines = 0

    def compose(self) -> Iterable[Widget]:
        """Put the layers between the sample and the probabilities."""
        image = Grid(id="image")
        image.can_focus = image.selectable = False
        words = (Plain(id="caption", classes="note"), Plain(id="verdict"))
        yield Panel("sample", image, *words, id="sample")
        yield Vertical(*map(LayerPanel, range(1, self._layers + 1)), id="layers")
        says = (Bars(selectable=True, id="probabilities"), Plain(id="sum", classes="note"))
        yield Panel("p: probabilities", *says, id="says")

    def show(self, snapshot: Snapshot, selection: Selection, probe: Probe, lines: int) -> None:
        """Show the sample's way.

        Args:
            snapshot: What is computed.
            selection: Which sample and neuron.
            probe: The sample, taken through the network.
            lines: Lines that there are.
        """
        self.query_one("#caption", Plain).show(caption(selection, probe))
        self.query_one("#verdict", Plain).show(verdict(snapshot))
        self._show_probabilities(snapshot, probe)
        self._show_sample(probe, snapshot.dataset, lines)
        self._show_layers(layer_views(snapshot, selection), lines)

    def _show_probabilities(self, snapshot: Snapshot, probe: Probe) -> None:
        self.query_one("#says", Panel).retitle(probabilities_title(probe))
        self.query_one("#probabilities", Bars).show(probability_bars(snapshot), limit=1.0)
        note = probabilities_note(probe)
        answered = is_computed(snapshot, snapshot.program.output)
        self.query_one("#sum", Plain).show(note if answered else "")
        self.query_one("#sum").display = bool(note)

    def _show_sample(self, probe: Probe, dataset: Dataset, lines: int) -> None:
        image, shown = self.query_one("#image", Grid), as_picture(probe.image, dataset.form)
        shape = shown.shape[0], shown.shape[1]
        image.fit(shape, self._width_of("#sample"), lines - _WORDS - 1)
        image.show(shown, scale=sample_scale(dataset))

    def _width_of(self, name: str) -> int:
        width = self.query_one(name).styles.width
        return int(width.value) if width else 0

    def _show_layers(self, views: Sequence[LayerView], lines: int) -> None:
        panels = [
            each for each in self.query_one("#layers").children if isinstance(each, LayerPanel)
        ]
        if len(panels) != len(views):  # another run, with more layers or fewer
            self.call_later(self._make_layers, len(views))
        if len(panels) != len(views) or not all(panel.is_ready for panel in panels):
            return
        columns = self._width_of("#layers") // 2
        shapes = [view.z.shape for view in views]
        zooms, most = layer_zooms(shapes, columns - 1, lines), most_lines(shapes, lines)
        for panel, view, zoom in zip(panels, views, zooms, strict=True):
            panel.show(view, zoom, columns, most)
        image_lines = self.query_one("#image", Grid).lines
        self.lines = max(
            image_lines + _WORDS + 1,
            sum(HEADINGS + panel.z.lines for panel in panels),
            _CLASSES,
        )

    async def _make_layers(self, count: int) -> None:
        """Make a panel for each layer, and draw when all their parts are there."""
        layers = self.query_one("#layers")
        if len(layers.query(LayerPanel)) != count:
            focused = self.screen.focused
            had_focus = focused is not None and layers in focused.ancestors
            if had_focus:  # else Textual gives it to what comes next, which selects a neuron
                self.screen.set_focus(None)
            await layers.remove_children(LayerPanel)
            await layers.mount(*map(LayerPanel, range(1, count + 1)))
            self.post_message(self.LayersMade(had_focus))
