"""What all the screens have in common: the lines around them, and how they are told to draw."""

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Click, Resize, ScreenResume
from textual.geometry import Size
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.frame import (
    KeyLine,
    NextLine,
    StatusLine,
    TooSmall,
    TopBar,
    WatchLine,
)
from screens.base.keys import PANEL_KEYS
from screens.base.lessons.beside import TaughtScreen
from screens.base.messages import ExplainNumber
from screens.base.spotlight import Named, Spotlight, spotlit
from screens.inspect.parameters import Parameter, neuron_of, parameter_of
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Target
from screens.shapes.room import HEIGHTS, MEDIUM, WIDTHS, Room, room_of
from screens.widgets.line_widget import LineWidget
from tui_nn.training.session.snapshot import Activity, Snapshot

if TYPE_CHECKING:
    from screens.inspect.export import Export

NO_PARAMETER = "Select a weight or a bias first: screen 2 or 3, then arrows and tab."
_FRAME = 4  # lines over and under the body
BASE_STYLE = Path(__file__).with_name("screen.tcss")


class DebuggerScreen(TaughtScreen[None]):
    """A screen that draws a snapshot and a selection.

    A subclass says what it is made of in ``compose_body`` and fills it in ``draw``. It is asked
    to draw only while it is the one that is seen.

    Attributes:
        MODE: Its name among the screens.
        SHOWS_SAMPLE: Whether it shows the selected sample, which its keys then choose.
    """

    MODE: ClassVar[str]
    SHOWS_SAMPLE: ClassVar[bool] = True
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE]
    BINDINGS: ClassVar[list[BindingType]] = PANEL_KEYS
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    app = getters.app(DebuggerApp)

    _was_left = False
    _is_drawn = False
    _is_resized = False  # and not drawn since
    _fitted: Size | None = None  # the size of terminal that it was last drawn for
    _was_running = False  # when it was drawn last

    @property
    def room(self) -> Room:
        """How much stands side by side."""
        return Room.SMALL if self.app.presenting else room_of(*self.live)

    def compose(self) -> ComposeResult:
        """Put the body between the lines that are on every screen."""
        self._fit(*self.app.size)
        yield TopBar(self.MODE)
        yield NextLine()
        with Container(id="body"):
            yield from self.compose_body()
        yield TooSmall()
        if self.app.presenting:
            yield Spotlight(self._spotlit)
        yield from self.lesson_widgets()
        yield WatchLine()
        yield StatusLine()
        yield KeyLine()

    def _fit(self, width: int, height: int) -> None:
        """Say how much room there is before there is a widget that would be styled once more."""
        for size, breakpoints in ((width, WIDTHS), (height, HEIGHTS)):
            self.add_class(*self._get_breakpoint_classes(size, breakpoints))
        self._spread(width, height)

    def _spread(self, width: int, height: int) -> None:
        """Say how large the pictures of the one view can be, where a room looks on."""
        if self.app.presenting:
            self.set_class(width >= MEDIUM[0], "-roomy")
            self.set_class(room_of(width, height) is Room.LARGE, "-spacious")

    def _get_breakpoint_classes(
        self, dimension: int, breakpoints: list[tuple[int, str]]
    ) -> set[str]:
        """Present with the layout of a small terminal."""
        if self.app.presenting:
            breakpoints = breakpoints[:2]
        return super()._get_breakpoint_classes(dimension, breakpoints)

    def _spotlit(self) -> Named | None:
        is_there = self._is_seen and self.app.snapshot.probe is not None
        return spotlit(self.scene, self.number_in(self.worked_on) if is_there else None)

    @property
    def lines_around(self) -> int:
        """Lines of the screen that are not the body's."""
        lines = _FRAME + self.has_class("-watching")
        spotlights = self.query(Spotlight) if self.app.presenting else ()
        return lines + sum(each.lines for each in spotlights)

    @property
    def explained(self) -> Target | None:
        """The number that is taken apart, where that is what the screen is for."""
        return None

    def refit(self) -> None:
        """Lay out for another room."""
        self._fit(*self.app.size)
        self._fitted = None

    async def _watch_presenting(self) -> None:
        """Present from now on, or no longer."""
        await self.query(Spotlight).remove()
        if self.app.presenting:
            await self.mount(Spotlight(self._spotlit), before=self.query_one(WatchLine))
        self.remove_class(*(name for _, name in (*WIDTHS, *HEIGHTS)), "-roomy", "-spacious")
        self.refit()
        self.post_message(Resize(self.app.size, self.app.size))

    def compose_body(self) -> Iterable[Widget]:
        """Yield what the screen is made of."""
        raise NotImplementedError

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Fill the widgets."""
        raise NotImplementedError

    def target_in(self, widget: Widget | None) -> Target | None:  # noqa: ARG002 - for subclasses
        """Return the number that is selected in a widget, or None.

        Args:
            widget: What has the focus, or what was clicked twice.
        """
        return None

    def number_in(self, widget: Widget | None) -> Target | None:
        """Return the number that is selected in a widget; None where there is none any more.

        What a widget shows may be of a run that another one has replaced a moment ago.
        """
        return self.still_there(self.target_in(widget))

    def still_there(self, target: Target | None) -> Target | None:
        """Return a number, unless the run that is seen by now has none such."""
        return target if target is not None and self.scene.has(target) else None

    def export_in(self, widget: Widget | None) -> "Export | None":  # noqa: ARG002 - for subclasses
        """Return what is selected to be exported; None for the widget's own plot or tensor.

        Args:
            widget: What has the focus.
        """
        return None

    @property
    def scene(self) -> Scene:
        """What numbers are explained from, as it is now."""
        return Scene(self.app.snapshot, self.app.selection)

    def selected_parameter(self) -> Parameter | None:
        """Return the weight or bias that is selected, or None."""
        return parameter_of(self.scene, self.number_in(self.worked_on))

    def selected_neuron(self) -> tuple[int, int] | None:
        """Return the layer and number of the neuron that is selected, or None."""
        return neuron_of(self.scene, self.number_in(self.worked_on))

    def explain_widget(self, widget: Widget | None) -> None:
        """Explain the number that is selected in a widget, if there is one."""
        if target := self.number_in(widget):
            self.post_message(ExplainNumber(self.scene, target))

    def on_click(self, event: Click) -> None:
        """A second click opens what the first one selected."""
        if event.chain == 2 and isinstance(event.widget, LineWidget):
            self.explain_widget(event.widget)

    def on_mount(self) -> None:
        """Draw whenever there is something new to see."""
        self.watch(self.app, "snapshot", self.redraw, init=False)
        self.watch(self.app, "selection", self.redraw, init=False)
        self.watch(self.app, "speed", self.redraw, init=False)
        self.watch(self.app, "presenting", self._watch_presenting, init=False)
        self.watch(self.app, "travel_status", self._show_next, init=False)
        self.watch(self.app, "lesson_changes", self._watch_lesson, init=False)

    async def _watch_lesson(self) -> None:
        """Show what changed in the lesson, if this screen is the one that is seen."""
        if self._is_seen:
            await self.watch_lesson()

    def on_screen_suspend(self) -> None:
        """Look at everything anew when this screen is seen again."""
        self._was_left = True

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Draw what changed while another screen was seen; styles that are new are kept."""
        event.refresh_styles = event.refresh_styles and self._was_left
        self.call_later(self.watch_lesson)
        if self._was_left or not (self._is_drawn or self._is_resized):
            self.redraw()

    def on_resize(self) -> None:
        """Draw what depends on the room there is."""
        self._spread(*self.app.size)
        self.call_later(self.watch_lesson)
        if not self._is_resized and self._fitted != self.app.size:
            self._is_resized = True
            self._fitted = self.app.size
            self.call_after_refresh(self.redraw)

    def _compositor_refresh(self) -> None:
        """Draw nothing that Textual would throw away: as long as the app is being built up."""
        if not self.app._batch_count:
            super()._compositor_refresh()
            for spotlight in self.query(Spotlight) if self.app.presenting else ():
                spotlight.show()  # whatever was drawn may have selected another number

    def redraw(self) -> None:
        """Draw the newest snapshot, if this screen is the one that is seen.

        Where the run has stopped, the lines around say so first: that is what a key is to do, and
        the pictures of another step may take longer.
        """
        if not self._is_seen:
            return
        self._is_drawn, self._is_resized = True, False
        snapshot = self.app.snapshot
        is_running = snapshot.activity is Activity.RUNNING
        has_stopped, self._was_running = self._was_running and not is_running, is_running
        self._draw_around(snapshot)
        if has_stopped:
            self.call_after_refresh(self._draw_body)
        else:
            self._draw_body()

    @property
    def _is_seen(self) -> bool:
        if not self._is_mounted or self.is_gone:
            return False
        stack = self.app.screen_stack
        return self in (*stack[:1], *stack[-1:])  # an app that ends has none

    def _draw_body(self) -> None:
        if self._is_seen:
            self.draw(self.app.snapshot, self.app.selection)
            self.app.notice()

    def _draw_around(self, snapshot: Snapshot) -> None:
        self.query_one(TopBar).show(snapshot, self.app.speed.label)
        self._show_next()
        self.query_one(WatchLine).show_snapshot(snapshot)
        self.set_class(bool(snapshot.watches), "-watching")
        self.query_one(StatusLine).show_snapshot(snapshot)
        self.query_one(KeyLine).show_line()

    def _show_next(self) -> None:
        self.query_one(NextLine).show(self.app.snapshot, self.app.travel_status)


def selected_parameter(app: DebuggerApp) -> Parameter | None:
    """Return the weight or bias that is selected; where there is none, say so."""
    screen = app.screen
    parameter = screen.selected_parameter() if isinstance(screen, DebuggerScreen) else None
    if parameter is None:
        app.tell(NO_PARAMETER)
    return parameter
