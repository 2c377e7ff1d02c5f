"""What screens ask of the app, where an action is not enough: it handles these messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from screens.inspect.subject import Scene, Target
    from screens.inspect.windows import Windowed


@dataclass
class ExplainNumber(Message):
    """Take a number apart.

    Attributes:
        scene: What it is explained from: the numbers as they were on the screen.
        target: The number.
    """

    scene: Scene
    target: Target


@dataclass
class PictureOpened(Message):
    """A picture was opened, in which somebody wrote a digit.

    Attributes:
        name: Of its file.
        grey: uint8 [height, width].
    """

    name: str
    grey: NDArray[np.uint8]


@dataclass
class DigitGiven(Message):
    """A digit is to be drawn as somebody has drawn it.

    Attributes:
        whole: In MNIST's form, 28×28.
        label: Which digit it is, if that is said at the same time.
    """

    whole: NDArray[np.uint8]
    label: int | None = None


@dataclass
class DigitMoved(Message):
    """The drawn digit is to be given to the network off its place.

    Attributes:
        rows: How far down, of 28 pixels.
        columns: How far to the right.
    """

    rows: int
    columns: int


@dataclass
class FollowWindow(Message):
    """Follow an operation's window position by position.

    Attributes:
        scene: Where the numbers are from.
        walk: The operation.
    """

    scene: Scene
    walk: Windowed
