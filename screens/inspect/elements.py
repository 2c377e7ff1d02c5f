"""Any number of the program by its name, as somebody types it: ``W1[241,0]``, ``x(18,10)``."""

import re

from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index, format_element
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Role, Tensor
from tui_nn.training.session.snapshot import Computed

_TYPED = re.compile(r"(?P<name>[^\[\](),]+)(?P<open>[\[(])?(?P<index>[\d,]*)[\])]?")
_PIXEL_AXES = 2  # a pixel is typed by its row and its column
_LISTED = 14  # tensors


def typed_element(text: str, scene: Scene, sample: Source = Source.BATCH) -> Target:
    """Return the number that was typed.

    Args:
        text: The name, symbol or alias of a tensor, with an index where it has several elements;
            a pixel's row and column in round brackets. Without the row of the batch, it is of the
            sample that is shown.
        scene: Where it is looked for.
        sample: Whose numbers are shown.

    Raises:
        TuiNNError: There is no such number, or it is not computed yet; the message says what is.
    """
    typed = _TYPED.fullmatch("".join(text.split()).replace("−", "-"))
    if typed is None:
        raise TuiNNError("type a number as W1[241,0], or a pixel as x(18,10)")
    batch = scene.computed(Source.BATCH)
    tensor = _tensor(typed["name"], batch.program)
    index = tuple(int(each) for each in typed["index"].split(",") if each)
    if typed["open"] == "(":
        index = _pixel(tensor, index, batch.program)
    source = Source.BATCH
    if tensor.batched and len(index) == len(tensor.axes) - 1:
        source = sample if tensor.name in scene.computed(sample).tensors else source
        index = (_row(tensor, scene.computed(source), scene.selection, source), *index)
    _check(tensor, index, scene.computed(source))
    if source is Source.BATCH and not scene.snapshot.has(tensor.name):
        raise TuiNNError(f"{tensor} is not computed yet in this step: n or b computes it")
    return Target(source, tensor.name, index)


def _tensor(name: str, program: Program) -> Tensor:
    """Return the tensor that was typed; x are the pixels, whether or not they are distorted."""
    found = program.resolve(name)
    if found in program.tensors and found not in program.scratch:
        return program.tensor(found)
    if name.casefold() == "x":
        return program.input
    shown = [str(each) for each in program.tensors.values() if not each.scratch]
    more = ", …" if len(shown) > _LISTED else ""
    raise TuiNNError(f"there is no tensor {name}: there are {', '.join(shown[:_LISTED])}{more}")


def _pixel(tensor: Tensor, index: Index, program: Program) -> Index:
    """Return the index of a pixel within its sample, given its row and column."""
    if tensor.role is not Role.INPUT:
        raise TuiNNError(f"round brackets are for a pixel, such as {program.input}(18,10)")
    if not tensor.picture:
        raise TuiNNError(f"a sample is no picture here: type a number of it as {tensor}[0]")
    rows, columns = tensor.picture
    if len(index) != _PIXEL_AXES or index[0] >= rows or index[1] >= columns:
        last = f"{tensor}({rows - 1},{columns - 1})"
        raise TuiNNError(f"a pixel has a row and a column, up to {last}")
    return (index[0] * columns + index[1],)


def _row(tensor: Tensor, computed: Computed, selection: Selection, source: Source) -> int:
    """Return the row of the sample that is shown; of the mean over a batch, the first."""
    if source is Source.PROBE:
        return 0
    return min(selection.row or 0, len(computed.tensors[tensor.name]) - 1)


def _check(tensor: Tensor, index: Index, computed: Computed) -> None:
    if tensor.name not in computed.tensors:
        raise TuiNNError(f"{tensor} is not kept for the batch")
    shape = computed.tensors[tensor.name].shape
    inside = all(place < size for place, size in zip(index, shape, strict=False))
    if len(index) != len(shape) or not inside:
        ends = [format_element(tensor, tuple(each)) for each in ([0] * len(shape), _last(shape))]
        fault = "has no such element: it has" if index else "has many elements: one of"
        pixel = f", or a pixel as {tensor}(18,10)" if tensor.picture else ""
        raise TuiNNError(f"{tensor} {fault} {' to '.join(ends)}{pixel}")


def _last(shape: tuple[int, ...]) -> list[int]:
    return [size - 1 for size in shape]
