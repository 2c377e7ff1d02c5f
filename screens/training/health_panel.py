"""The panel of findings in plain words, each with a sign before it."""

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.shapes.look import Look
from screens.training.health_lines import HealthLine, health_lines
from tui_nn.training.analysis.health import Finding

_COLORS = {"ok": "$text-success", "! ": "$text-warning", "!!": "$text-error"}


class Health(VerticalScroll, can_focus=True):
    """Findings in plain words, what is wrong first."""

    DEFAULT_CSS = """
    Health { height: 1fr; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    Health Static { width: 1fr; height: auto; }
    """

    _findings: Sequence[Finding] = ()
    _lines: tuple[HealthLine, ...] = ()

    def compose(self) -> Iterable[Widget]:
        """Make the text."""
        yield Static(markup=False)

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self.show(self._findings)

    def show(self, findings: Sequence[Finding]) -> None:
        """Show findings."""
        self._findings = findings
        lines = tuple(health_lines(findings, self.scrollable_content_region.width))
        if lines != self._lines:
            self._lines = lines
            self.query_one(Static).update(Content("\n").join(map(self._content, lines)))

    def _content(self, line: HealthLine) -> Content:
        look: Look = self.app.look  # type: ignore[attr-defined]
        sign = (line.sign, f"bold {_COLORS.get(line.sign, '')}")
        return Content.assemble(sign, (f" {line.name} ", "bold"), look.text(line.words))
