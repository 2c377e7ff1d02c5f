"""Small worlds, generated as they are needed. A new one is its module and a row of ``WORLDS``."""

from tui_nn.data.worlds import blobs, circles, digits8, mazur, moons, spirals, xor
from tui_nn.data.worlds.world import World

WORLDS: dict[str, World] = {
    each.WORLD.name: each.WORLD for each in (xor, circles, moons, spirals, blobs, mazur, digits8)
}
