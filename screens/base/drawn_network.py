"""The drawing of a small network with what its selected number is, for any screen."""

from collections.abc import Iterable

from msgspec.structs import replace
from textual import getters, on
from textual.containers import Vertical
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.frame import Plain
from screens.inspect.diagram import target_of
from screens.inspect.meaning import meaning
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.diagram import Diagram
from screens.shapes.format import figure, fit
from screens.widgets.diagram import DiagramWidget

_LEGENDS = (
    "○ read ● written · lines: w > 0, dashed: w < 0, thick: large · arrows, enter: explain",
    "○ read ● written · lines w > 0, dashed w < 0, thick large",
    "○ read ● written",
)


class DrawnNetwork(Vertical):
    """A drawing, the selected number in words under it, and what the signs mean."""

    DEFAULT_CSS = """
    DrawnNetwork { width: 1fr; height: 1fr; }
    DrawnNetwork .words { width: 100%; height: 2; text-wrap: wrap; }
    DrawnNetwork .note { width: 100%; text-overflow: ellipsis; }
    """

    app = getters.app(DebuggerApp)

    def __init__(self, source: Source, *, id: str) -> None:
        """Make it, with nothing drawn.

        Args:
            source: Whose numbers it shows.
            id: The ID of the widget.
        """
        super().__init__(id=id)
        self._source = source
        self.drawing = DiagramWidget()

    def compose(self) -> Iterable[Widget]:
        """Put the words under the drawing."""
        yield self.drawing
        yield Plain(classes="words")
        yield Plain(classes="note")

    def show(self, diagram: Diagram | None, why_not: str) -> None:
        """Show a network, or say why there is no drawing of it."""
        self.drawing.show(diagram, why_not)
        self._say()

    def follow(self) -> None:
        """Select what the operation wrote, from now on."""
        self.drawing.chosen = None
        self._say()

    @property
    def target(self) -> Target | None:
        """The selected number, if it is there to be seen."""
        cell = self.drawing.cell
        if cell is None or cell.number.value is None:
            return None
        return target_of(cell.number, self._source)

    @on(DiagramWidget.Fitted)
    def _say(self) -> None:
        cell, scene, target = self.drawing.cell, self._scene, self.target
        words = ""
        if target is not None and cell is not None and cell.number.value is not None:
            words = f"{scene.symbol(target)} = {figure(scene.value(target), 8)}: "
            words += meaning(scene, target)
            if cell.number.is_mean:
                words = f"the mean is {figure(cell.number.value, 8)}; of row 0, {words}"
        elif cell is not None:
            words = f"{cell.number.symbol}: not computed yet; n runs the next operation"
        self.query_one(".words", Plain).show(words)
        legend = fit([self.app.look.text(each) for each in _LEGENDS], self.size.width)
        self.query_one(".note", Plain).show(legend if cell is not None else "")

    @property
    def _scene(self) -> Scene:
        return Scene(self.app.snapshot, self.app.selection)

    @on(DiagramWidget.Selected)
    def _select(self) -> None:
        """Look at the neuron of the selected number in other views, too."""
        self._say()
        cell = self.drawing.cell
        if cell is not None and cell.owner.layer > 0:
            layer, neuron, _ = cell.owner
            self.app.selection = replace(self.app.selection, layer=layer, neuron=neuron)
