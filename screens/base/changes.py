"""Changing the network by hand: do it, and say what that did to the selected sample."""

from collections.abc import Callable

import numpy as np

from screens.base.app import DebuggerApp
from screens.base.screen import DebuggerScreen
from screens.inspect.parameters import Parameter, present_value
from screens.inspect.predictions import said_words
from screens.inspect.samples import selected
from screens.shapes.format import figure
from tui_nn.training.analysis.what_if import WhatIfResult, silence, try_change
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Snapshot

UNDO_HINT = "ctrl+z undoes it, until the next step."
NO_NEURON = "Select a neuron first: screen 2 or 3, then arrows and tab."


def silence_neuron(app: DebuggerApp) -> None:
    """Set the outgoing weights of the selected neuron to 0."""
    neuron = app.screen.selected_neuron() if isinstance(app.screen, DebuggerScreen) else None
    if neuron is None:
        app.tell(NO_NEURON)
    else:
        words = silenced_words(app.snapshot, *neuron)
        change_network(app, lambda session: silence(session, *neuron), words)


def undo(app: DebuggerApp) -> None:
    """Undo the last change."""
    change_network(app, Session.undo, "Undone.", hint="")


def change_network(
    app: DebuggerApp, change: Callable[[Session], None], words: str, hint: str = UNDO_HINT
) -> None:
    """Have something changed, and say what that did to the selected sample.

    Args:
        app: The app.
        change: The change, for the training thread.
        words: What it is.
        hint: What one may want to know after it.
    """
    image, label = selected(app.snapshot.dataset, app.selection)

    def tell(effect: WhatIfResult) -> None:
        app.tell(" ".join(filter(None, [words, effect_words(effect), hint])))

    def command(session: Session) -> None:
        app.call_soon(tell, try_change(session, image, label, change))

    app.trainer.send(command)


def edited_words(snapshot: Snapshot, parameter: Parameter, value: float) -> str:
    """Return what an edit changes."""
    change = f"{figure(present_value(snapshot, parameter))} → {figure(value)}"
    return f"{parameter.symbol}: {change}.{_restarted_step(snapshot)}"


def silenced_words(snapshot: Snapshot, layer: int, neuron: int) -> str:
    """Return what silencing a neuron changes."""
    weights = snapshot.program.network.sizes[layer + 1 : layer + 2]
    count = f"{weights[0]} " if weights else ""
    return (
        f"Neuron {neuron} of layer {layer} is silent: its {count}outgoing weights are 0."
        f"{_restarted_step(snapshot)}"
    )


def _restarted_step(snapshot: Snapshot) -> str:
    return " The step starts over." if snapshot.position.operation else ""


def effect_words(effect: WhatIfResult) -> str:
    """Return what a change did to the selected sample: ``says 7 (81 %) → 3 (44 %)``."""
    label = effect.after.label
    digit = "The digit" if label is None else f"The selected {label}"
    after = said_words(effect.after)
    if np.array_equal(effect.before.probabilities, effect.after.probabilities):
        return f"{digit}: says {after}, as before."
    return f"{digit}: says {said_words(effect.before)} → {after}."
