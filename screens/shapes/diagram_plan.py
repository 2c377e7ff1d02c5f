"""Where the parts of a diagram stand, in the most detailed form that there is room for.

A column of neurons follows the ends of its connections: each connection ends in a line of its own,
with its weight and under it the weight's gradient, or with the one of them that was computed last,
or with none. A bias stands under them, as a connection that comes from nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from screens.shapes.diagram import Diagram, Edge, Layer, Neuron, Number, newest
from screens.shapes.diagram_parts import MARK, Bracket, Cell, Owner, Plan, Wire
from screens.shapes.format import fit

_BRACKET = 1
_INPUT = 5  # columns of an input's value at most
_LEAST_GAP, _MORE_GAP = 6, 6
_ALL = 99  # lines: as many as there are
_FEW = 2  # neurons, which have room for all their numbers
_AROUND = 2  # lines: the titles, and the loss


class Form(NamedTuple):
    """How much of the numbers is shown.

    Attributes:
        lines: Lines of a connection: 2 for its weight and its gradient, 1 for the newer, 0.
        value: Columns of a value.
        body: Lines of a neuron at most.
        steep: Whether connections may be steeper than a line a column, which is harder to follow.
    """

    lines: int
    value: int
    body: int = _ALL
    steep: bool = False


def _forms(lines: int, largest: int, least: int, body: int = _ALL) -> Iterator[Form]:
    for value in range(largest, least - 1, -1):
        yield Form(lines, value, body)
    yield Form(lines, least, body, steep=True)


FORMS = (
    *_forms(2, 11, 9),
    *_forms(1, 10, 8),
    *(form for body in (_ALL, 4, 3, 2, 1) for form in _forms(0, 9, 6, body)),
)


class _Rows(NamedTuple):
    """The lines of a neuron."""

    top: int
    height: int

    @property
    def middle(self) -> int:
        return self.top + (self.height - 1) // 2


def plan(diagram: Diagram, width: int, height: int) -> Plan | None:
    """Return the most detailed drawing that there is room for, or None if there is none at all."""
    for form in FORMS:
        rows = [_rows_of(layer, form, height - _AROUND) for layer in diagram.layers]
        if all(rows):
            planner = _Planner(diagram, form, rows, width)
            if planner.width <= width:
                return planner.plan()
    return None


def least_room(diagram: Diagram) -> tuple[int, int]:
    """Return the columns and lines that a diagram takes at least."""
    least = FORMS[-1]
    height = max(len(layer.neurons) for layer in diagram.layers) + _AROUND
    rows = [_rows_of(layer, least, height - _AROUND) for layer in diagram.layers]
    return _Planner(diagram, least, rows, 0).width, height


def _body(neuron: Neuron, form: Form) -> tuple[Number, ...]:
    """Return what stands at a neuron itself: the bias, too, where connections have no lines."""
    return neuron.numbers if form.lines else (*neuron.numbers, *neuron.bias)


def _rows_of(layer: Layer, form: Form, height: int) -> list[_Rows]:
    """Return the lines of each neuron, spread over the height; none if there is no room."""
    count = len(layer.neurons)
    ends = len(layer.edges) // count
    ports = form.lines * (ends + bool(layer.neurons[0].bias)) if ends else 0
    most = form.body if count > _FEW else _ALL
    wanted = max(ports, *(min(len(_body(each, form)), most) for each in layer.neurons))
    between = 1 if form.lines and count * max(ports, 1) + count - 1 <= height else 0
    each = min(wanted, (height - between * (count - 1)) // count)
    if each < max(ports, 1):
        return []
    free = height - count * each - between * (count - 1)
    if form.lines or not ends:
        between += min(free // (count + 1), 2) if count > 1 else 0
    top = 1 + (height - count * each - between * (count - 1)) // 2
    return [_Rows(top + at * (each + between), each) for at in range(count)]


class _Planner:
    """Puts a diagram's parts where they belong, from the left to the right."""

    def __init__(self, diagram: Diagram, form: Form, rows: list[list[_Rows]], width: int) -> None:
        self.diagram, self.form, self.rows = diagram, form, rows
        self.cells: list[Cell] = []
        self.wires: list[Wire] = []
        self.brackets: list[Bracket] = []
        self.titles: list[tuple[int, str]] = []
        self.column = 0
        numbers = range(len(diagram.layers))
        widths = sum(map(self._width, numbers))
        self.lines = [self._lines(at) if at else [] for at in numbers]
        share = (width - widths) // max(len(numbers) - 1, 1)
        self.gaps = [self._gap(lines, share) if lines else 0 for lines in self.lines]
        self.width = widths + sum(self.gaps)

    def plan(self) -> Plan:
        """Return it."""
        x = 0
        for at, layer in enumerate(self.diagram.layers):
            if at:
                x = self._connect(at, layer, x)
            x = self._neurons(at, layer, x)
        self._loss()
        return Plan(
            cells=tuple(self.cells),
            wires=tuple(self.wires),
            brackets=tuple(self.brackets),
            titles=tuple(self.titles),
            top=min(rows[0].top for rows in self.rows) - 1,
        )

    # How wide things are

    def _symbols(self, layer: int) -> int:
        bodies = (_body(each, self.form) for each in self.diagram.layers[layer].neurons)
        return max(len(number.symbol) for body in bodies for number in body)

    def _port_symbols(self, layer: int) -> int:
        if not self.form.lines:
            return 0
        bias = self.diagram.layers[layer].neurons[0].bias
        numbers = (*self.diagram.layers[layer].edges[0].numbers, *bias)
        return max(len(each.symbol) for each in numbers)

    def _value(self, layer: int) -> int:
        return self.form.value if layer else min(self.form.value, _INPUT)

    def _width(self, layer: int) -> int:
        width = MARK + self._symbols(layer) + 1 + self._value(layer)
        if not layer:
            return width
        ports = MARK + self._port_symbols(layer) + 1 + self.form.value if self.form.lines else 0
        return width + ports + _BRACKET

    # Connections

    def _lines(self, at: int) -> list[tuple[int, int]]:
        """Return in which lines the connections to a layer begin and end."""
        edges = self.diagram.layers[at].edges
        ends = [self._end(each, at) for each in edges]
        starts = [_anchor(rows, set(ends)) for rows in self.rows[at - 1]]
        return [(starts[each.source], end) for each, end in zip(edges, ends, strict=True)]

    def _gap(self, lines: Sequence[tuple[int, int]], share: int) -> int:
        """Return the columns of connections: enough to follow them, and more if there are any."""
        steepest = max(abs(start - end) for start, end in lines)
        least = steepest // 2 + 2 if self.form.steep else steepest + 2
        return max(_LEAST_GAP, least, min(steepest + _MORE_GAP, share))

    def _end(self, edge: Edge, layer: int) -> int:
        """Return the line in which a connection ends."""
        rows = self.rows[layer][edge.target]
        return rows.top + edge.source * self.form.lines if self.form.lines else rows.middle

    def _connect(self, at: int, layer: Layer, x: int) -> int:
        """Draw the connections to a layer, then their numbers; return the next free column."""
        gap = self.gaps[at]
        for edge, (start, end) in zip(layer.edges, self.lines[at], strict=True):
            owner = Owner(at, edge.target, edge.source)
            self.wires.append(Wire(edge, owner, (x, start), (x + gap - 1, end)))
        x += gap
        self.column += 1
        if not self.form.lines:
            self.cells += [
                Cell(x, self._end(each, at), 0, 0, *self._newest_of(each, at), each.source)
                for each in layer.edges
            ]
            return x
        self.titles.append((x, layer.parameters))
        symbol = self._port_symbols(at)
        for edge in layer.edges:
            owner = Owner(at, edge.target, edge.source)
            self._stack(x, self._end(edge, at), symbol, edge.numbers, owner)
        for number, neuron in enumerate(layer.neurons):
            y = self.rows[at][number].top + self.form.lines * len(
                self.diagram.layers[at - 1].neurons
            )
            self._stack(x, y, symbol, neuron.bias, Owner(at, number))
        return x + MARK + symbol + 1 + self.form.value

    def _stack(self, x: int, y: int, symbol: int, numbers: Sequence[Number], owner: Owner) -> None:
        for line, number in enumerate(newest(numbers, self.form.lines)):
            self.cells.append(
                Cell(x, y + line, symbol, self.form.value, number, owner, self.column)
            )

    def _newest_of(self, edge: Edge, layer: int) -> tuple[Number, Owner, int]:
        """Return a connection's newest number, whose it is, and its column."""
        (number,) = newest(edge.numbers, 1)
        return number, Owner(layer, edge.target, edge.source), self.column

    # Neurons

    def _neurons(self, at: int, layer: Layer, x: int) -> int:
        """Draw a layer's neurons; return the next free column."""
        self.column += at > 0
        symbol, value = self._symbols(at), self._value(at)
        bracket = _BRACKET if at else 0
        self.titles.append((x, fit(layer.titles, self._value(at) + symbol + MARK + 1)))
        for target, (neuron, rows) in enumerate(zip(layer.neurons, self.rows[at], strict=True)):
            body = newest(_body(neuron, self.form), rows.height)
            top = rows.top + (rows.height - len(body)) // 2
            if at:
                self.brackets.append(Bracket(x, rows.top, rows.top + rows.height - 1))
            for line, number in enumerate(body):
                place = Owner(at, target)
                self.cells.append(
                    Cell(x + bracket, top + line, symbol, value, number, place, self.column)
                )
        return x + bracket + MARK + symbol + 1 + value

    def _loss(self) -> None:
        """Put the loss under the outputs."""
        if self.diagram.loss is not None:
            last = next(self._last_cells())
            y = self.rows[-1][-1].top + self.rows[-1][-1].height
            cell = Cell(
                last.x, y, last.symbol, last.value, self.diagram.loss, Owner(-1), self.column
            )
            self.cells.append(cell)

    def _last_cells(self) -> Iterator[Cell]:
        last = len(self.diagram.layers) - 1
        return (
            cell for cell in self.cells if cell.owner.layer == last and cell.column == self.column
        )


def _anchor(rows: _Rows, taken: set[int]) -> int:
    """Return the line in which a neuron's connections leave it: where no other one ends."""
    lines = range(rows.top, rows.top + rows.height)
    free = [y for y in lines if y not in taken] or [rows.middle]
    return min(free, key=lambda y: abs(y - rows.middle))
