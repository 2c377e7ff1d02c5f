"""The dialog that asks which digit a drawing is, and keeps it."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.dialogs.keep_digit.model import (
    NOTHING,
    QUESTION,
    forgotten_words,
    guess_words,
    kept_words,
)
from screens.inspect.selection import Drawn
from tui_nn.data.own import forget_last_digit, keep_digit
from tui_nn.errors import TuiNNError


class KeepDigitDialog(Dialog[int]):
    """Asks for a label; the drawing is kept with it, and so is the sample."""

    HEADING = "Which digit is it?"
    KEYS = "0-9 keeps it · backspace undoes the last · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "keep_digit.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(digit), f"keep({digit})", f"a {digit}", show=False,
                    tooltip=f"It is a {digit}")
            for digit in range(10)
        ),
        Binding("backspace", "forget", "take back", tooltip="Remove the digit that was kept last"),
    ]  # fmt: skip

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask which digit the drawing is, and keep it."""
        drawn = app.selection.drawn
        if drawn is None:
            app.tell(NOTHING)
            return

        def keep(label: int | None) -> None:
            if label is not None:
                labelled = replace(drawn, label=label)
                if app.selection.drawn is drawn:
                    app.selection = replace(app.selection, drawn=labelled)
                _tell_later(app, partial(_keep, labelled, label))

        app.push_screen(cls(), keep)

    def compose_body(self) -> Iterable[Widget]:
        """Make the question."""
        words = f"{QUESTION} {guess_words(self.app.snapshot)}".strip()
        yield Static(self.app.look.text(words), id="said", markup=False)

    def action_keep(self, label: int) -> None:
        """Keep it with this label."""
        self.dismiss(label)

    def action_forget(self) -> None:
        """Remove the digit that was kept last."""
        _tell_later(self.app, _forget)
        self.dismiss(None)


def _keep(drawn: Drawn, label: int) -> str:
    return kept_words(label, keep_digit(drawn.whole, label))


def _forget() -> str:
    return forgotten_words(*forget_last_digit())


def _tell_later(app: DebuggerApp, change: Callable[[], str]) -> None:
    """Change the file of kept digits in a thread, and say what came of it."""

    def run() -> None:
        try:
            words = change()
        except TuiNNError as error:
            words = f"Nothing was changed: {error}"
        app.call_soon(app.tell, words)

    app.run_worker(run, "keep", group="keep", thread=True, exit_on_error=False)
