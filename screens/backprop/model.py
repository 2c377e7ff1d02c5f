"""What the Backprop screen shows: the step's program, its tensors, its gradients."""

from dataclasses import dataclass
from functools import partial

from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.tensors import (
    TensorView,
    element_at,
    tensor_view,
)
from screens.inspect.terms import term_bars, term_label
from screens.shapes.bar import Bar
from screens.shapes.blocks import largest_place
from screens.shapes.format import counted, figure
from screens.shapes.line import Line
from tui_nn.nn.explain import Term
from tui_nn.nn.operation import Operation
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stops.breakpoints import AtOperation


def listing(snapshot: Snapshot) -> tuple[Line, ...]:
    """Return the program, with what is done and what is next, and where it stops."""
    lines: list[Line] = []
    stops = {
        each.name: "●" if each.on else "○"
        for each in snapshot.breakpoints
        if isinstance(each, AtOperation)
    }
    phase = None
    for number, operation in enumerate(snapshot.program.operations):
        if operation.phase is not phase:
            phase = operation.phase
            lines.append(Line(phase.value.upper(), "heading"))
        done = snapshot.position.operation
        kind = "next" if number == done else "done" if number < done else "todo"
        margin = stops.get(operation.name, "")
        lines.append(Line(operation.formula, kind, operation.name, margin))  # type: ignore[arg-type]
    return tuple(lines)


def is_computed(snapshot: Snapshot, operation: Operation) -> bool:
    """Return whether an operation's results are there to see."""
    return operation in snapshot.program.operations[: snapshot.computed.done]


@dataclass(frozen=True, eq=False)
class OperationView:
    """One operation, and its tensors.

    Attributes:
        formula: What it computes.
        why: One sentence for the learner.
        torch: The same in PyTorch.
        reads: What it read.
        write: What it wrote, or None if it has not been run.
        note: Which step and row the tensors are of, or why there are none.
    """

    formula: str
    why: str
    torch: str
    reads: list[TensorView]
    write: TensorView | None
    note: str


def operation_view(snapshot: Snapshot, selection: Selection) -> OperationView:
    """Return the operation that is looked at, with its tensors as pictures."""
    operation = selected_operation(snapshot, selection)
    computed = snapshot.computed
    program = computed.program
    readable = [each.name for each in operation.reads if snapshot.has(each.name)]
    reads = [tensor_view(name, computed.before, program, selection) for name in readable]
    write = None
    if is_computed(snapshot, operation):
        write = tensor_view(operation.name, computed.tensors, program, selection)
    return OperationView(
        formula=operation.formula,
        why=operation.why,
        torch=operation.torch,
        reads=reads,
        write=write,
        note=_note(snapshot, selection, write),
    )


def _note(snapshot: Snapshot, selection: Selection, write: TensorView | None) -> str:
    if write is None:
        return "not computed yet: press n"
    whole = snapshot.position.operation == 0
    step = f"step {snapshot.shown_step}, whole" if whole else f"step {snapshot.shown_step}"
    return f"{step}; {row_words(snapshot, selection)}"


def left_out(view: OperationView, shown: int) -> str:
    """Return which of the tensors that were read there was no room for."""
    names = [each.tensor.symbol for each in view.reads[shown:]]
    return f"; it also reads {', '.join(names)}" if names else ""


def row_words(snapshot: Snapshot, selection: Selection) -> str:
    """Return which row of the batch is shown."""
    scene, rows = Scene(snapshot, selection), len(snapshot.computed.context.indices)
    chunk = scene.chunk_words(Source.BATCH)
    row = min(selection.row, rows)
    if row == 0:
        return f"mean{chunk.removeprefix(',')}" if chunk else f"mean over {counted(rows, 'sample')}"
    _, _, label = scene.sample(Source.BATCH, row - 1)
    return f"row {row}/{rows:,}, a {label}{chunk}"


@dataclass(frozen=True, eq=False)
class ElementView:
    """One element, taken apart.

    Attributes:
        title: Which element, and its value.
        target: The element.
        bars: Its terms, largest first.
        parts: The terms that the first bars are of.
        place: Where it stands in the picture of what was written.
    """

    title: str
    target: Target
    bars: list[Bar]
    parts: tuple[Term, ...]
    place: tuple[int, int]


def element_view(
    snapshot: Snapshot, selection: Selection, write: TensorView, *, brief: bool = False
) -> ElementView:
    """Return the chain rule for the selected element, with its numbers.

    Without a selection it is the element of the largest magnitude.
    """
    place = selected_place(write, selection)
    target = Target(Source.BATCH, write.name, element_at(write, *place))
    scene = Scene(snapshot, selection)
    terms = scene.terms(target)
    title = f"{scene.symbol(target)} = {figure(terms.total, 4)}, term by term"
    if scene.row(target) is not None and selection.row == 0:
        title += " (row 1; a mean has no terms)"

    def label(part: Term) -> str:
        row_words = partial(scene.row_words, Source.BATCH)
        return term_label(write.name, part, snapshot.computed.program, row_words)

    bars, parts = term_bars(terms, label, brief=brief)
    return ElementView(title, target, bars, parts, place)


def selected_place(view: TensorView, selection: Selection) -> tuple[int, int]:
    """Return where the selected element stands, or without one the largest."""
    rows, columns = view.values.shape
    if selection.element is not None and len(selection.element) == 2:
        row, column = selection.element
        if row < rows and column < columns:
            return row, column
    return largest_place(view.values)
