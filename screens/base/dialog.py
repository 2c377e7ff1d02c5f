"""The base of all dialogs: a window with a title, a body, and a line that names its keys."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import ScreenResume
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from screens.base.app import DebuggerApp
from screens.base.focus import FocusKeeper
from screens.base.frame import DialogKeys, MessageLine, Plain, TooSmall
from screens.base.keys import PALETTE_KEY
from screens.inspect.export import Export
from screens.shapes.room import HEIGHTS, WIDTHS
from tui_nn.errors import TuiNNError
from tui_nn.training.analysis.recompute import current_step
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Computed, Snapshot

Result = TypeVar("Result")
T = TypeVar("T")

DIALOG_STYLE = Path(__file__).with_name("dialog.tcss")


class Dialog(ModalScreen[Result], FocusKeeper[Result]):
    """A window over the screen, which escape closes.

    A subclass says what it is made of in ``compose_body``, and in ``open`` how it comes to be
    opened. Its result is what it was dismissed with; None where it was closed.

    Attributes:
        HEADING: Its title; a subclass may give another one to ``retitle``.
        KEYS: Its last line, which names the keys.
        SCROLLS: Whether the arrow keys scroll it, since nothing in it takes them.
    """

    HEADING: ClassVar[str] = ""
    KEYS: ClassVar[str] = "escape closes"
    SCROLLS: ClassVar[bool] = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [DIALOG_STYLE]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", tooltip="Close this window"),
        PALETTE_KEY,
    ]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    app = getters.app(DebuggerApp)

    _was_left = False

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Open it; a subclass that needs something to begin with asks for it here."""
        app.push_screen(cls())

    def compose(self) -> ComposeResult:
        """Put the body between the title and the keys."""
        for size, rooms in zip(self.app.size, (WIDTHS, HEIGHTS), strict=True):
            self.add_class(*self._get_breakpoint_classes(size, rooms))  # before all is styled
        with VerticalScroll(id="window", can_focus=self.SCROLLS):
            title = Plain(self.HEADING, id="title")
            title.display = bool(self.HEADING)
            yield title
            yield from self.compose_body()
            yield DialogKeys(self.KEYS, id="keys", classes="note")
        yield TooSmall()
        yield MessageLine()

    def on_screen_suspend(self) -> None:
        """Style everything again when it is seen again."""
        self._was_left = True

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Keep styles that are new."""
        event.refresh_styles = event.refresh_styles and self._was_left
        self.app.notice()

    def compose_body(self) -> Iterable[Widget]:
        """Yield what stands between the title and the keys."""
        raise NotImplementedError

    def retitle(self, title: str) -> None:
        """Change the title."""
        shown = self.query_one("#title", Plain)
        shown.display = bool(title)
        shown.show(title)

    def say(self, words: str, *, refused: bool = False) -> None:
        """Show words in the line ``#said``: what is typed, what is done, or what is wrong."""
        said = self.query_one("#said", Static)
        said.update(self.app.look.text(f"! {words}" if refused else words))
        said.set_class(refused, "-refused")

    def export_in(self, widget: Widget | None) -> Export | None:  # noqa: ARG002 - for subclasses
        """Return what ``y`` exports, or None."""
        return None

    def action_close(self) -> None:
        """Close it without a result."""
        self.dismiss()


def ask_and_open(
    app: DebuggerApp, ask: Callable[[Session], T], open_dialog: Callable[[T], object]
) -> None:
    """Open a dialog once the moves requested so far are done, unless another one is open by then.

    Args:
        app: The app.
        ask: What the dialog needs of the session; called in the training thread.
        open_dialog: Opens it, given that.
    """

    def unless_open(answer: T) -> None:
        if not isinstance(app.screen, ModalScreen):
            open_dialog(answer)

    app.trainer.ask(ask, lambda answer: app.call_soon(unless_open, answer))


def take_snapshot(session: Session) -> Snapshot:
    """Return a session as it stands: what most dialogs ask for."""
    return session.snapshot(Activity.PAUSED)


def open_on_step(app: DebuggerApp, make: Callable[[Snapshot, Computed], Dialog[None]]) -> None:
    """Open a dialog on the current step, or say why there is none."""

    def open_dialog(snapshot: Snapshot) -> None:
        try:
            app.push_screen(make(snapshot, current_step(snapshot)))
        except TuiNNError as refusal:
            app.tell(str(refusal), is_refusal=True)

    ask_and_open(app, take_snapshot, open_dialog)


def failure_words(error: BaseException | None) -> str:
    """Return what to say of an error in a worker: ours is marked as such."""
    return str(error) if isinstance(error, TuiNNError) else f"internal error: {error!r}"
