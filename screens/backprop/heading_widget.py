"""The heading of an operation, as a widget of a fixed height."""

from textual import getters
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.backprop.heading import HEADING, Heading, heading_lines
from screens.base.app import DebuggerApp


class HeadingLines(Static):
    """What operation is looked at: a step changes its words, and never its size."""

    DEFAULT_CSS = f"HeadingLines {{ width: 1fr; height: {HEADING}; text-wrap: nowrap; }}"

    app = getters.app(DebuggerApp)

    _heading: Heading | None = None

    def on_mount(self) -> None:
        """Spare Textual the styles of links: there are none."""
        self.set_reactive(Widget.auto_links, False)

    def show(self, heading: Heading) -> None:
        """Show a heading."""
        if heading != self._heading:
            self._heading = heading
            self.on_resize()

    def on_resize(self) -> None:
        """Break the lines where the width wants it."""
        if self._heading is None or not self.size.width:
            return
        spelt = Heading(*map(self.app.look.text, self._heading))
        lines, (width, height) = heading_lines(spelt, self.size.width), self.size
        if len(lines) > height and not (lines[height].style or lines[height - 1].right):
            more = self.app.look.text("…")
            last = lines[height - 1].text[: width - len(more)] + more
            lines[height - 1] = lines[height - 1]._replace(text=last)
        self.update(
            Content("\n").join(
                Content.assemble((line.text, line.style), (line.right, "dim"))
                for line in lines[:height]
            ),
            layout=False,
        )
