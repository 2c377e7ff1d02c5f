"""Screen 4: the curves of the run, how far it is, and how it is doing."""

import time
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widget import Widget

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.inspect.export import Drawing
from screens.inspect.places import past_words
from screens.inspect.remembered import Remembered
from screens.inspect.selection import Selection
from screens.inspect.subject import Source, Target
from screens.shapes.curves import Curves
from screens.shapes.room import Room
from screens.training.beginning import Beginning
from screens.training.charts import MEASURES, chart, drawing, made_of, reading, small_chart
from screens.training.health_lines import health_summary
from screens.training.health_panel import Health
from screens.training.pace import Pace
from screens.training.progress import epoch_lines, progress_line
from screens.widgets.plot import Plot
from screens.widgets.scrubber import Scrubber
from tui_nn.training.analysis.beginning import check_beginning, learn_by_heart
from tui_nn.training.analysis.health import examine
from tui_nn.training.session.snapshot import Activity, Snapshot

CHARTS = tuple(MEASURES)
PAGES = (*CHARTS, "epochs", "health")
"""What `v` goes through where there is room for one thing at a time; else only the charts."""

_VIEW = Binding.Group("chart", compact=True)
_EPOCHS = {Room.MEDIUM: 12, Room.LARGE: 17}  # lines of the table, as in training.tcss …
_OVER_EPOCHS = 4  # … and where it is a page of its own, the lines of the body around it
_READABLE = 0.5  # seconds that words stay as they are: what changes with every frame cannot be read


