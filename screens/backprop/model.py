"""What the Backprop screen shows: the step's program, its tensors, its gradients."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from screens.backprop.element import ElementView, element_view
from screens.backprop.operands import operand_views, readable_views, written_view
from screens.inspect.checked import Checked
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Scene, Source
from screens.inspect.tensors import TensorView
from screens.shapes.format import counted
from screens.shapes.line import Line
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Axis
from tui_nn.training.recipe.breaking import broken
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stops.breakpoints import AtOperation

WRONG = "✗"


def listing(snapshot: Snapshot, wrong: Collection[str] = ()) -> tuple[Line, ...]:
    """Return the program, with what is done and what is next, and where it stops.

    Args:
        snapshot: What to list.
        wrong: Names of operations that are marked as wrong.
    """
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
        if wrong:
            margin = f"{WRONG if operation.name in wrong else ' '}{margin or ' '}"
        lines.append(Line(operation.formula, kind, operation.name, margin))  # type: ignore[arg-type]
    return tuple(lines)


def marked_words(wrong: Sequence[str]) -> str:
    """Return what is told when operations are marked; some mistakes have none to mark."""
    if not wrong:
        return "No operation of this listing is wrong: the mistake is elsewhere. ! says where."
    return f"Wrong on purpose, marked {WRONG}: {', '.join(wrong)}."


def should_be(snapshot: Snapshot, operation: Operation) -> str:
    """Return the line that stands where an operation is wrong on purpose; "" where it is new."""
    right = broken(snapshot.recipe_now, None).program(snapshot.rates)
    meant = next((each for each in right.operations if each.name == operation.name), None)
    return "" if meant is None else meant.formula


def is_computed(snapshot: Snapshot, operation: Operation) -> bool:
    """Return whether an operation's results are there to see."""
    return snapshot.program.is_written(operation.name, snapshot.computed.done)


class OperationView(Struct, frozen=True, eq=False):
    """One operation, and one element of its result with what that is made of.

    Attributes:
        formula: What it computes.
        why: One sentence for the learner.
        torch: The same in PyTorch.
        reads: The parts of tensors that the element is made of; before it is run, what it reads.
        write: What it wrote, or None if it has not been run.
        element: The element of that, or None.
        note: Which step and row the tensors are of, or why there are none.
    """

    formula: str
    why: str
    torch: str
    reads: list[TensorView]
    write: TensorView | None
    element: ElementView | None
    note: str

    @property
    def views(self) -> list[TensorView]:
        """All that has a picture, the result as the last."""
        return [*self.reads, *([self.write] if self.write else [])]


def operation_view(
    snapshot: Snapshot,
    selection: Selection,
    *,
    marks: bool = False,
    checked: Checked | None = None,
) -> OperationView:
    """Return the operation that is looked at, with its tensors as pictures.

    Args:
        snapshot: Whose.
        selection: Which.
        marks: Whether it is said of one that is wrong on purpose how it should be.
        checked: Somebody's gradients: where it is one of them, that is what the pictures are of.
    """
    operation = selected_operation(snapshot, selection)
    write, element, why = None, None, operation.why
    if marks and operation.mistaken and (right := should_be(snapshot, operation)):
        why = f"{WRONG} It should be {right}. {why}"
    if is_computed(snapshot, operation):
        write = written_view(snapshot, operation, selection)
        element = element_view(snapshot, selection, write)
        reads = operand_views(snapshot, operation, selection, element.terms)
        if checked is not None and checked.is_of(snapshot, write.name):
            *reads, write = checked.pictures(write)
            title = f"{element.title}; {checked.words(write.name, element.target.index)}"
            element = replace(element, title=title)
            why = checked.verdicts[write.name]
    else:
        reads = readable_views(snapshot, operation, selection)
    return OperationView(
        formula=operation.formula,
        why=why,
        torch=operation.torch,
        reads=reads,
        write=write,
        element=element,
        note=_note(snapshot, selection, operation, [*reads, *([write] if write else [])]),
    )


def _note(
    snapshot: Snapshot, selection: Selection, operation: Operation, views: Sequence[TensorView]
) -> str:
    if not is_computed(snapshot, operation):
        return "not computed yet: press n"
    whole = snapshot.position.operation == 0
    step = f"step {snapshot.shown_step}, whole" if whole else f"step {snapshot.shown_step}"
    are_of_row = any(_is_of_a_row(view) for view in views)
    return f"{step}; {row_words(snapshot, selection)}" if are_of_row else step


def _is_of_a_row(view: TensorView) -> bool:
    """Return whether a picture is of one row of the batch."""
    tensor = view.tensor
    if not tensor.batched:
        return False
    rows = view.indices[..., tensor.axes.index(Axis.SAMPLE)]
    return bool((rows == rows.flat[0]).all())


def row_words(snapshot: Snapshot, selection: Selection) -> str:
    """Return which row of the batch is shown."""
    scene, rows = Scene(snapshot, selection), len(snapshot.computed.context.indices)
    chunk = scene.chunk_words(Source.BATCH)
    if selection.row is None:
        return f"mean{chunk.removeprefix(',')}" if chunk else f"mean over {counted(rows, 'sample')}"
    row = min(selection.row, rows - 1)
    _, _, label = scene.sample(Source.BATCH, row)
    return f"row {row} of 0…{rows - 1:,}, {snapshot.dataset.form.one(label)}{chunk}"
