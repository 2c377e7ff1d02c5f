"""The screens and the dialogs that there are: a row each, from which all that lists them reads.

A module is imported when its screen or dialog is first shown, or after the first frame: each row
has a function that imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from screens.base.app import ScreenEntry

if TYPE_CHECKING:
    from screens.base.dialog import Dialog


def _data() -> type[Screen[None]]:
    from screens.data.screen import DataScreen

    return DataScreen


def _forward() -> type[Screen[None]]:
    from screens.forward.screen import ForwardScreen

    return ForwardScreen


def _backprop() -> type[Screen[None]]:
    from screens.backprop.screen import BackpropScreen

    return BackpropScreen


def _training() -> type[Screen[None]]:
    from screens.training.screen import TrainingScreen

    return TrainingScreen


def _evaluate() -> type[Screen[None]]:
    from screens.evaluate.screen import EvaluateScreen

    return EvaluateScreen


def _draw() -> type[Screen[None]]:
    from screens.draw.screen import DrawScreen

    return DrawScreen


def _learn() -> type[Screen[None]]:
    from screens.learn.screen import LearnScreen

    return LearnScreen


def _compare() -> type[Screen[None]]:
    from screens.compare.screen import CompareScreen

    return CompareScreen


SCREENS: Sequence[ScreenEntry] = (
    ScreenEntry("data", "1", "Data", "The digits", _data),
    ScreenEntry("forward", "2", "Forward", "A sample going through the network", _forward),
    ScreenEntry(
        "backprop",
        "3",
        "Backprop",
        "The step's program, and the gradient of every parameter",
        _backprop,
    ),
    ScreenEntry("training", "4", "Training", "Curves and health of the run", _training),
    ScreenEntry(
        "evaluate",
        "5",
        "Evaluate",
        "Accuracy on the test digits, and the mistakes",
        _evaluate,
    ),
    ScreenEntry("draw", "6", "Draw", "Your own digit, and what the network says of it", _draw),
    ScreenEntry("compare", "7", "Compare", "Runs side by side, and sweeps", _compare),
    ScreenEntry("learn", "8", "Learn", "Lessons, whose tasks are checked in the app", _learn),
)
"""A row a screen: the tabs, the keys, the help and the palette list them from here."""


def _along_step() -> type[Dialog[Any]]:
    from screens.dialogs.along_step.dialog import AlongStepDialog

    return AlongStepDialog


def _break_it() -> type[Dialog[Any]]:
    from screens.dialogs.break_it.dialog import BreakItDialog

    return BreakItDialog


def _breakpoints() -> type[Dialog[Any]]:
    from screens.dialogs.breakpoints.dialog import BreakpointsDialog

    return BreakpointsDialog


def _data_source() -> type[Dialog[Any]]:
    from screens.dialogs.data_source.dialog import DataSourceDialog

    return DataSourceDialog


def _edits() -> type[Dialog[Any]]:
    from screens.dialogs.edits.dialog import EditsDialog

    return EditsDialog


def _edit_parameter() -> type[Dialog[Any]]:
    from screens.dialogs.edit_parameter.dialog import EditParameterDialog

    return EditParameterDialog


def _go_to() -> type[Dialog[Any]]:
    from screens.dialogs.go_to.dialog import GoToDialog

    return GoToDialog


def _gradient_check() -> type[Dialog[Any]]:
    from screens.dialogs.gradient_check.dialog import GradientCheckDialog

    return GradientCheckDialog


def _help() -> type[Dialog[Any]]:
    from screens.dialogs.help.dialog import HelpDialog

    return HelpDialog


def _messages() -> type[Dialog[Any]]:
    from screens.dialogs.messages.dialog import MessagesDialog

    return MessagesDialog


def _keep_digit() -> type[Dialog[Any]]:
    from screens.dialogs.keep_digit.dialog import KeepDigitDialog

    return KeepDigitDialog


def _new_sweep() -> type[Dialog[Any]]:
    from screens.dialogs.new_sweep.dialog import NewSweepDialog

    return NewSweepDialog


def _open_recipe() -> type[Dialog[Any]]:
    from screens.dialogs.open_recipe.dialog import OpenRecipeDialog

    return OpenRecipeDialog


def _open_run() -> type[Dialog[Any]]:
    from screens.dialogs.open_run.dialog import OpenRunDialog

    return OpenRunDialog


def _open_picture() -> type[Dialog[Any]]:
    from screens.dialogs.open_picture.dialog import OpenPictureDialog

    return OpenPictureDialog


def _pixels() -> type[Dialog[Any]]:
    from screens.dialogs.pixels.dialog import PixelsDialog

    return PixelsDialog


def _quit() -> type[Dialog[Any]]:
    from screens.dialogs.quit.dialog import QuitDialog

    return QuitDialog


def _quiz() -> type[Dialog[Any]]:
    from screens.dialogs.quiz.dialog import QuizDialog

    return QuizDialog


def _save_run() -> type[Dialog[Any]]:
    from screens.dialogs.save_run.dialog import SaveRunDialog

    return SaveRunDialog


def _settings() -> type[Dialog[Any]]:
    from screens.dialogs.settings.dialog import SettingsDialog

    return SettingsDialog


def _train_on_own() -> type[Dialog[Any]]:
    from screens.dialogs.train_on_own.dialog import TrainOnOwnDialog

    return TrainOnOwnDialog


DIALOGS: dict[str, Callable[[], type[Dialog[Any]]]] = {
    "along_step": _along_step,
    "break_it": _break_it,
    "breakpoints": _breakpoints,
    "data_source": _data_source,
    "edit_parameter": _edit_parameter,
    "edits": _edits,
    "go_to": _go_to,
    "gradient_check": _gradient_check,
    "help": _help,
    "keep_digit": _keep_digit,
    "messages": _messages,
    "new_sweep": _new_sweep,
    "open_recipe": _open_recipe,
    "open_picture": _open_picture,
    "open_run": _open_run,
    "pixels": _pixels,
    "quit": _quit,
    "quiz": _quiz,
    "save_run": _save_run,
    "settings": _settings,
    "train_on_own": _train_on_own,
}
"""A row a dialog: the action ``app.open_dialog('NAME')`` opens it."""
