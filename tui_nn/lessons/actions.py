"""What a solution can do in the app: each is one that a person can do as well.

An action is a function of the desk and of words in the lesson; its name there is its name here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from tui_nn.lessons.desk import (
    Desk,
    Looked,
    first_misread,
    read_rightly,
    read_wrongly,
    worst_read,
)
from tui_nn.lessons.lesson import Call
from tui_nn.lessons.setup import step_to as run_to
from tui_nn.lessons.situation import ANY
from tui_nn.lessons.tables import arguments_of
from tui_nn.training.analysis.pixels import AWAY, led
from tui_nn.training.analysis.what_if import silence as silence_neuron
from tui_nn.training.recipe.breaking import broken
from tui_nn.training.recipe.keys import with_typed
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place

Action = Callable[..., None]


def operation(desk: Desk, times: int = 1) -> None:
    """Do the next operation (`n`)."""
    desk.change(_times(Session.step_operation, times))


def batch(desk: Desk, times: int = 1) -> None:
    """Finish the batch (`b`)."""
    desk.change(_times(Session.step_batch, times))


def epoch(desk: Desk, times: int = 1) -> None:
    """Go on to the end of the epoch (`e`)."""
    desk.change(_times(Session.step_epoch, times))


def back_operation(desk: Desk, times: int = 1) -> None:
    """Undo an operation (`N`)."""
    desk.change(_times(Session.back_operation, times))


def back_batch(desk: Desk, times: int = 1) -> None:
    """Go back a batch (`B`)."""
    desk.change(_times(Session.back_batch, times))


def back_to_best(desk: Desk) -> None:
    """Go back to the end of the epoch with the lowest loss on validation (`g`)."""

    def back(session: Session) -> None:
        if best := session.history.epochs.lowest:
            session.go_to(Place(best.step))

    desk.change(back)


def step_to(desk: Desk, name: str) -> None:
    """Do the operations up to the one that computes a tensor."""
    desk.change(lambda session: run_to(session, name))


def rate(desk: Desk, value: float) -> None:
    """Change the learning rate."""
    desk.change(lambda session: session.set_learning_rate(value))


def hyperparameter(desk: Desk, name: str, value: float) -> None:
    """Change a hyperparameter of the run as it goes on (`p`); a batch of 0 is the whole set."""
    desk.change(lambda session: session.set_hyperparameter(name, value))


def restart(desk: Desk) -> None:
    """Begin again from the same initial weights (`r`)."""
    desk.change(Session.restarted)


def restart_with(desk: Desk, key: str, value: str) -> None:
    """Begin again with another value of a hyperparameter (`p`, `ctrl+r`)."""
    desk.change(lambda session: session.with_recipe(with_typed(session.recipe_now, {key: value})))


def break_it(desk: Desk, mistake: str) -> None:
    """Begin the run again with a mistake that people make (`!`)."""
    desk.change(lambda session: session.with_recipe(broken(session.recipe_now, mistake)))


def answer_quiz(desk: Desk) -> None:
    """Give the right answer to what the run's quiz asks."""
    desk.show("backprop")
    desk.answer_quiz()


def lead_pixels(desk: Desk, goal: str, steps: int) -> None:
    """Change the sample's pixels ``away`` from what it is, or towards a class (`X`)."""
    towards = None if goal == AWAY else int(goal)
    desk.change_pixels(
        lambda session, image, label: (led(session, image, label, towards, steps), label)
    )


def paint(desk: Desk, goal: int, steps: int) -> None:
    """Have an empty sheet painted towards a class (`X`, then `z`)."""
    desk.change_pixels(
        lambda session, image, _: (led(session, np.zeros_like(image), None, goal, steps), None)
    )


def silence(desk: Desk, layer: int, number: int) -> None:
    """Silence a neuron (`m`)."""
    desk.look_at(lambda _: Looked(layer=layer, neuron=number))
    desk.change(lambda session: silence_neuron(session, layer, number))


def show(desk: Desk, screen: str) -> None:
    """Show a screen."""
    desk.show(screen)


def explain(desk: Desk, number: str) -> None:
    """Take a number apart (`enter`)."""
    desk.explain(number)


def open_window(desk: Desk, name: str) -> None:
    """Open a dialog."""
    desk.open(name)


def neuron(desk: Desk, layer: int, number: int) -> None:
    """Select a neuron."""
    desk.look_at(lambda _: Looked(layer=layer, neuron=number))


def sample(desk: Desk, split: str, index: int) -> None:
    """Select a sample."""
    desk.look_at(lambda _: Looked(split, index))


def find_digit(desk: Desk, label: int) -> None:
    """Select the first training sample of a class."""

    def choose(session: Session) -> Looked:
        labels = session.dataset["train"].labels
        return Looked("train", int(np.flatnonzero(labels == label)[0]))

    desk.look_at(choose)


def find_misread(desk: Desk, split: str, said: int = ANY, truth: int = ANY) -> None:
    """Select the first sample of a split that the network takes for another class, or for this."""
    desk.look_at(lambda session: Looked(split, first_misread(session, split, said, truth)))


def find_worst(desk: Desk, split: str) -> None:
    """Select the sample of a split with the largest loss."""
    desk.look_at(lambda session: Looked(split, worst_read(session, split)))


def draw(desk: Desk, label: int) -> None:
    """Draw a digit: as somebody did whose digit the network reads rightly."""
    desk.draw(lambda session: (read_rightly(session, label), None))


def draw_misread(desk: Desk) -> None:
    """Draw a digit as somebody did whose digit the network misreads, and say which it is."""
    desk.draw(read_wrongly)


def move_drawn(desk: Desk, rows: int, columns: int) -> None:
    """Give the drawn digit to the network off the centre (`shift` and an arrow key)."""
    desk.move_drawn(rows, columns)


ACTIONS: dict[str, Action] = {
    each.__name__: each
    for each in (
        answer_quiz, back_batch, back_operation, back_to_best, batch, break_it, draw, draw_misread,
        epoch, explain, find_digit, find_misread, find_worst, hyperparameter,
        lead_pixels, move_drawn, neuron, open_window, operation, paint, rate, restart, restart_with,
        sample, show, silence, step_to,
    )
}  # fmt: skip
"""The actions by the names that lessons call them."""


def perform(desk: Desk, actions: Iterable[Call]) -> None:
    """Carry actions out.

    Raises:
        TuiNNError: There is no such action, or it cannot be done.
    """
    for each in actions:
        function, arguments = arguments_of(each, ACTIONS, "action")
        function(desk, *arguments)


def _times(move: Callable[[Session], object], times: int) -> Callable[[Session], None]:
    def moves(session: Session) -> None:
        for _ in range(times):
            move(session)

    return moves
