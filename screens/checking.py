"""The app on gradients that were handed in: Backprop, at the first that is wrong."""

from screens.app import TuiNNApp
from screens.inspect.checking import checked_of, selection_of, stop_at_wrong
from screens.shapes.look import Look
from tui_nn.mistakes.checking.report import Report
from tui_nn.training.runs.handed_in import handed_in

NAME = "checked"


class CheckingApp(TuiNNApp):
    """Shows somebody's gradients beside the right ones."""

    DEFAULT_MODE = "backprop"

    def __init__(self, report: Report, memory: int, look: Look) -> None:
        """Make an app.

        Args:
            report: What was found in them.
            memory: Bytes for going back in time.
            look: How this terminal is drawn.
        """
        checked = checked_of(report, NAME)
        session = handed_in(report.problem, NAME, memory)
        selection = selection_of(checked, session.program)
        stop_at_wrong(session, checked, selection)
        super().__init__(session, look, checked.said)
        self.checked = checked
        self.set_reactive(TuiNNApp.selection, selection)
