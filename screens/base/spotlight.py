"""What those in a room see besides: the selected number large, and the keys that are pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import getters
from textual.content import Content
from textual.widgets import Static

from screens.base.app import DebuggerApp
from screens.base.pressed import key_words
from screens.shapes.big_number import large_lines
from screens.shapes.format import figure
from screens.shapes.room import Room, room_of

if TYPE_CHECKING:
    from screens.inspect.subject import Scene, Target

Named = tuple[str, float]
"""What a number is called, and the number."""

_DIGITS = 4  # significant ones
_LEAST = 22  # lines of a terminal


def spotlit(scene: Scene, target: Target | None) -> Named | None:
    """Return the selected number, else the loss; None without either."""
    if target is not None and scene.has(target):
        return scene.symbol(target), scene.value(target)
    loss = scene.snapshot.loss
    return None if loss is None else ("loss", loss)


class Spotlight(Static):
    """A number in large letters, and the last keys at the right."""

    DEFAULT_CSS = """
    Spotlight { width: 1fr; height: 3; padding: 0 1; background: $boost; text-wrap: nowrap; }
    """

    app = getters.app(DebuggerApp)

    def __init__(self, find: Callable[[], Named | None]) -> None:
        """Make one for the number that ``find`` returns."""
        super().__init__()
        self._find = find

    @property
    def lines(self) -> int:
        """How many lines it takes; none where the picture needs them."""
        if self.app.size.height < _LEAST:
            return 0
        return 5 if self._is_large or self.app.look.ascii else 3

    @property
    def _is_large(self) -> bool:
        return room_of(*self.app.size) is not Room.SMALL

    def on_mount(self) -> None:
        """Follow the keys; the screen tells of numbers."""
        self.watch(self.app, "pressed", self.show)

    def show(self) -> None:
        """Show what is selected now."""
        if self.styles.height is None or self.styles.height.value != self.lines:
            self.styles.height = self.lines
        found, look, width = self._find(), self.app.look, self.app.size.width - 2
        name, value = found or ("", 0.0)
        number = large_lines(figure(value, _DIGITS), whole=self._is_large, ascii=look.ascii)
        heading = f"{look.text(name)} = " if found else ""
        lines = [
            Content.assemble(
                (heading if line == len(number) // 2 else " " * len(heading), "bold"),
                (text if found else "", "bold $text-accent"),
            )
            for line, text in enumerate(number)
        ]
        middle = len(lines) // 2
        keys = self._keys(width - lines[middle].cell_length - 2)
        gap = " " * (width - lines[middle].cell_length - keys.cell_length)
        lines[middle] = Content.assemble(lines[middle], gap, keys)
        shown = Content("\n").join(lines)
        if shown != self.content:
            self.update(shown, layout=False)

    def _keys(self, room: int) -> Content:
        """Return the last keys as caps, as many as there is room for, the last one always."""
        parts: list[Content] = []
        for words in reversed(key_words(self.app.pressed)):
            part = Content.styled(f" {self.app.look.text(words)} ", "bold reverse")
            room -= part.cell_length + 1
            if room < 0:
                break
            parts.insert(0, part)
        return Content(" ").join(parts)
