"""Texts of lessons with live numbers in them."""

from __future__ import annotations

import re

from tui_nn.lessons.situation import Situation

_PLACE = re.compile(r"\{([^{}]+)\}")
_DIGITS = 4


def filled(text: str, now: Situation) -> str:
    """Return a text with each ``{W1[0,0]}`` or ``{sample:p[3]}`` in it as the number that it is.

    Raises:
        TuiNNError: There is no such number, or it is not computed.
    """
    return _PLACE.sub(lambda found: f"{now.value(found[1]):.{_DIGITS}g}".replace("-", "−"), text)
