"""Changing the network by hand: do it, and say what that did to the selected sample."""

from collections.abc import Callable

import numpy as np

from screens.base.app import DebuggerApp
from screens.base.screen import DebuggerScreen
from screens.inspect.edits import EditWords, edit_words
from screens.inspect.parameters import Parameter, present_value
from screens.inspect.predictions import said_words
from screens.inspect.samples import choice
from screens.shapes.format import counted, figure
from tui_nn.data.form import DIGITS
from tui_nn.training.analysis.what_if import WhatIfResult, silence, try_change
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.journal import Edit

UNDO_HINT = "ctrl+z undoes it."
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
    """Undo the last edit, wherever in the run it was made."""
    choose = choice(app.selection)

    def move(session: Session, is_cancelled: Callable[[], bool]) -> None:
        listed = edit_words(session.recipe, session.schedule, session.journal)
        came_from, steps = session.position.place, len(session.history)
        undone: list[Edit | None] = []
        sample = choose(session.dataset)  # another run may have taken this one's place
        effect = try_change(
            session, *sample, lambda session: undone.append(session.undo(is_cancelled))
        )
        if undone == [None]:
            return
        if came_from == session.position.place:
            words = f"Undone: {listed[-1].text}. {effect_words(effect)}"
        else:
            step = session.position.step
            words = undone_words(listed[-1], step, steps - len(session.history))
        app.call_soon(app.tell, words)

    app.navigator.travel("undoing the last edit", move)


def undone_words(edit: EditWords, step: int, left: int) -> str:
    """Return what undoing an edit in the past did.

    Args:
        edit: The edit.
        step: Where the run stands now.
        left: How many steps that were made with it are a branch now.
    """
    branch = f"; the {counted(left, 'step')} made with it stay as an earlier branch" if left else ""
    return f"Undone: {edit.text}, of {edit.where}. The run is at step {step:,} again{branch}."


def change_network(app: DebuggerApp, change: Callable[[Session], None], words: str) -> None:
    """Have something changed, and say what that did to the selected sample.

    Args:
        app: The app.
        change: The change, for the training thread.
        words: What it is.
    """
    choose = choice(app.selection)

    def tell(effect: WhatIfResult) -> None:
        app.tell(f"{words} {effect_words(effect)} {UNDO_HINT}")

    def command(session: Session) -> None:
        app.call_soon(tell, try_change(session, *choose(session.dataset), change))

    app.trainer.send(command)


def edited_words(snapshot: Snapshot, parameter: Parameter, value: float) -> str:
    """Return what an edit changes."""
    change = f"{figure(present_value(snapshot, parameter))} → {figure(value)}"
    return f"{parameter.symbol}: {change}.{_restarted_step(snapshot)}"


def silenced_words(snapshot: Snapshot, layer: int, neuron: int) -> str:
    """Return what silencing a neuron changes."""
    weights = snapshot.program.network.units[layer + 1 : layer + 2]
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
    form = effect.after.task.form
    noun = form.nouns[0]
    named = form.classes[label or 0] if noun == DIGITS.nouns[0] else noun
    digit = f"The {noun}" if label is None else f"The selected {named}"
    after = said_words(effect.after)
    if np.array_equal(effect.before.probabilities, effect.after.probabilities):
        return f"{digit}: says {after}, as before."
    return f"{digit}: says {said_words(effect.before)} → {after}."
