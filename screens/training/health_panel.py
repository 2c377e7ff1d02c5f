"""The panel of findings in plain words, each with a sign before it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.geometry import Size
from textual.strip import Strip

from screens.training.health_lines import HealthLine, health_lines
from screens.widgets.line_widget import ScrollingLineWidget, make_strip
from tui_nn.training.analysis.health import Finding

_SIGNS = {"ok": "health--ok", "! ": "health--warning", "!!": "health--error"}


class Health(ScrollingLineWidget, can_focus=True):
    """Findings in plain words, what is wrong first.

    | component class      | what it styles                       |
    |----------------------|--------------------------------------|
    | `health--ok`         | the sign of what is well             |
    | `health--warning`    | the sign of what may be wrong        |
    | `health--error`      | the sign of what is wrong            |
    | `health--name`       | what was looked at                   |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_SIGNS.values(), "health--name"}
    DEFAULT_CSS = """
    Health { overflow-x: hidden; overflow-y: scroll; }
    Health .health--ok { color: $text-success; text-style: bold; }
    Health .health--warning { color: $text-warning; text-style: bold; }
    Health .health--error { color: $text-error; text-style: bold; }
    Health .health--name { text-style: bold; }
    """

    _findings: Sequence[Finding] = ()
    _shown: tuple[HealthLine, ...] = ()

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self.show(self._findings)

    def show(self, findings: Sequence[Finding]) -> None:
        """Show findings."""
        self._findings = findings
        shown = tuple(health_lines(findings, self.room.width))
        if shown != self._shown:
            self._shown = shown
            self.redraw(layout=self.hold(Size(self.size.width, len(shown))))

    def draw(self, width: int, height: int) -> list[Strip]:  # noqa: ARG002 - LineWidget's
        """Return the visible lines."""
        top = round(self.scroll_offset.y)
        return [self._line(line) for line in self._shown[top : top + height]]

    def _line(self, line: HealthLine) -> Strip:
        name = f" {line.name} ", self.style_of("health--name")
        words = self.look.text(line.words), None
        if line.sign not in _SIGNS:
            return make_strip((line.sign, None), name, words)
        return make_strip((line.sign, self.style_of(_SIGNS[line.sign])), name, words)
