"""What the drawing of a small network shows.

Its numbers stand there as far as the step has come, marked by what the operation that is looked at
does with them.
"""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct, field

from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Source, Target
from screens.shapes.diagram import (
    GIVEN,
    Diagram,
    Edge,
    Flow,
    Layer,
    Lit,
    Neuron,
    Number,
)
from screens.shapes.format import counted
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Axis, Role, Tensor
from tui_nn.training.session.snapshot import Snapshot

MOST = 8  # units of a layer
_FEW, _SHALLOW = 4, 2  # units and layers of a network that is best seen as a drawing

_FORWARD = (Role.PRE_ACTIVATION, Role.ACTIVATION, Role.DROPPED, Role.OUTPUT)
_STEP = (*_FORWARD, Role.LABEL, Role.COST, Role.ERROR, Role.DELTA)


def why_not(program: Program) -> str:
    """Return why a network has no drawing, or ""."""
    network = program.network
    if any(len(program.weights_of(layer).shape) > 2 for layer in range(1, network.depth + 1)):
        return "No diagram here: it draws neurons, and this network has feature maps (d: back)."
    units = max(network.units)
    if units > MOST:
        layer = network.units.index(units)
        what = counted(units, "neuron" if layer else "input")
        where = f"layer {layer} has {what}" if layer else f"there are {what}"
        return f"No diagram of this network: {where}, and it draws up to {MOST} (d: back)."
    return ""


def is_best_drawn(program: Program) -> bool:
    """Return whether a network is so small that all its numbers have room beside their places."""
    network = program.network
    return not why_not(program) and max(network.units) <= _FEW and network.depth <= _SHALLOW


class _Known(NamedTuple):
    """What the numbers of a tensor have in common."""

    array: Array
    mean: Array | None
    is_there: bool
    when: int
    lit: Lit


