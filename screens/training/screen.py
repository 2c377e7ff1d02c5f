"""Screen 4: the curves of the run, how far it is, and how it is doing."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, LabScreen
from screens.inspect.export import Drawing
from screens.inspect.places import past_words
from screens.inspect.selection import Selection
from screens.inspect.subject import Source, Target
from screens.shapes.look import Look
from screens.shapes.room import Room, room_of
from screens.training import model as views
from screens.training.pace import Pace
from screens.widgets.bars import Bars
from screens.widgets.plot import Plot
from screens.widgets.scrubber import Scrubber
from tui_nn.training.analysis.health import Finding, examine
from tui_nn.training.session.snapshot import Activity, Snapshot

_VIEW = Binding.Group("page", compact=True)
_FRAMES_A_READING = 5  # words that change ten times a second cannot be read
_EPOCHS = {Room.SMALL: 0, Room.MEDIUM: 7, Room.LARGE: 20}
_COLORS = {"ok": "$text-success", "! ": "$text-warning", "!!": "$text-error"}


class Health(VerticalScroll, can_focus=True):
    """Findings in plain words, each with a sign before it."""

    DEFAULT_CSS = """
    Health { height: 1fr; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    Health Static { width: 1fr; height: auto; }
    """

    _findings: Sequence[Finding] = ()
    _lines: tuple[views.HealthLine, ...] = ()

    def compose(self) -> Iterable[Widget]:
        """Make the text."""
        yield Static(markup=False)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.show(self._findings)

    def show(self, findings: Sequence[Finding]) -> None:
        """Show findings."""
        self._findings = findings
        lines = tuple(views.health_lines(findings, self.scrollable_content_region.width))
        if lines != self._lines:
            self._lines = lines
            self.query_one(Static).update(Content("\n").join(map(self._content, lines)))

    def _content(self, line: views.HealthLine) -> Content:
        look: Look = self.app.look  # type: ignore[attr-defined]
        sign = (line.sign, f"bold {_COLORS.get(line.sign, '')}")
        return Content.assemble(sign, (f" {line.name} ", "bold"), look.text(line.words))


class TrainingScreen(LabScreen):
    """How the run is going: its loss, accuracy, learning rate and gradients, step by step.

    Faint dots are single batches, the line is their mean, and what was measured on validation,
    which is not trained on, stands at the end of each epoch. The health panel says in words what
    the curves mean: ok, ! for something to look at, !! for something that is wrong.

    On a plot, ← and → go back in time and on again; the upright line is where one stands. A change
    made in the past starts a branch: what it overtook stays on the plots, faint.
    """

    MODE: ClassVar[str] = "training"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "training.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view(1)", "next page", group=_VIEW, tooltip="The next plots, then health"),
        Binding("V", "view(-1)", "page before", group=_VIEW, tooltip="The page before"),
        Binding("z", "log", "log axis", tooltip="Equal ratios of y at equal heights, or not"),
    ]

    page: var[int] = var(0, init=False)
    log_axis: var[bool] = var(False, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace(time.monotonic)
        self._steps = 0
        self._frame = 0
        self._snapshot: Snapshot | None = None
        self._framing: tuple[object, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Make the plots, the progress and the health."""
        yield Controls()
        yield Plain(id="past")
        with Container(id="training"):
            with Container(id="plots"):
                for name in views.PLOTS:
                    yield Scrubber(id=name)
            with Container(id="beside"):
                table = Plain(id="epochs")
                yield Panel("progress", Bars(), Plain(id="pace"), table, id="progress")
                yield Panel("health", Health(), id="health")
                yield Plain(id="summary")

    @property
    def room(self) -> Room:
        """The room that there is."""
        return room_of(*self.size)

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002 - LabScreen's
        """Fill what is seen of the plots and the words."""
        self._pace.see(snapshot.position.step, snapshot.activity is Activity.RUNNING)
        framing = (self.size, self.page, self.log_axis)
        if (snapshot, *framing) == (self._snapshot, *self._framing):
            return
        everything = framing != self._framing or snapshot.activity is not Activity.RUNNING
        self._snapshot, self._framing = snapshot, framing
        self._frame += 1
        self._lay_out()
        past = past_words(snapshot, self.size.width - 2)
        self.query_one("#past", Plain).display = bool(past)
        self.query_one("#past", Plain).show(past)
        self.query_one(Controls).show(self._controls())
        self.query_one(Bars).show(views.progress_bars(snapshot), limit=1.0)
        self._draw_plots(snapshot, everything)
        if everything or self._frame % _FRAMES_A_READING == 0:
            self._draw_words(snapshot)

    def _draw_words(self, snapshot: Snapshot) -> None:
        self.query_one("#pace", Plain).show(views.progress_words(snapshot, self._pace))
        table = views.epoch_lines(snapshot, _EPOCHS[self.room])
        self.query_one("#epochs", Plain).show("\n".join(table))
        findings = examine(snapshot)
        self.query_one(Health).show(findings)
        self.query_one("#summary", Plain).show(views.health_summary(findings))

    def _lay_out(self) -> None:
        room, seen = self.room, views.PAGES[self.page]
        for each in Room:
            self.set_class(each is room, each.value)
        for name in views.PLOTS:
            self.query_one(f"#{name}").display = room is not Room.SMALL or name in seen
        self.set_class(room is Room.SMALL and "health" in seen, "-health")

    def _draw_plots(self, snapshot: Snapshot, everything: bool) -> None:
        """Draw the plots; while running one after the other, since each takes some 5 ms."""
        steps, before = len(snapshot.curves.loss), self._steps
        self._steps = steps
        columns = self.size.width // (3 if self.room is Room.LARGE else 2)
        seen = [plot for plot in self.query(Plot) if plot.display]
        if steps < before:  # another run
            for plot in self.query(Plot):
                plot.reset_limits()
        elif not everything:
            seen = [seen[self._frame % len(seen)]] if seen else []
        for plot in seen:
            curves = views.curves_of(str(plot.id), snapshot, columns, self.log_axis)
            heading = self.lab.journey.heading
            plot.show(curves if heading is None else replace(curves, cursor=heading))

    @on(Scrubber.Moved)
    def scrub(self, message: Scrubber.Moved) -> None:
        """Go to the step that the cursor was moved to."""
        self.lab.journey.head_for(message.x)

    def _controls(self) -> list[Control]:
        axis = Control("z", "y axis", "log" if self.log_axis else "linear", "screen.log")
        if self.room is not Room.SMALL:
            return [axis]
        return [Control("v", "page", views.page_name(self.page), "screen.view(1)"), axis]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer other pages only where not everything is seen at once."""
        return action != "view" or self.room is Room.SMALL

    def explained(self, widget: Widget | None) -> Target | None:  # noqa: ARG002 - LabScreen's
        """Return the loss of the last batch."""
        loss = self.lab.snapshot.program.loss.name
        return Target(Source.BATCH, loss, ()) if self.lab.snapshot.has(loss) else None

    def exported(self, widget: Widget | None) -> Drawing | None:
        """Return every step of the plot that has the focus, else of the first that is seen."""
        seen = [plot for plot in self.query(Plot) if plot.display]
        plot = widget if isinstance(widget, Plot) else next(iter(seen), None)
        if plot is None or plot.id is None:
            return None
        return views.drawing(plot.id, self.lab.snapshot, self.log_axis)

    def action_view(self, steps: int) -> None:
        """Show other plots, or health."""
        self.page = (self.page + steps) % len(views.PAGES)
        self.redraw()
        self.set_focus(None)  # what had it may not be seen any more
        self.call_after_refresh(self.focus_next)

    def action_log(self) -> None:
        """Change the y axes between linear and logarithmic."""
        self.log_axis = not self.log_axis
        self.redraw()