class TrainingScreen(DebuggerScreen):
    """How the run is going: one chart, its numbers, and its health in words.

    The plain line is the mean of the last batches of train, each of which is a faint dot; the line
    with marks is validation, which is not trained on, measured at the end of each epoch. While
    both fall, it is still learning. Where validation turns up and train goes on down, it
    overfits. A ▲ or ▼ at the edge is a value that lies outside of the axis; a ◇
    stands where you edited the run (ctrl+t lists the edits).

    ← and → go back in time along the chart and on again, as does a click; the upright line is
    where you are. A change made in the past starts a branch; the earlier one stays, faint.
    """

    MODE: ClassVar[str] = "training"
    SHOWS_SAMPLE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "training.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "next chart", group=_VIEW, tooltip="The next chart or page"),
        Binding("V", "view(-1)", "previous chart", group=_VIEW, tooltip="The one before"),
        Binding("z", "log", "log axis", tooltip="Equal ratios of y at equal heights, or not"),
        Binding(
            "t",
            "learn_by_heart",
            "ten by heart",
            tooltip="Can it learn ten samples by heart? If not, something is wrong",
        ),
    ]

    page: var[int] = var(0, init=False)
    log_axis: var[bool] = var(True, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace(time.monotonic)
        self._frame = 0
        self._words_at = 0.0
        self._drawn: tuple[object, ...] = ()
        self._beginning: Beginning | None = None
        self._charts: dict[object, Remembered[Curves]] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Make the charts, the progress and the health."""
        yield Controls()
        yield Plain(id="past")
        with Horizontal(id="charts"):
            yield Scrubber(id="main")
            with Vertical(id="strip"):
                for number in range(len(CHARTS) - 1):
                    yield Plot(id=f"small{number}")
        yield Plain(id="reading")
        yield Plain(id="progress")
        with Horizontal(id="words"):
            yield Panel("epochs", Plain(id="epochs"), id="epochs-panel")
            yield Panel("health", Health(), id="health-panel")
        yield Plain(id="summary")

    @property
    def is_small(self) -> bool:
        """Whether there is room for one thing at a time."""
        return self.room is Room.SMALL

    @property
    def shown(self) -> str:
        """The name of the chart or page that is shown."""
        return PAGES[self.page if self.is_small else min(self.page, len(CHARTS) - 1)]

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002 - DebuggerScreen's
        """Fill what is seen of the charts and the words."""
        running = snapshot.activity is Activity.RUNNING
        self._pace.see(snapshot.position.step, running)
        framing = (self.live, self.page, self.log_axis)
        if (snapshot, *framing) == self._drawn:
            return
        everything = framing != self._drawn[1:] or not running
        self._drawn = (snapshot, *framing)
        self._frame += 1
        self._lay_out()
        past = past_words(snapshot, self.live.width - 2)
        self.query_one("#past", Plain).display = bool(past)
        self.query_one("#past", Plain).show(past)
        self.query_one(Controls).show(self._controls())
        self._draw_charts(snapshot, everything)
        if everything or time.monotonic() - self._words_at >= _READABLE:
            self._words_at = time.monotonic()
            self._draw_words(snapshot)

    def _lay_out(self) -> None:
        """Show what there is room for."""
        pages = {f"-{page}": self.shown == page for page in ("epochs", "health")}
        self.update_classes({**pages, "-one-at-a-time": self.is_small})

    def _draw_charts(self, snapshot: Snapshot, everything: bool) -> None:
        """Draw the charts; while running one a frame, the main one every other: each takes 5 ms."""
        others = [] if self.is_small else [name for name in CHARTS if name != self.shown]
        turn, is_others = divmod(self._frame, 2)
        if self.shown in MEASURES and (everything or not others or not is_others):
            main = self.query_one("#main", Scrubber)
            curves = self._made(chart, self.shown, snapshot, self.live.width)
            heading = self.app.navigator.target_step
            main.show(curves if heading is None else replace(curves, cursor=heading))
        for number, name in enumerate(others):
            if everything or (is_others and turn % len(others) == number):
                small = self.query_one(f"#small{number}", Plot)
                small.show(self._made(small_chart, name, snapshot, self.live.width // 3))

    def _made(
        self, make: Callable[..., Curves], name: str, snapshot: Snapshot, columns: int
    ) -> Curves:
        """Return a chart, the same one as before until a step is completed."""
        arguments = columns, self.log_axis
        kept = self._charts.setdefault((make, name), Remembered())
        parts = (*arguments, *made_of(snapshot))
        return kept.get(parts, lambda: make(name, snapshot, *arguments))

    def _draw_words(self, snapshot: Snapshot) -> None:
        width = self.live.width - 2
        measure = self.shown if self.shown in MEASURES else CHARTS[0]
        self.query_one("#reading", Plain).show(reading(measure, snapshot))
        self.query_one("#progress", Plain).show(progress_line(snapshot, self._pace, width))
        lines = epoch_lines(
            snapshot, _EPOCHS.get(self.room, self.live.height - self.lines_around - _OVER_EPOCHS)
        )
        self.query_one("#epochs", Plain).show("\n".join(lines))
        findings = self._beginning_of(snapshot).findings(examine(snapshot), snapshot.position.step)
        self.query_one(Health).show(findings)
        self.query_one("#summary", Plain).show(health_summary(findings))

    def _beginning_of(self, snapshot: Snapshot) -> Beginning:
        """Return what is known of the run's beginning; have it checked before the first step."""
        if self._beginning is None or not self._beginning.is_of(snapshot):
            self._beginning = Beginning.of(snapshot)
            if snapshot.position.step == 0:
                self._check(self._beginning)
        return self._beginning

    @work(thread=True, name="check the beginning", exit_on_error=False)
    def _check(self, beginning: Beginning) -> None:
        beginning.checks = check_beginning(beginning.recipe, beginning.dataset)
        self.app.call_soon(self._show_beginning, beginning)

    def action_learn_by_heart(self) -> None:
        """Try whether the network can learn a few samples by heart."""
        self._learn_by_heart(self._beginning_of(self.app.snapshot))

    @work(thread=True, name="learn by heart", exclusive=True, exit_on_error=False)
    def _learn_by_heart(self, beginning: Beginning) -> None:
        beginning.by_heart = learn_by_heart(beginning.recipe, beginning.dataset)
        self.app.call_soon(self._show_beginning, beginning)

    def _show_beginning(self, beginning: Beginning) -> None:
        if beginning is self._beginning:
            self._draw_words(self.app.snapshot)

    @on(Scrubber.Moved)
    def scrub(self, message: Scrubber.Moved) -> None:
        """Go to the step that the cursor was moved to."""
        self.app.navigator.go_to_step(message.x)
        plot = message.scrubber
        if plot.curves.here != message.x:  # a snapshot of where it was came in between
            plot.show(replace(plot.curves, cursor=message.x))

    def _controls(self) -> list[Control]:
        axis = Control("z", "y axis", "log" if self.log_axis else "linear", "screen.log")
        what = "page" if self.is_small else "chart"
        return [Control("v", what, self.shown, "screen.view(1)"), axis]

    def target_in(self, widget: Widget | None) -> Target | None:  # noqa: ARG002 - DebuggerScreen's
        """Return the loss of the last batch."""
        loss = self.app.snapshot.program.loss.name
        return Target(Source.BATCH, loss, ()) if self.app.snapshot.has(loss) else None

    def export_in(self, widget: Widget | None) -> Drawing | None:  # noqa: ARG002 - DebuggerScreen's
        """Return every step of the chart that is shown."""
        measure = self.shown if self.shown in MEASURES else CHARTS[0]
        return drawing(measure, self.app.snapshot, self.log_axis)

    def action_view(self, steps: int) -> None:
        """Show another chart, or where there is little room another page."""
        pages = len(PAGES) if self.is_small else len(CHARTS)
        self.page = (min(self.page, pages - 1) + steps) % pages
        self.redraw()
        if self.is_small:
            self.set_focus(None)  # what had it may not be seen any more
            self.call_after_refresh(self.focus_next)

    def action_log(self) -> None:
        """Change the y axes between linear and logarithmic."""
        self.log_axis = not self.log_axis
        self.redraw()
