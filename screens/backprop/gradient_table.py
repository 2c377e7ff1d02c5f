"""Every gradient in a line: how its elements are spread, how long it is, how far it moves."""

from functools import partial

from screens.shapes.format import MINUS
from screens.shapes.histogram import heights
from screens.shapes.line import Line
from tui_nn.nn.operation import Phase
from tui_nn.nn.tensor import Role, Tensor
from tui_nn.training.session.snapshot import Snapshot

_MARK = 2  # columns before a line, which say whether it is computed


def gradients(snapshot: Snapshot) -> list[Tensor]:
    """Return the gradients of the parameters, in the order in which they are computed."""
    operations = snapshot.program.phase(Phase.BACKWARD)
    return [each.result for each in operations if each.result.role is Role.GRADIENT]


def gradient_lines(snapshot: Snapshot, width: int) -> tuple[Line, ...]:
    """Return a table of all gradients.

    Args:
        snapshot: What there is to see.
        width: Columns there are; with more of them there are more figures.
    """
    bins = _bins(width)
    heads = ["", "shape", "−0+".replace("0", "0".center(bins - 2)), "‖∇‖", "∇/W", "update/W"]
    lines = [Line(" " * _MARK + _columns(heads, width), "heading")]
    for gradient in gradients(snapshot):
        name = gradient.name
        kind = "done" if snapshot.has(name) else "todo"
        lines.append(Line(_columns(_cells(snapshot, gradient, bins), width), kind, name))  # type: ignore[arg-type]
    if not snapshot.program.is_plain_descent:  # a line that stays, so that nothing has to move
        waits = any(map(partial(_is_yet_to_come, snapshot), gradients(snapshot)))
        lines.append(Line("– : known after the update" if waits else ""))
    return tuple(lines)


def _is_yet_to_come(snapshot: Snapshot, gradient: Tensor) -> bool:
    """Return whether only the optimiser can say how far a gradient will move its parameter."""
    parameter = _parameter_of(gradient)
    is_zero = snapshot.computed.statistics_before.norm(parameter) == 0
    unknown = snapshot.computed.update_ratio(parameter) is None
    return snapshot.has(gradient.name) and unknown and not is_zero


def _parameter_of(gradient: Tensor) -> str:
    assert gradient.of is not None
    return gradient.of.name


def _cells(snapshot: Snapshot, tensor: Tensor, bins: int) -> list[str]:
    computed = snapshot.computed
    name = tensor.name
    shape = "×".join(map(str, computed.tensors[name].shape))
    if not snapshot.has(name):
        return [tensor.symbol, shape, "", "–", "–", "–"]
    parameter = _parameter_of(tensor)
    update, length = computed.update_ratio(parameter), computed.statistics.norm(name)
    size = computed.statistics_before.norm(parameter)
    share = length / size if size else None
    # A block that fills its cell would run into the line above.
    picture = heights(computed.statistics.spread(name, bins), 1, ascii=False)[0].replace("█", "▇")
    ratios = ("–" if ratio is None else _power(ratio) for ratio in (share, update))
    return [tensor.symbol, shape, picture, _power(length), *ratios]


def _power(value: float) -> str:
    """Return a number as a power of ten, its minus sign as wide as everywhere."""
    return f"{value:.1e}".replace("-", MINUS)


def _bins(width: int) -> int:
    return 5 if width < 34 else 9


def _columns(cells: list[str], width: int) -> str:
    """Lay a line out: the shape and the share of the weights only where there is room."""
    name, shape, picture, size, share, update = cells
    line = f"{name:4}{picture:{_bins(width)}}{size:>8}"
    if width < 52:
        return f"{line}{update:>9}"
    return f"{name:4}{shape:8} {picture:{_bins(width)}}{size:>9}{share:>9}{update:>9}"
