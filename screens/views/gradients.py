"""Every gradient in a line, and one of them whole."""

from dataclasses import dataclass

import numpy as np

from screens.selection import Selection
from screens.views.backprop import looked_at
from screens.views.tensors import layer_of, tensor_view
from screens.widgets.listing import Line
from tui_nn.nn.operation import Phase
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Array
from tui_nn.training.snapshot import Snapshot, norm

BINS = 24


@dataclass(frozen=True, eq=False)
class GradientView:
    """The gradients of all the parameters, and one of them whole.

    Attributes:
        lines: One for each parameter.
        selected: The name of the selected one's line.
        title: Which gradient the picture is of.
        picture: All of it, inputs down and neurons across; of the first layer, one neuron's.
        counts: How many of its elements fall in each bin.
        edges: The bins.
    """

    lines: tuple[Line, ...]
    selected: str
    title: str
    picture: Array | None
    counts: Array
    edges: Array


def gradient_view(snapshot: Snapshot, selection: Selection, *, brief: bool = False) -> GradientView:
    """Return the norm and update ratio of every gradient, and the selected one's picture.

    Args:
        snapshot: What there is to see.
        selection: Which parameter's gradient.
        brief: Leave out the shapes, where there is little room.
    """
    heads = ("", "" if brief else "shape", "‖∇‖", "update/W")
    lines = [Line("  " + _columns(*heads), "heading")]
    gradients = [
        operation.writes[0]
        for operation in snapshot.program.phase(Phase.BACKWARD)
        if operation.name.startswith(("dW", "db"))
    ]
    for name in gradients:
        lines.append(_gradient_line(snapshot, name, brief=brief))
    selected = _selected_gradient(snapshot, selection)
    nothing = np.zeros(0)
    if not snapshot.has(selected):
        title = f"{symbol(selected)}: not computed yet"
        return GradientView(tuple(lines), selected, title, None, nothing, nothing)
    tensor = snapshot.computed.tensors[selected]
    finite = tensor[np.isfinite(tensor)]
    counts, edges = np.histogram(finite, BINS) if finite.size else (nothing, nothing)
    title, picture = _gradient_picture(snapshot, selection, selected)
    return GradientView(tuple(lines), selected, title, picture, counts, edges)


def _gradient_picture(snapshot: Snapshot, selection: Selection, name: str) -> tuple[str, Array]:
    tensor = snapshot.computed.tensors[name]
    if tensor.ndim == 2 and layer_of(name) > 1:
        return f"{symbol(name)}: inputs ↓ neurons →", tensor
    view = tensor_view(name, snapshot.computed.tensors, snapshot.program.network, selection)
    return view.title, view.values


def _gradient_line(snapshot: Snapshot, name: str, *, brief: bool) -> Line:
    computed = snapshot.computed
    shape = "" if brief else "×".join(map(str, computed.tensors[name].shape))
    if not snapshot.has(name):
        return Line(_columns(symbol(name), shape, "–", "–"), "todo", name)
    ratio = computed.update_ratio(name.removeprefix("d"))
    words = "–" if ratio is None else f"{ratio:.1e}"
    size = f"{norm(computed.tensors[name]):.1e}"
    return Line(_columns(symbol(name), shape, size, words), "done", name)


def _columns(name: str, shape: str, size: str, ratio: str) -> str:
    return (
        f"{name:4}{shape + ' ':>8}{size:>8} {ratio:>8}"
        if shape
        else f"{name:4}{size:>8} {ratio:>9}"
    )


def _selected_gradient(snapshot: Snapshot, selection: Selection) -> str:
    operation = looked_at(snapshot, selection)
    name = operation.writes[0]
    if name.startswith(("dW", "db")):
        return name
    return f"dW{max(layer_of(name), 1) if name[0] in 'zadWb' else snapshot.program.network.layers}"
