"""What lessons do something with: the app, or a run without a terminal, in which they are tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict, replace
from numpy.typing import NDArray

from tui_nn.data.drawing.preparation import moved
from tui_nn.errors import TuiNNError
from tui_nn.lessons.answers.asked import Asked
from tui_nn.lessons.setup import Setup, arranged
from tui_nn.lessons.situation import ANY, Number, Situation, read_number
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity


class Looked(Struct, frozen=True):
    """What is looked at; what is None stays as it is.

    Attributes:
        split: Which split the sample is from.
        sample: Its index.
        layer: Which layer.
        neuron: Which neuron of it.
    """

    split: str | None = None
    sample: int | None = None
    layer: int | None = None
    neuron: int | None = None


Picture = tuple[NDArray[Any], int | None]
"""A sample that is in no split, and what it is, if somebody has said so."""

PixelChange = Callable[[Session, NDArray[Any], int | None], Picture]
"""Given the sample and what it is, returns another picture and what that is."""


class Desk(Protocol):
    """What the actions of a solution are carried out on, one after another."""

    def change(self, move: Callable[[Session], Session | None]) -> None:
        """Do something with the run; what is returned is the run from now on."""
        ...

    def look_at(self, choose: Callable[[Session], Looked]) -> None:
        """Select what ``choose`` returns."""
        ...

    def show(self, screen: str) -> None:
        """Show a screen."""
        ...

    def explain(self, number: str) -> None:
        """Take a number apart."""
        ...

    def open(self, window: str) -> None:
        """Open a dialog."""
        ...

    def draw(self, choose: Callable[[Session], Picture]) -> None:
        """Draw the digit that ``choose`` returns, and say which it is, if that is known."""
        ...

    def move_drawn(self, rows: int, columns: int) -> None:
        """Give the drawn digit to the network off the centre."""
        ...

    def answer_quiz(self) -> None:
        """Give the right answer to what the run's quiz asks."""
        ...

    def change_pixels(self, change: PixelChange) -> None:
        """Make what ``change`` makes of the sample the sample."""
        ...


def set_up(desk: Desk, setup: Setup, memory: int) -> None:
    """Set the app up as a page wants it."""
    desk.change(lambda session: arranged(session, setup, memory))
    desk.look_at(lambda _: Looked(setup.split, setup.sample, setup.layer, setup.neuron))
    desk.show(setup.screen)


class Bench:
    """A run without a terminal, on which lessons are tried.

    Attributes:
        situation: What is the case.
    """

    def __init__(self, setup: Setup, memory: int = 64 << 20) -> None:
        """Set it up as a page wants it.

        Raises:
            TuiNNError: That cannot be.
        """
        self._session = arranged(None, setup, memory)
        self._drawn: Picture | None = None
        self._looked = Situation(self._session.snapshot(Activity.PAUSED))
        set_up(self, setup, memory)

    @property
    def situation(self) -> Situation:
        """What is the case now."""
        looked, session = self._looked, self._session
        probe = session.probe(*self._sample)
        snapshot = session.snapshot(Activity.PAUSED, probe)
        return replace(looked, snapshot=snapshot, is_drawn=self._drawn is not None)

    @property
    def _sample(self) -> Picture:
        if self._drawn is not None:
            return self._drawn
        split = self._session.dataset[self._looked.split]
        index = min(self._looked.sample, len(split) - 1)
        return split.image(index), int(split.labels[index])

    @property
    def asked(self) -> Asked:
        """What answers are worked out from."""
        return Asked(self._session, self.situation)

    def change(self, move: Callable[[Session], Session | None]) -> None:
        """Do something with the run."""
        self._session = move(self._session) or self._session

    def look_at(self, choose: Callable[[Session], Looked]) -> None:
        """Select something."""
        chosen = choose(self._session)
        given = {key: value for key, value in asdict(chosen).items() if value is not None}
        self._drawn = None
        self._looked = replace(self._looked, **given)

    def show(self, screen: str) -> None:
        """Show a screen."""
        self._looked = replace(self._looked, screen=screen, explained=None, window="")

    def explain(self, number: str) -> None:
        """Take a number apart."""
        now = self.situation
        now.value(number)
        explained = read_number(number, now.snapshot.program)
        self._looked = replace(self._looked, explained=_whole(explained))

    def draw(self, choose: Callable[[Session], Picture]) -> None:
        """Draw a digit."""
        self._drawn = choose(self._session)

    def change_pixels(self, change: PixelChange) -> None:
        """Change the sample."""
        self._drawn = change(self._session, *self._sample)

    def answer_quiz(self) -> None:
        """Answer a quiz."""
        self._looked = replace(self._looked, quiz=self._looked.quiz + 1)

    def move_drawn(self, rows: int, columns: int) -> None:
        """Give the drawn digit to the network off the centre."""
        if self._drawn is None:
            raise TuiNNError("nothing is drawn")
        image, label = self._drawn
        self._drawn = moved(image, rows, columns), label

    def open(self, window: str) -> None:
        """Open a dialog."""
        self._looked = replace(self._looked, window=window)


def _whole(number: Number) -> Number:
    return replace(number, index=number.index or ())


def first_misread(session: Session, split: str, said: int = ANY, truth: int = ANY) -> int:
    """Return the first sample of a split that the network takes for another class.

    Args:
        session: Has the network.
        split: Of which split.
        said: The class that it is taken for.
        truth: The class that it is.
    """
    result = session.evaluate(split)
    is_meant = result.said != result.truth
    if said != ANY:
        is_meant &= result.said == said
    if truth != ANY:
        is_meant &= result.truth == truth
    found = np.flatnonzero(is_meant)
    return int(found[0]) if found.size else 0


def read_rightly(session: Session, label: int) -> NDArray[np.uint8]:
    """Return a test digit of a class that the network reads rightly.

    Raises:
        TuiNNError: It reads none of them rightly.
    """
    result = session.evaluate("test")
    right = np.flatnonzero((result.said == label) & (result.truth == label))
    if not right.size:
        raise TuiNNError(f"the network reads no {label} rightly")
    return session.dataset["test"].image(int(right[0]))


def worst_read(session: Session, split: str) -> int:
    """Return the sample of a split with the largest loss: the least p of what it is."""
    result = session.evaluate(split)
    shares = result.task.probabilities(result.outputs)
    return int(np.argmin(shares[np.arange(len(shares)), result.truth]))


def read_wrongly(session: Session) -> Picture:
    """Return the test digit that the network reads most wrongly, and what it is."""
    split, index = session.dataset["test"], worst_read(session, "test")
    return split.image(index), int(split.labels[index])
