"""What is relied on of Textual's private parts, and which parts of this package are on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from msgspec import Struct
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.widget import Widget
from textual.worker_manager import WorkerManager

SWITCH = "TUI_NN_TERMINAL"
PLAIN = "plain"
_ALL = {"cells", "seen", "gc", "theme"}

# Every release that this was read against and tested with.
TEXTUAL_VERSION = "8.2.8"

RELIED_ON: Mapping[Callable[..., Any], tuple[str, ...]] = {
    App._display: ("self", "screen", "renderable"),
    App._register: ("self", "parent", "widgets", "before", "after", "cache"),
    App._build_driver: ("self", "headless", "inline", "mouse", "size"),
    Compositor._render_chops: ("self", "crop", "is_rendered_line"),
    Compositor._regions_to_spans: ("regions",),
    Compositor.render_full_update: ("self", "simplify"),
    Compositor.render_partial_update: ("self",),
    ChopsUpdate.__init__: ("self", "chops", "spans", "chop_ends"),
    LayoutUpdate.__init__: ("self", "strips", "region"),
    Widget.render_lines: ("self", "crop"),
    WorkerManager._remove_worker: ("self", "worker"),
    XTermParser.__init__: ("self", "debug"),
    XTermParser.feed: ("self", "data"),
}
"""Methods that are overridden, called or taken apart, with the parameters that they had."""

_ATTRIBUTES: Mapping[type, tuple[str, ...]] = {
    Compositor: ("cuts", "visible_widgets"),
    StylesCache: ("get_inner_outer",),
    Style: ("_attributes", "_set_attributes", "_color", "_bgcolor", "_link", "_link_id"),
}


class Switches(Struct, frozen=True):
    """Which parts are on.

    Attributes:
        cells: Only cells that changed travel.
        seen: Only what is seen and dirty is drawn.
        gc: The garbage collector leaves alone what was there at the start, and free memory goes
            back to the system.
        theme: The terminal is asked for its background.
    """

    cells: bool = True
    seen: bool = True
    gc: bool = True
    theme: bool = True

    @classmethod
    def detect(cls, environ: Mapping[str, str] | None = None) -> Switches:
        """Return what the environment asks for, as far as this Textual allows it."""
        asked = (os.environ if environ is None else environ).get(SWITCH, "").strip().lower()
        words = {word.strip() for word in asked.split(",")} if asked else _ALL
        fits = not unexpected()
        return cls(
            cells="cells" in words and fits,
            seen="seen" in words and fits,
            gc="gc" in words,
            theme="theme" in words and fits,
        )


def unexpected() -> list[str]:
    """Return what of Textual is not as it was, in words; nothing where all is well."""
    changed = [
        f"{method.__qualname__} takes {', '.join(found)}"
        for method, expected in RELIED_ON.items()
        if (found := tuple(signature(method).parameters)) != expected
    ]
    missing = [
        f"{kind.__name__} has no {name}"
        for kind, names in _ATTRIBUTES.items()
        for name in names
        if not hasattr(kind, name)
    ]
    return changed + missing
