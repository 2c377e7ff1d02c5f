"""Small worlds, generated as they are needed. A new one is its module and a row of ``WORLDS``."""

from tui_nn.data.form import DIGITS, Form
from tui_nn.data.worlds import blobs, circles, digits8, mazur, moons, spirals, xor
from tui_nn.data.worlds.world import World

WORLDS: dict[str, World] = {
    each.WORLD.name: each.WORLD for each in (xor, circles, moons, spirals, blobs, mazur, digits8)
}


def form_of(name: str) -> Form:
    """Return what the samples of a data set are, given what ``--data`` names: files hold digits."""
    return WORLDS[name].form if name in WORLDS else DIGITS
