"""The names of the screens in one line, as long as there is room for."""

from collections.abc import Sequence

_BESIDE = 12  # columns that what stands beside them needs at least
_SHORT = 4  # letters of a title, where it has to be cut


def tab_labels(screens: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return a label for each screen.

    Args:
        screens: Their keys and titles.
        width: Columns there are for all of them; where even short labels do not fit, the last
            ones are beyond the edge.
    """
    wide = [f" {key} {title} " for key, title in screens]
    close = [f"{key} {title} " for key, title in screens]
    short = [f"{key} {title[:_SHORT]} " for key, title in screens]
    if _width(wide) + _BESIDE <= width:
        return wide
    return close if _width(close) <= width else short


def _width(labels: Sequence[str]) -> int:
    return sum(map(len, labels))
