"""A layer's sums and activations, side by side."""

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.forward.grid import Grid
from screens.forward.model import LayerView, PictureView
from screens.forward.progress import fitting


class LayerPanel(Panel):
    """A layer's sums and activations, side by side."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.z, self.a = Grid(), Grid()
        self.a.can_focus = False  # one stop a layer is enough for tab; the mouse reaches both
        self.headings = Plain(classes="note"), Plain(classes="note")
        columns = (
            Vertical(heading, grid, classes="picture")
            for heading, grid in zip(self.headings, (self.z, self.a), strict=True)
        )
        super().__init__(f"layer {number}", Horizontal(*columns))

    @property
    def is_ready(self) -> bool:
        """Whether all parts are there to be filled."""
        return all(heading.is_attached for heading in self.headings)

    def show(self, view: LayerView, zoom: int, columns: int, lines: int) -> None:
        """Show the layer.

        Args:
            view: The layer.
            zoom: How large its values are; 0 for two in a cell.
            columns: Columns that a picture and its heading may take.
            lines: Lines that a picture may take.
        """
        self.retitle(fitting(view.titles, 2 * columns - 1))
        pictures = zip(self.headings, (self.z, self.a), (view.z, view.a), strict=True)
        for heading, grid, picture in pictures:
            heading.show(_heading(view, picture, zoom, columns - 1))
            heading.styles.width = columns
            grid.fit(picture.shape, columns - 1, zoom * picture.shape[0] or lines, zoom)
            if picture.values is None:
                grid.wait(picture.shape)
            else:
                grid.show(picture.values)
            grid.cursor = picture.cursor


def _heading(view: LayerView, picture: PictureView, zoom: int, columns: int) -> str:
    """Return the digits over their cells, or else what the picture is."""
    if not view.names:
        return fitting(picture.headings, columns)
    return "".join(name.ljust(max(1, 2 * zoom)) for name in view.names)


def panel_of(widget: Widget) -> LayerPanel | None:
    """Return the layer that a picture belongs to, if any."""
    return next((each for each in widget.ancestors if isinstance(each, LayerPanel)), None)
