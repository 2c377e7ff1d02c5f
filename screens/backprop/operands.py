"""The pictures beside an explanation: the very numbers that it is made of, among their like.

Which parts of which tensors these are follows from the explanation's terms, whatever the
operation: a sum over inputs shows a row and a column, one over the batch two columns.
"""

from screens.inspect.parts import Part, part_around, part_holding, selected_part
from screens.inspect.selection import Selection
from screens.inspect.tensors import TensorView, tensor_view
from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Tensor
from tui_nn.training.session.snapshot import Snapshot


def written_view(snapshot: Snapshot, operation: Operation, selection: Selection) -> TensorView:
    """Return what an operation wrote: of the selected row, or the selected neuron."""
    computed, tensor = snapshot.computed, operation.result
    return tensor_view(
        tensor.name,
        computed.tensors,
        computed.program,
        selected_part(tensor, computed.tensors[tensor.name].shape, selection),
        mean=selection.row is None,
        when="after" if tensor in operation.reads else "",
    )


def operand_views(
    snapshot: Snapshot, operation: Operation, selection: Selection, terms: Terms
) -> list[TensorView]:
    """Return the parts of tensors that the terms of an element are made of."""
    computed, found = snapshot.computed, dict[str, list[Index]]()
    for term in (*terms.parts, *terms.steps):
        for factor in term.factors:
            if factor.name is not None:
                found.setdefault(factor.name, []).append(factor.index)
    return [
        tensor_view(
            name,
            computed.before,
            computed.program,
            _part(computed.program.tensor(name), indices),
            mean=selection.row is None,
            when="before" if name == operation.name else "",
            read=True,
        )
        for name, indices in found.items()
    ]


def _part(tensor: Tensor, indices: list[Index]) -> Part:
    part = part_holding(indices)
    return part if None in part else part_around(tensor, indices[0])


def readable_views(
    snapshot: Snapshot, operation: Operation, selection: Selection
) -> list[TensorView]:
    """Return what an operation will read, as far as it is there."""
    computed = snapshot.computed
    return [
        tensor_view(
            each.name,
            computed.before,
            computed.program,
            selected_part(each, computed.before[each.name].shape, selection),
            mean=selection.row is None,
            read=True,
        )
        for each in operation.reads
        if snapshot.has(each.name)
    ]
