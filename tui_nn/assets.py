"""Finds the files that the program ships: digits, recipes, lessons, themes."""

from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    package = Path(__file__).parent
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent / "assets"


def asset(*parts: str) -> Path:
    """Return the path of a shipped file.

    A wheel carries the assets inside the package; a checkout keeps them at its root.

    Args:
        parts: Path below the assets folder, such as ``"recipes", "default.toml"``.
    """
    return _root().joinpath(*parts)
