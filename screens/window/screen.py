"""A convolution or a pooling, one position of its window after the other."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from screens.base.frame import Plain
from screens.base.keys import ROW
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Target
from screens.inspect.windows import Windowed
from screens.widgets.bars import Bars
from screens.widgets.patch_picture import PatchPicture
from screens.window.model import Frame, Spot, frame
from tui_nn.training.session.snapshot import Snapshot

_POSITION = Binding.Group("position", compact=True)
_PICTURES = 3
_HINT = "n N: position on, back · up down: a row · w: map · v: channel · escape: leave"


class WindowScreen(DebuggerScreen):
    """One convolution or pooling, followed position by position.

    The window stands on its picture, between brackets; beside it is the kernel that is laid on it,
    and the result, which fills up as it goes. Under them is the arithmetic of that position, the
    largest terms first. Of a kernel's gradient, each position adds what is under the window, times
    the error there. The numbers stay as they were when it was opened.
    """

    SHOWS_SAMPLE: ClassVar[bool] = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "window.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,l", "position(1)", "on", key_display="n", group=_POSITION,
                tooltip="The window's next position"),
        Binding("N,left,h", "position(-1)", "back", key_display="N", group=_POSITION,
                tooltip="The position before"),
        Binding("down,j", "line(1)", "row of positions", show=False,
                tooltip="A row of positions on"),
        Binding("up,k", "line(-1)", "row back", show=False, tooltip="A row of positions back"),
        Binding("home", "end(0)", "first", show=False, tooltip="The first position"),
        Binding("end", "end(-1)", "last", show=False, tooltip="The last position"),
        Binding("w", "unit(1)", "map", tooltip="The next map of the result"),
        Binding("W", "unit(-1)", "map back", show=False, tooltip="The map before"),
        Binding("v", "channel(1)", "channel", tooltip="The next map of what the window moves over"),
        Binding("V", "channel(-1)", "channel back", show=False, tooltip="The map before"),
        Binding("left_square_bracket,comma", "row(-1)", "row", key_display="[", group=ROW,
                tooltip="The row of the batch before this one"),
        Binding("right_square_bracket,full_stop", "row(1)", "row", key_display="]", group=ROW,
                tooltip="The next row of the batch"),
        Binding("escape,z", "leave", "leave", key_display="escape", tooltip="Back to the step"),
    ]  # fmt: skip

    def __init__(self, mode: str, scene: Scene, walk: Windowed) -> None:
        """Make the screen.

        Args:
            mode: The screen from which it was opened.
            scene: Where the numbers are from; it stays as it is.
            walk: The operation.
        """
        self.MODE = mode  # type: ignore[misc]
        super().__init__()
        self._scene, self._walk = scene, walk
        unit = scene.selection.neuron if scene.selection.layer == walk.places.layer else 0
        row = min(scene.selection.row or 0, len(scene.snapshot.computed.context.indices) - 1)
        self._spot = Spot(row, min(unit, walk.places.shape[0] - 1), 0, 0)
        self._frame: Frame | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Make the pictures, and the sum under them."""
        yield Plain(id="where", classes="wide")
        with Horizontal(id="pictures"):
            for number in range(_PICTURES):
                yield Vertical(Plain(classes="title"), PatchPicture(), id=f"picture{number}")
        yield Panel("", Bars(id="terms"), id="terms-panel")
        yield Plain(_HINT, classes="note wide")

    def on_mount(self) -> None:
        """Begin at the first position."""
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Fit everything into the new room."""
        self.call_after_refresh(self._show)

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Leave the numbers as they are."""

    def _show(self) -> None:
        """Show the position at which the window stands."""
        shown = self._frame = frame(self._scene, self._walk, self._spot)
        self.query_one("#where", Plain).show(shown.words)
        for number in range(_PICTURES):
            part = self.query_one(f"#picture{number}")
            part.display = number < len(shown.pictures)
            if part.display:
                part.query_one(Plain).show(shown.pictures[number].title)
                part.query_one(PatchPicture).show(shown.pictures[number].patch)
        self.query_one("#terms-panel", Panel).retitle(shown.equation)
        self.query_one("#terms", Bars).show(shown.bars, signed=True)

    @property
    def scene(self) -> Scene:
        """What the window walks over, which stays as it was when this screen opened."""
        return self._scene

    def target_in(self, widget: Widget | None) -> Target | None:  # noqa: ARG002 - DebuggerScreen's
        """Return the number that the window makes where it stands."""
        return self._frame.target if self._frame else None

    def _move(self, **changes: int) -> None:
        self._spot = replace(self._spot, **changes)
        self._show()

    def action_position(self, by: int) -> None:
        """Move the window on or back by a position."""
        self._move(position=(self._spot.position + by) % self._walk.count)

    def action_line(self, by: int) -> None:
        """Move it by a row of positions."""
        there = self._spot.position + by * self._walk.places.shape[2]
        if 0 <= there < self._walk.count:
            self._move(position=there)

    def action_end(self, end: int) -> None:
        """Move it to the first (0) or the last (-1) position."""
        self._move(position=end % self._walk.count)

    def action_unit(self, by: int) -> None:
        """Look at another map of the result."""
        self._move(unit=(self._spot.unit + by) % self._walk.places.shape[0])

    def action_channel(self, by: int) -> None:
        """Look at another map of what the window moves over."""
        self._move(channel=(self._spot.channel + by) % self._walk.picture.shape[0])

    def action_row(self, by: int) -> None:
        """Look at another row of the batch."""
        rows = len(self._scene.snapshot.computed.context.indices)
        self._move(row=(self._spot.row + by) % rows)

    def action_leave(self) -> None:
        """Go back to the step."""
        self.dismiss()
