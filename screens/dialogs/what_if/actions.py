"""What the keys that check and change the network do; the app's actions come here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import ModalScreen

from screens.base.screen import LabScreen
from screens.dialogs.gradient_check.dialog import GradientCheckScreen
from screens.dialogs.step_loss.dialog import AlongStepScreen
from screens.dialogs.what_if.dialog import EditParameterScreen
from screens.dialogs.what_if.model import TAKE_BACK, Parameter, edited, effect_words, silenced
from screens.inspect.samples import selected
from tui_nn.errors import TuiNNError
from tui_nn.training.analysis.recompute import current_step
from tui_nn.training.analysis.what_if import WhatIfResult, silence, try_change
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Computed, Snapshot

if TYPE_CHECKING:
    from screens.app import Lab

NO_PARAMETER = "Choose a weight or a bias first: screen 2 or 3, then arrows and tab."
NO_NEURON = "Choose a neuron first: screen 2 or 3, then arrows and tab."


def check_gradient(lab: Lab) -> None:
    """Check the gradient of the selected parameter."""
    if (parameter := _parameter(lab)) is not None:
        _with_step(lab, partial(GradientCheckScreen, parameter))


def along_step(lab: Lab) -> None:
    """Show the loss along the step."""
    _with_step(lab, AlongStepScreen)


def edit_parameter(lab: Lab) -> None:
    """Ask for another value of the selected parameter, and change it."""
    if (parameter := _parameter(lab)) is None:
        return
    name, index = parameter.name, parameter.index

    def open_window(snapshot: Snapshot) -> None:
        def change(value: float | None) -> None:
            if value is not None:
                words = edited(snapshot, parameter, value)
                _change(lab, lambda session: session.set_parameter(name, index, value), words)

        lab.push_screen(EditParameterScreen(snapshot, parameter), change)

    _when_there(lab, open_window)


def silence_neuron(lab: Lab) -> None:
    """Have nobody listen to the selected neuron any more."""
    neuron = lab.screen.neuron() if isinstance(lab.screen, LabScreen) else None
    if neuron is None:
        lab.notify(NO_NEURON, markup=False)
    else:
        words = silenced(lab.snapshot, *neuron)
        _change(lab, lambda session: silence(session, *neuron), words)


def undo(lab: Lab) -> None:
    """Take the last change back."""
    _change(lab, Session.undo, "Taken back.", hint="")


def _change(lab: Lab, change: Callable[[Session], None], words: str, hint: str = TAKE_BACK) -> None:
    """Have something changed, and say what that did to the selected sample."""
    image, label = selected(lab.snapshot.dataset, lab.selection)

    def tell(effect: WhatIfResult) -> None:
        said = " ".join(filter(None, [words, effect_words(effect), hint]))
        lab.notify(lab.look.text(said), markup=False)

    def command(session: Session) -> None:
        lab.soon(tell, try_change(session, image, label, change))

    lab.trainer.send(command)


def _parameter(lab: Lab) -> Parameter | None:
    parameter = lab.screen.parameter() if isinstance(lab.screen, LabScreen) else None
    if parameter is None:
        lab.notify(NO_PARAMETER, markup=False)
    return parameter


def _with_step(lab: Lab, make: Callable[[Snapshot, Computed], ModalScreen[None]]) -> None:
    """Open a window on the step in hand, or say why there is none."""

    def open_window(snapshot: Snapshot) -> None:
        try:
            lab.push_screen(make(snapshot, current_step(snapshot)))
        except TuiNNError as refusal:
            lab.notify(str(refusal), markup=False)

    _when_there(lab, open_window)


def _when_there(lab: Lab, open_window: Callable[[Snapshot], None]) -> None:
    """Open a window when the moves that were asked for before it have been made."""

    def unless_open(snapshot: Snapshot) -> None:
        if not isinstance(lab.screen, ModalScreen):
            open_window(snapshot)

    lab.trainer.ask(
        lambda session: session.snapshot(Activity.PAUSED),
        lambda snapshot: lab.soon(unless_open, snapshot),
    )
