"""Lets Textual forget the lines of widgets that are gone.

Its cache of the two colours around a widget's content takes the widget's own cache of lines for a
part of the question, and so keeps up to 1,024 of those, of widgets that nobody sees any more.
"""

from functools import lru_cache, partial

from textual._styles_cache import StylesCache

_NAME = "get_inner_outer"


def forget_lines() -> None:
    """Have that cache asked by the colours alone."""
    found = vars(StylesCache)[_NAME]
    if not isinstance(found, staticmethod):  # as Textual has it
        setattr(StylesCache, _NAME, staticmethod(lru_cache(1024)(partial(found.__wrapped__, None))))
