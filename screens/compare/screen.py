"""Runs side by side, and sweeps."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar, TypeVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.new_runs import left_words
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.compare import model
from screens.inspect.selection import Selection
from screens.shapes.bar import Bar
from screens.shapes.room import Room
from screens.widgets.bars import Bars
from screens.widgets.plot import Plot
from screens.widgets.table import Table
from tui_nn.training.runs.run import Run, describe_snapshot
from tui_nn.training.runs.sweeper import Sweeper
from tui_nn.training.session.snapshot import Activity, Snapshot

T = TypeVar("T")

_OPEN = "Continue the selected run; the current one stays in the list"
_SWEEP = "Train several in the background, to compare"
_CANCEL = "Cancel the sweep; its runs stay"
_ORDER = "Sort by the column selected with ← →; again to reverse"
_SPLIT = "Draw what was measured while training, or on validation after each epoch"

_POLLS_A_SECOND = 4  # of a sweep


class CompareScreen(DebuggerScreen):
    """Every run since the program was opened, side by side: what they differ in, what they came to.

    The current run has a ▶ before it. The others are those that it followed, by a restart, other
    hyperparameters, a file that was opened, and those of sweeps. Their test accuracy is measured
    when they end. Choose by validation: it is there to choose by, and the test digits are to say
    how good the one you chose is.

    The selected run's curve is the solid one, on top of the others. Beside it up to seven have a
    colour and a marker of their own, which stands in the table too; those of more are faint dots.
    """

    MODE: ClassVar[str] = "compare"
    SHOWS_SAMPLE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "compare.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "continue", key_display="enter", tooltip=_OPEN),
        Binding("s", "app.open_dialog('new_sweep')", "sweep", tooltip=_SWEEP),
        Binding("o", "order", "order", tooltip=_ORDER),
        Binding(
            "f", "off", "curve on/off", tooltip="Hide the run's curve in the plots, or show it"
        ),
        Binding("d,delete", "delete", "delete", tooltip="Delete the selected run from the list"),
        Binding("D", "undelete", "undelete", tooltip="Bring back the run that was deleted last"),
        Binding("v", "measure", "curves", show=False, tooltip="Draw the loss, or the accuracy"),
        Binding("t", "split", "of", show=False, tooltip=_SPLIT),
        Binding("u", "axis", "x axis", show=False, tooltip="Draw over steps, epochs or seconds"),
        Binding("z", "log", "y axis", show=False, tooltip="Equal ratios at equal heights, or not"),
        Binding(
            "escape",
            "cancel_sweep",
            "cancel",
            show=False,
            tooltip="Cancel the sweep; its runs stay",
        ),
    ]

    choices: var[model.Choices] = var(model.Choices(), init=False)
    order: var[model.Order] = var(model.Order(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self._off: set[int] = set()
        self._deleted: list[Run] = []
        self._sweep_end = ""  # how the last sweep ended
        self._seen: tuple[object, ...] = ()
        self._fit_axes = False  # whether the axes fit what is drawn next
        self._current = 0
        self._turn = 0

    def compose_body(self) -> Iterable[Widget]:
        """Make the table, the words and the plots."""
        yield Controls()
        yield Panel("runs", Table(), id="runs")
        yield Bars(id="progress")
        yield Plain(id="said")
        yield Static(self.app.look.text("\n".join(model.ALONE)), id="alone", markup=False)
        with Container(id="plots"):
            for measure in model.MEASURES:
                yield Plot(id=measure)

    def on_mount(self) -> None:
        """Begin with the current run, and look at a sweep while there is one."""
        self._table.selected = self.app.snapshot.number
        self._timer = self.set_interval(1 / _POLLS_A_SECOND, self._poll_sweep, pause=True)
        self.watch(self.app, "sweeper", self._follow_sweep, init=False)
        self._table.focus()

    @property
    def _table(self) -> Table:
        return self.query_one(Table)

    @property
    def runs(self) -> dict[int, Run]:
        """Every run by its number, the current one and that of the sweep included."""
        runs = {run.number: run for run in self.app.trainer.runs.all}
        if (sweeper := self.app.sweeper) and (latest := sweeper.latest):
            runs.setdefault(latest.number, latest)
        current = describe_snapshot(self.app.snapshot, self.app.trainer.continued)
        return runs | {current.number: current}

    # Drawing

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002 - DebuggerScreen's
        """Fill the table, the words and the plots."""
        runs, table, current = self.runs, self._table, snapshot.number
        if table.selected not in runs or table.selected == self._current != current:
            table.selected = current
        self._current = current
        kept = tuple(run for run in runs.values() if run.number != current)
        seen = (snapshot, kept, self.live, self.choices, self.order, table.selected, set(self._off))
        self._draw_sweep(several=len(runs) > 1)
        if seen == self._seen:
            return
        is_live = self._seen[1:] == seen[1:] and snapshot.activity is Activity.RUNNING
        self._seen = seen
        tones = model.tones_of(runs.values(), self._off, current, table.selected)
        self._lay_out(alone=len(runs) == 1)
        self.query_one(Controls).show(self._controls())
        self.query_one(Panel).retitle(model.summary(runs.values(), snapshot.dataset.name))
        table.show(model.table_of(runs.values(), self.order, tones, current), table.selected)
        self._draw_plots(runs, tones, is_live)

    def _draw_plots(
        self, runs: dict[int, Run], tones: dict[int, int | None], is_live: bool
    ) -> None:
        """Draw the plots; while only the current run moves, one after the other."""
        plots = [plot for plot in self.query(Plot) if plot.display]
        self._turn += 1
        for plot in [plots[self._turn % len(plots)]] if is_live else plots:
            choices = replace(self.choices, measure="loss" if plot.id == "loss" else "accuracy")
            columns = max(self.live.width // len(plots), 20)
            curves = model.curves_of(runs.values(), tones, self._table.selected, choices, columns)
            # Each takes some 10 ms: keys may come between.
            self.call_later(plot.show_on_new_axes if self._fit_axes else plot.show, curves)
        self._fit_axes = False

    def _lay_out(self, alone: bool) -> None:
        is_small = self.room is Room.SMALL
        for measure in model.MEASURES:
            seen = not is_small or measure == self.choices.measure
            self.query_one(f"#{measure}").display = seen
        self.query_one("#alone").display = alone

    def _draw_sweep(self, several: bool) -> None:
        bars, said = self.query_one("#progress", Bars), self.query_one("#said", Plain)
        progress = self.app.sweeper.progress if self.app.sweeper else None
        bars.display = progress is not None
        if progress:
            text = f"{model.progress_text(progress)} · escape cancels"
            bars.show([Bar("sweep", progress.share, text)], limit=1.0)
        lesson = model.LESSON if several else ""
        words = ". ".join(filter(None, (self._sweep_end, lesson)))
        said.display = bool(words) and not progress
        said.show(words)

    def _controls(self) -> list[Control]:
        choices = self.choices
        controls = [
            Control("t", "of", choices.split, "screen.split"),
            Control("u", "x axis", choices.axis, "screen.axis"),
            Control("z", "y axis", "log" if choices.log else "linear", "screen.log"),
        ]
        if self.room is Room.SMALL:
            controls.insert(0, Control("v", "curves", choices.measure, "screen.measure"))
        return controls

    @on(Table.Selected)
    def show_selected(self) -> None:
        """Draw the selected run's curve on top."""
        self.redraw()

    # What is drawn

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what makes sense as things are."""
        if action == "cancel_sweep":
            return self.app.sweeper is not None
        if action == "undelete":
            return bool(self._deleted)
        return action != "measure" or self.room is Room.SMALL

    def action_measure(self) -> None:
        """Draw the other figure."""
        self._choose(replace(self.choices, measure=_after(self.choices.measure, model.MEASURES)))

    def action_split(self) -> None:
        """Draw what was measured on other samples."""
        self._choose(replace(self.choices, split=_after(self.choices.split, model.SPLITS)))

    def action_axis(self) -> None:
        """Draw over something else."""
        self._choose(replace(self.choices, axis=_after(self.choices.axis, model.AXES)))

    def action_log(self) -> None:
        """Change the loss's axis between linear and logarithmic."""
        self._choose(replace(self.choices, log=not self.choices.log))

    def _choose(self, choices: model.Choices) -> None:
        self.choices = choices
        self._fit_plots()

    def _fit_plots(self) -> None:
        self._fit_axes = True
        self._seen = ()
        self.redraw()

    # The runs

    def action_order(self) -> None:
        """Order the runs by the selected column."""
        self.order = model.next_order(self.order, self._table.column, self.runs.values())
        self.redraw()

    def action_off(self) -> None:
        """Take the selected run's curve off the plots, or put it on again."""
        self._off ^= {self._table.selected}
        self._fit_plots()

    def action_open(self) -> None:
        """Debug the selected run from now on."""
        number = self._table.selected
        if self.app.trainer.runs.get(number):
            app = self.app
            app.selection = replace(app.selection, row=0, operation=None, element=None)
            words = f"Run {number} is now the current run. {left_words(app.snapshot)}"
            app.trainer.reopen(number)
            app.tell(words.strip())
        elif number != self.app.snapshot.number:
            self.app.notify(f"run {number} can be continued when it has ended", markup=False)

    def explain_widget(self, widget: Widget | None) -> None:
        """A second click on a run opens it."""
        if isinstance(widget, Table):
            self.action_open()

    def action_delete(self) -> None:
        """Delete the selected run."""
        table, number = self._table, self._table.selected
        if run := self.app.trainer.runs.remove(number):
            keys = [row.key for row in table.contents.rows]  # which may not have it any more
            self._deleted.append(run)
            place = keys.index(number) if number in keys else 0
            others = [key for key in keys if key != number] or [self.app.snapshot.number]
            table.selected = others[min(place, len(others) - 1)]
            self._fit_plots()
            self.app.notify(f"run {number} is deleted; D brings it back", markup=False)
        else:
            self.app.notify(f"run {number} is still running: it cannot be deleted", markup=False)
        self.refresh_bindings()

    def action_undelete(self) -> None:
        """Bring the run back that was deleted last."""
        run = self._deleted.pop()
        self.app.trainer.runs.add(run)
        self._table.selected = run.number
        self._fit_plots()
        self.refresh_bindings()

    # Sweeps

    def action_cancel_sweep(self) -> None:
        """End the sweep; its runs stay."""
        if sweeper := self.app.sweeper:
            sweeper.cancel()

    def _follow_sweep(self, sweeper: Sweeper | None) -> None:
        """Poll a sweep that has started."""
        if sweeper is not None:
            self._sweep_end = ""
            self._timer.resume()
        else:
            self._timer.pause()
        self.refresh_bindings()
        self.redraw()

    def _poll_sweep(self) -> None:
        """Ask for the sweep's newest state; when it has ended say so, whatever screen is seen."""
        if (sweeper := self.app.sweeper) is None:
            return
        sweeper.want()
        if sweeper.is_going:
            self.redraw()
            return
        self._sweep_end = model.ended_words(sweeper)
        if self.app.screen is not self:
            self.app.notify(f"Compare (7): {self._sweep_end}", markup=False)
        self.app.sweeper = None


def _after(value: T, values: tuple[T, ...]) -> T:
    return values[(values.index(value) + 1) % len(values)]
