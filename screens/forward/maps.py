"""The kernels and the feature maps of a convolutional network, each a row of pictures."""

from screens.forward.progress import is_computed
from screens.inspect.tensors import TensorView, tensor_view
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Axis, Role, Tensor
from tui_nn.training.session.snapshot import Snapshot


def has_maps(program: Program) -> bool:
    """Return whether a network has feature maps at all."""
    return any(_is_kernel(each) for each in program.network.parameters)


def map_views(snapshot: Snapshot) -> list[TensorView]:
    """Return the kernels of each layer, then its maps as far as the sample has come."""
    assert snapshot.probe is not None
    computed, views = snapshot.probe.computed, []
    program = computed.program
    for weights in filter(_is_kernel, program.network.parameters):
        views.append(_whole(weights, snapshot))
        for role in (Role.PRE_ACTIVATION, Role.ACTIVATION):
            tensor = program.find_one(role, weights.layer)
            if is_computed(snapshot, tensor):
                views.append(_whole(tensor, snapshot))
    return views


def _is_kernel(tensor: Tensor) -> bool:
    return tensor.role is Role.WEIGHT and Axis.ROW in tensor.axes


def _whole(tensor: Tensor, snapshot: Snapshot) -> TensorView:
    """Return all of a tensor, or of a batched one the sample's row."""
    assert snapshot.probe is not None
    computed = snapshot.probe.computed
    part = tuple(0 if axis is Axis.SAMPLE else None for axis in tensor.axes)
    read = not tensor.batched
    return tensor_view(tensor.name, computed.tensors, computed.program, part, read=read)
