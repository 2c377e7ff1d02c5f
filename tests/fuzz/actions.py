"""What somebody who presses anything may do, drawn at random."""

from dataclasses import dataclass
from random import Random

from textual.binding import Binding, BindingType

from screens.base.keys import QUIT_KEYS, RUN_KEYS
from screens.draw.sketch import Sketch
from screens.tables import DIALOGS, SCREENS

SIZES = ((61, 19), (80, 24), (120, 40), (200, 60))

_MOVES = ("up", "down", "left", "right", "tab", "shift+tab", "home", "end", "pageup", "pagedown")
_EDITS = ("enter", "escape", "space", "backspace", "delete", "ctrl+p", "ctrl+u", "f1", "ctrl+w")
_DIGITS = "1234567890"
TEXTS = (
    *("12", "0", "-1", "1e30", "nan", "epoch 2", "step 3", "W1[2,1]", "dW2[0,3]", "b9[9]"),
    *("[b]bold[/b]", "\\", "żółć 漢字", "784-8-10", "x" * 40, "0.5, 0.1", "relu", "loss > 3"),
    *("z1[0,", "/nowhere", "~nobody/x", "mine.csv", "own"),
)
QUIT = {key for bound in QUIT_KEYS if isinstance(bound, Binding) for key in bound.key.split(",")}


@dataclass(frozen=True)
class Press:
    """A key is pressed, as Textual names it."""

    key: str


@dataclass(frozen=True)
class Type:
    """A text is typed."""

    text: str


@dataclass(frozen=True)
class Click:
    """A mouse button is pressed and released; places are parts of the screen's width and height."""

    x: float
    y: float
    button: int = 1
    times: int = 1


@dataclass(frozen=True)
class Drag:
    """The mouse is moved with its button down."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Wheel:
    """The wheel is turned."""

    x: float
    y: float
    up: bool


@dataclass(frozen=True)
class Resize:
    """The window is made larger or smaller."""

    width: int
    height: int


Action = Press | Type | Click | Drag | Wheel | Resize


def keys_of(*tables: list[BindingType]) -> list[str]:
    """Return the keys of some tables, but those that quit."""
    bound = (each for table in tables for each in table if isinstance(each, Binding))
    return [key for each in bound for key in each.key.split(",") if key not in QUIT]


def places_keys() -> list[str]:
    """Return the keys that only some screens and dialogs have."""
    places = [*(each.load() for each in SCREENS), *(load() for load in DIALOGS.values()), Sketch]
    return sorted({*keys_of(*(place.BINDINGS for place in places))} - {*keys_of(RUN_KEYS)})


KEYS = (*keys_of(RUN_KEYS), *places_keys(), *_MOVES * 3, *_EDITS * 2, *_DIGITS, *"hjklkjuwdzv")


def random_action(chance: Random) -> Action:
    """Return anything that somebody may do; mostly keys."""
    x, y = chance.random(), chance.random()
    match chance.choices(range(6), weights=(85, 3, 6, 2, 3, 1))[0]:
        case 0:
            return Press(chance.choice(KEYS))
        case 1:
            return Type(chance.choice(TEXTS))
        case 2:
            button, times = chance.choice((1, 1, 1, 3)), chance.choice((1, 1, 2))
            return Click(x, y, button, times)
        case 3:
            return Drag(x, y, chance.random(), chance.random())
        case 4:
            return Wheel(x, y, chance.random() < 0.5)
        case _:
            return Resize(
                *chance.choice((*SIZES, (chance.randrange(1, 250), chance.randrange(1, 80))))
            )