class Drawn(Struct, frozen=True, eq=False):
    """What is drawn.

    Attributes:
        program: The operations of the step.
        tensors: Their values.
        has: Whether a tensor is there to be seen.
        row: Which row of the batch; None for the mean over it.
        operation: The one that is looked at, or None.
        roles: What neurons show.
        known: What is worked out once for each tensor.
    """

    program: Program
    tensors: Arrays
    has: Callable[[Tensor], bool]
    row: int | None
    operation: Operation | None
    roles: tuple[Role, ...]
    known: dict[str, "_Known"] = field(default_factory=dict)

    def diagram(self) -> Diagram:
        """Return the network with these numbers."""
        network = self.program.network
        layers = [self._layer(layer) for layer in range(network.depth + 1)]
        loss = self.program.loss if Role.COST in self.roles else None
        return Diagram(tuple(layers), self._number(loss, ()) if loss else None)

    # Numbers

    def _number(self, tensor: Tensor, index: tuple[int, ...], symbol: str = "") -> Number:
        """Return an element of a tensor; of a batched one without its row."""
        known, whole = self._known(tensor), index
        if tensor.batched:
            whole = (min(self.row or 0, len(known.array) - 1), *index)
        value = None
        if known.is_there:
            value = float(known.mean[index] if known.mean is not None else known.array[whole])
        return Number(
            symbol=symbol or tensor.symbol,
            name=tensor.name,
            index=whole,
            value=value,
            when=known.when,
            lit=known.lit,
            is_mean=known.mean is not None,
        )

    def _known(self, tensor: Tensor) -> "_Known":
        """Return what all numbers of a tensor have in common, worked out once."""
        if tensor.name not in self.known:
            array, is_mean = self.tensors[tensor.name], tensor.batched and self.row is None
            self.known[tensor.name] = _Known(
                array=array,
                mean=array.mean(axis=0) if is_mean else None,
                is_there=self.has(tensor),
                when=self._when(tensor),
                lit=self._lit(tensor),
            )
        return self.known[tensor.name]

    def _when(self, tensor: Tensor) -> int:
        writer = self.program.writer.get(tensor.name)
        if writer is None or not self._is_run(writer):
            return GIVEN
        return [each.name for each in self.program.operations].index(writer.name)

    def _is_run(self, operation: Operation) -> bool:
        """Return whether an operation has been run; parameters are there in any case."""
        made = (each for each in operation.writes if not self.program.is_kept(each.name))
        return any(map(self.has, made))

    def _lit(self, tensor: Tensor) -> Lit:
        operation = self.operation
        if operation is None:
            return ""
        if tensor.name in operation.names_written and self._is_run(operation):
            return "written"
        return "read" if tensor.name in operation.names_read and self.has(tensor) else ""

    # Layers

    def _layer(self, layer: int) -> Layer:
        program, network = self.program, self.program.network
        if layer == 0:
            tensor = program.network_input
            values = (self._number(tensor, (unit,)) for unit in range(network.units[0]))
            return Layer(("inputs", "x"), tuple(Neuron((each,)) for each in values))
        last = layer == network.depth
        function = program.method.output if last else network.activation(layer).name
        shown = [each for each in self._of_layer(layer) if each.role in self.roles]
        shown.sort(key=lambda each: self.roles.index(each.role))
        weights, bias = program.weights_of(layer), program.find_one(Role.BIAS, layer)
        neurons = [
            Neuron(
                tuple(self._number(each, (unit,), _bare(each)) for each in shown),
                self._parameter(bias, (unit,), "b"),
            )
            for unit in range(network.units[layer])
        ]
        gradient = f", {program.gradient_of(weights.name)}" if self._shows_gradients else ""
        titles = f"layer {layer}: {function}", f"{layer}: {function}", function
        return Layer(titles, tuple(neurons), self._edges(weights), f"{weights}{gradient}")

    def _of_layer(self, layer: int) -> list[Tensor]:
        found = [each for each in self.program.tensors.values() if each.layer == layer]
        if layer == self.program.network.depth:
            found.append(self.program.labels)
        return [each for each in found if Axis.UNIT in each.axes and each.batched]

    @property
    def _shows_gradients(self) -> bool:
        return Role.DELTA in self.roles

    def _parameter(self, tensor: Tensor, index: tuple[int, ...], symbol: str) -> tuple[Number, ...]:
        """Return a weight or a bias, and its gradient."""
        own = self._number(tensor, index, symbol)
        if not self._shows_gradients:
            return (own,)
        gradient = self.program.gradient_of(tensor.name)
        return own, self._number(gradient, index, "∇")

    def _edges(self, weights: Tensor) -> tuple[Edge, ...]:
        flow, values = self._flow(weights), self.tensors[weights.name]
        sources, targets = weights.shape
        return tuple(
            Edge(
                source,
                target,
                float(values[source, target]),
                self._parameter(weights, (source, target), "w"),
                flow,
            )
            for target in range(targets)
            for source in range(sources)
        )

    def _flow(self, weights: Tensor) -> Flow:
        """Return which way the operation goes through a layer's weights."""
        operation = self.operation
        if operation is None or weights.name not in operation.names_read:
            return ""
        if operation.phase is Phase.FORWARD:
            return "on"
        return "back" if operation.phase is Phase.BACKWARD and _goes_back(operation) else ""


def _goes_back(operation: Operation) -> bool:
    return operation.result.role is Role.ERROR


def _bare(tensor: Tensor) -> str:
    """Return a tensor's symbol without the number of its layer, which its column says."""
    return tensor.symbol.rstrip("0123456789")


def of_batch(snapshot: Snapshot, selection: Selection) -> Diagram:
    """Return the network with the numbers of the batch in hand, as far as the step has come."""
    return Drawn(
        program=snapshot.program,
        tensors=snapshot.computed.tensors,
        has=lambda tensor: snapshot.has(tensor.name),
        row=selection.row,
        operation=selected_operation(snapshot, selection),
        roles=_STEP,
    ).diagram()


def of_probe(
    snapshot: Snapshot, is_computed: Callable[[Tensor], bool], operation: Operation | None
) -> Diagram:
    """Return the network with the forward values of the selected sample.

    Args:
        snapshot: What there is to see.
        is_computed: Whether the sample has come to a tensor.
        operation: The operation that is looked at.
    """
    assert snapshot.probe is not None
    computed = snapshot.probe.computed
    return Drawn(
        program=computed.program,
        tensors=computed.tensors,
        has=is_computed,
        row=0,
        operation=operation,
        roles=_FORWARD,
    ).diagram()


def target_of(number: Number, source: Source) -> Target:
    """Return a number of a drawing as something to explain."""
    return Target(source, number.name, number.index)
