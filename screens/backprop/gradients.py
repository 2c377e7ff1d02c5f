"""Every gradient in a table, and one of them whole."""

from msgspec import Struct

from screens.backprop.gradient_table import gradient_lines
from screens.inspect.parts import selected_part
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.tensors import TensorView, tensor_view
from screens.shapes.line import Line
from tui_nn.nn.tensor import Parameter, Role, Tensor
from tui_nn.training.session.snapshot import Snapshot

BINS = 24


class GradientView(Struct, frozen=True, eq=False):
    """The gradients of all the parameters, and one of them whole.

    Attributes:
        lines: One for each parameter.
        selected: The name of the selected one's line.
        title: Which gradient the picture is of.
        picture: All of it, inputs down and neurons across; of the first layer, one neuron's.
    """

    lines: tuple[Line, ...]
    selected: str
    title: str
    picture: TensorView | None


def gradient_view(snapshot: Snapshot, selection: Selection, width: int) -> GradientView:
    """Return a table of all gradients, and the selected one's picture.

    Args:
        snapshot: What there is to see.
        selection: Which parameter's gradient.
        width: Columns there are for the table.
    """
    lines = gradient_lines(snapshot, width)
    selected = _selected_gradient(snapshot, selection)
    if not snapshot.has(selected):
        title = f"{snapshot.program.symbol(selected)}: not computed yet"
        return GradientView(lines, selected, title, None)
    picture = _gradient_picture(snapshot, selection, selected)
    return GradientView(lines, selected, picture.title, picture)


def _gradient_picture(snapshot: Snapshot, selection: Selection, name: str) -> TensorView:
    """Return all of a gradient; of the first layer's weights, that of one neuron's."""
    tensor, tensors = snapshot.program.tensor(name), snapshot.computed.tensors
    part = selected_part(tensor, tensors[name].shape, selection)
    if (tensor.layer or 0) > 1:
        part = (None,) * tensors[name].ndim
    return tensor_view(name, tensors, snapshot.computed.program, part)


def _selected_gradient(snapshot: Snapshot, selection: Selection) -> str:
    """Return the gradient that an operation computes or uses, else that of its layer's weights."""
    operation, program = selected_operation(snapshot, selection), snapshot.program
    tensor: Tensor | None = operation.result
    while tensor is not None:
        if tensor.role is Role.GRADIENT:
            return tensor.name
        if isinstance(tensor, Parameter):
            return program.gradient_of(tensor.name).name
        tensor = tensor.of
    layer = operation.result.layer or operation.layer
    return program.gradient_of(program.weights_of(layer).name).name
