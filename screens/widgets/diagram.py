"""A small network drawn with its numbers: neurons, and connections as lines of characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

import numpy as np
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.diagram import Diagram
from screens.shapes.diagram_parts import Cell, Owner, Plan, Wire
from screens.shapes.diagram_plan import least_room, plan
from screens.shapes.diagram_wires import strokes
from screens.shapes.format import fit_number
from screens.shapes.ramp import ramp
from screens.shapes.scale import Scale
from screens.widgets.cursor import ARROWS
from screens.widgets.diagram_ink import Ink, bracket_lines, colored, strip, wire_glyphs, write
from screens.widgets.line_widget import LineWidget, make_strip

_LEAST_TONE, _HEAVY = 0.4, 0.5  # of the largest weight's: what is seen, and what is drawn thick
_DIGITS = 7  # what a float32 has
_MARKS = {"": " ", "read": "○", "written": "●"}


class DiagramWidget(LineWidget, can_focus=True):
    """Neurons and connections: positive weights as lines, negative ones dashed, large ones thick.

    ○ stands before what the operation read, ● before what it wrote.

    | component class     | what it styles                              |
    |---------------------|---------------------------------------------|
    | `diagram--title`    | what stands over a column                   |
    | `diagram--symbol`   | what a number is called                     |
    | `diagram--read`     | a number that the operation read            |
    | `diagram--written`  | a number that it wrote                      |
    | `diagram--cursor`   | the selected number                         |
    | `diagram--chosen`   | the selected connection's line              |
    | `diagram--wait`     | what is not computed yet, and brackets      |

    | key                     | does                                          |
    |-------------------------|-----------------------------------------------|
    | arrows, `h` `j` `k` `l` | select a number of a neuron or a connection   |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "diagram--title",
        "diagram--symbol",
        "diagram--read",
        "diagram--written",
        "diagram--cursor",
        "diagram--chosen",
        "diagram--wait",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]
    DEFAULT_CSS = """
    DiagramWidget { width: 1fr; height: 1fr; }
    DiagramWidget .diagram--title { text-style: bold; color: $text-accent; }
    DiagramWidget .diagram--symbol { color: $text-muted; }
    DiagramWidget .diagram--read { text-style: bold; color: $text-accent; }
    DiagramWidget .diagram--written { text-style: bold underline; color: $text-success; }
    DiagramWidget .diagram--cursor { text-style: reverse bold; }
    DiagramWidget .diagram--chosen { text-style: bold; color: $text; }
    DiagramWidget .diagram--wait { color: $text-muted; }
    """

    diagram: var[Diagram | None] = var(None, init=False)
    chosen: var[tuple[Owner, str] | None] = var[tuple[Owner, str] | None](None, init=False)
    """Whose number is selected, and which of them; None to follow what was written last."""

    _why_not = ""
    _planned: tuple[Diagram, int, int, Plan | None] | None = None

    @dataclass
    class Selected(Message):
        """Another number was selected."""

        diagram: DiagramWidget

        @property
        def control(self) -> DiagramWidget:
            """The widget."""
            return self.diagram

    @dataclass
    class Fitted(Message):
        """There is more or less room, in which other numbers are drawn."""

        diagram: DiagramWidget

        @property
        def control(self) -> DiagramWidget:
            """The widget."""
            return self.diagram

    def on_resize(self) -> None:
        """Report it."""
        self.post_message(self.Fitted(self))

    def show(self, diagram: Diagram | None, why_not: str = "") -> None:
        """Show a network, or say why there is no drawing of it."""
        if diagram is None and why_not != self._why_not:
            self._why_not = why_not
            self.redraw()
        self.diagram = diagram

    def watch_diagram(self) -> None:
        """Draw the new numbers."""
        self.redraw()

    def watch_chosen(self) -> None:
        """Draw what is selected."""
        self.redraw()

    def on_focus(self) -> None:
        """Draw the cursor."""
        self.redraw()

    def on_blur(self) -> None:
        """Draw it as not having the keys."""
        self.redraw()

    # What is selected

    def plan(self, width: int, height: int) -> Plan | None:
        """Return where everything stands in some room."""
        diagram = self.diagram
        if diagram is None:
            return None
        key = (diagram, width, height)
        if self._planned is None or self._planned[:3] != key:
            self._planned = (*key, plan(diagram.spelled(self.look), width, height))
        return self._planned[3]

    @property
    def cell(self) -> Cell | None:
        """The selected number; where that is not drawn, another of the same neuron's."""
        planned = self.plan(*self.room)
        if planned is None or not planned.cells:
            return None
        if self.chosen is None:
            written = [cell for cell in planned.cells if cell.number.lit == "written"]
            return next(iter((*written, *planned.cells)))
        owner, name = self.chosen
        own = [cell for cell in planned.cells if cell.owner == owner]
        exact = [cell for cell in own if cell.number.name == name]
        known = [cell for cell in own if cell.number.value is not None]
        return next(iter((*exact, *reversed(known), *own, *planned.cells)))

    def select(self, cell: Cell) -> None:
        """Select a number, and report it."""
        chosen = cell.owner, cell.number.name
        if chosen != self.chosen:
            self.chosen = chosen
            self.post_message(self.Selected(self))

    def action_move(self, rows: int, columns: int) -> None:
        """Select the number above, below, or in the next column."""
        here, planned = self.cell, self.plan(*self.room)
        if here is None or planned is None:
            return
        if found := _beside(here, planned.cells, rows, columns):
            self.select(found)

    def on_click(self, event: Click) -> None:
        """Select the number under the mouse."""
        offset, planned = event.get_content_offset(self), self.plan(*self.room)
        if offset is None or planned is None or event.chain != 1:
            return
        for cell in planned.cells:
            if cell.y == offset.y and cell.x <= offset.x < cell.x + cell.width:
                self.select(cell)

    # Drawing

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the drawing, or in a line why there is none."""
        planned = self.plan(width, height)
        if planned is None or self.diagram is None:
            lines = wrap(self.look.text(self._excuse(width, height)), max(width, 1))
            return [make_strip((line, None)) for line in lines[:height]]
        ink: Ink = [[(" ", None)] * width for _ in range(height)]
        for x, title in planned.titles:
            write(ink, x, planned.top, title, self.style_of("diagram--title"))
        self._draw_wires(ink, planned)
        wait = self.style_of("diagram--wait")
        for bracket in planned.brackets:
            for y, glyph in bracket_lines(bracket.top, bracket.bottom):
                write(ink, bracket.x, y, self.look.text(glyph)[-1], wait)
        here = self.cell
        for cell in planned.cells:
            if not cell.is_drawn:
                self._mark(ink, cell)
                continue
            self._draw_cell(ink, cell, is_here=cell is here)
        return [strip(line) for line in ink]

    def _excuse(self, width: int, height: int) -> str:
        if self.diagram is None:
            return self._why_not
        columns, lines = least_room(self.diagram)
        return f"The diagram takes {columns}×{lines}, and here is room for {width}×{height}."

    def _mark(self, ink: Ink, cell: Cell) -> None:
        """Mark the end of a connection whose number has no room for what is done with it."""
        if lit := cell.number.lit:
            mark = self.look.text(_MARKS[lit])
            write(ink, cell.x - 1, cell.y, mark, self.style_of(f"diagram--{lit}"))

    def _draw_cell(self, ink: Ink, cell: Cell, *, is_here: bool) -> None:
        number, look = cell.number, self.look
        name = f"diagram--{number.lit}" if number.lit else ""
        style = self.style_of(name) if name else Style()
        symbol, wait = self.style_of("diagram--symbol"), self.style_of("diagram--wait")
        value = look.text("·")
        if number.value is not None:
            value = look.text(fit_number(number.value, cell.value, _DIGITS))
        write(ink, cell.x, cell.y, look.text(_MARKS[number.lit]), style)
        write(ink, cell.x + 1, cell.y, number.symbol, style if name else symbol)
        x = cell.x + cell.width - cell.value
        shown = wait if number.value is None else style
        if is_here:
            shown = self.style_of("diagram--cursor") if self.has_focus else shown + Style(bold=True)
            if not self.has_focus:
                shown += Style(reverse=True)
        write(ink, x, cell.y, value[: cell.value], shown)

    def _draw_wires(self, ink: Ink, planned: Plan) -> None:
        """Draw the connections, the strongest over the others, and the selected one over all."""
        here = self.cell
        owner = here.owner if here else Owner(-1)
        sizes = [abs(wire.edge.weight) for wire in planned.wires]
        scale = Scale.fit(np.array(sizes))
        weakest_first = sorted(planned.wires, key=lambda each: abs(each.edge.weight))
        for wire in sorted(weakest_first, key=lambda each: each.owner == owner):
            self._draw_wire(ink, wire, scale, is_here=wire.owner == owner)

    def _draw_wire(self, ink: Ink, wire: Wire, scale: Scale, *, is_here: bool) -> None:
        weight = wire.edge.weight
        share = abs(weight) / (scale.limit or 1.0)
        name = "diagram--chosen" if is_here else ""
        style = self.style_of(name) if name else self._wire_style(weight, scale)
        glyphs = wire_glyphs(self.look.ascii, weight < 0, share > _HEAVY)
        cells = strokes(wire.start, wire.end)
        for number, (x, y, kind) in enumerate(cells):
            glyph = glyphs[kind]
            if weight < 0 and (number % 2) and (self.look.ascii or kind != "-"):
                continue  # dashes
            before = ink[y][x][0]
            if {before, glyph} in ({"╲", "╱"}, {"\\", "/"}):
                glyph = "X" if self.look.ascii else "╳"
            ink[y][x] = (glyph, style)
        if wire.edge.flow:
            at, head = (cells[-1], "▶") if wire.edge.flow == "on" else (cells[0], "◀")
            ink[at.y][at.x] = (self.look.text(head)[0 if wire.edge.flow == "back" else -1], style)

    def _wire_style(self, weight: float, scale: Scale) -> Style | None:
        """Return the colour of a weight: that of its size, but never too dark to be followed."""
        levels = ramp("signed", self.look)
        if not levels.colors or not np.isfinite(weight):
            return None
        tone = abs(int(scale.levels(np.array([weight]), levels.steps)[0]))
        tone = max(tone, 1, round(_LEAST_TONE * levels.steps))
        color = levels.color(-tone if weight < 0 else tone)
        return colored(color, abs(weight) > _HEAVY * scale.limit)


def _beside(here: Cell, cells: Sequence[Cell], rows: int, columns: int) -> Cell | None:
    """Return the nearest number some rows or columns away."""
    column = sorted((c for c in cells if c.column == here.column), key=lambda each: each.rank)
    if rows:
        at = column.index(here) + rows
        return column[at] if 0 <= at < len(column) else None
    ahead = [c for c in cells if c.column == here.column + columns]
    return min(ahead, key=lambda each: abs(each.y - here.y), default=None)
