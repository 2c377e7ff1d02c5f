"""Rebuilds the embedded digits: ``python -m tui_nn.data.handwriting``."""

from tui_nn.assets import asset
from tui_nn.data.handwriting.generator import build

if __name__ == "__main__":
    build(asset("digits.npz"))
