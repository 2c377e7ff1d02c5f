"""One element of an operation's result, taken apart."""

from functools import partial

from msgspec import Struct

from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.tensors import TensorView, element_at
from screens.inspect.terms import term_bars, term_label
from screens.shapes.bar import Bar
from screens.shapes.blocks import largest_place
from screens.shapes.format import figure
from tui_nn.nn.explain import Index, Term, Terms
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Axis
from tui_nn.training.session.snapshot import Snapshot


class ElementView(Struct, frozen=True, eq=False):
    """One element, taken apart.

    Attributes:
        title: Which element, and its value.
        target: The element.
        terms: How it was computed.
        bars: Its terms, largest first.
        parts: The terms that the first bars are of.
        place: Where it stands in the picture of what was written.
    """

    title: str
    target: Target
    terms: Terms
    bars: list[Bar]
    parts: tuple[Term, ...]
    place: tuple[int, int]

    def term_of(self, name: str, index: Index) -> Term | None:
        """Return the term in which an element of another tensor takes part."""
        for part in self.terms.parts:
            if any((each.name, each.index) == (name, index) for each in part.factors):
                return part
        return None

    def part_of_row(self, program: Program, row: int) -> int | None:
        """Return which term a row of the batch brings, where the element is a sum over rows."""
        rows = [_rows_of(part, program) for part in self.parts]
        is_sum = len(set(map(frozenset, rows))) > 1
        return rows.index({row}) if is_sum and {row} in rows else None


def _rows_of(term: Term, program: Program) -> set[int]:
    """Return the rows of the batch that the numbers of a term are of."""
    named = [each for each in term.factors if each.name is not None]
    tensors = [program.tensor(each.name or "") for each in named]
    return {
        each.index[tensor.axes.index(Axis.SAMPLE)]
        for each, tensor in zip(named, tensors, strict=True)
        if tensor.batched
    }


def element_view(snapshot: Snapshot, selection: Selection, write: TensorView) -> ElementView:
    """Return the chain rule for the selected element, with its numbers.

    Without a selection it is the element of the largest magnitude.
    """
    place = selected_place(write, selection)
    target = Target(Source.BATCH, write.name, element_at(write, *place))
    scene = Scene(snapshot, selection)
    terms = scene.terms(target)
    title = f"{scene.symbol(target)} = {figure(terms.total, 4)}, term by term"
    if scene.row(target) is not None and selection.row is None:
        title += " (row 0; a mean has no terms)"

    def label(part: Term) -> str:
        row_words = partial(scene.row_words, Source.BATCH)
        return term_label(write.name, part, snapshot.computed.program, row_words)

    bars, parts = term_bars(terms, label)
    return ElementView(title, target, terms, bars, parts, place)


def selected_place(view: TensorView, selection: Selection) -> tuple[int, int]:
    """Return where the selected element stands, or without one the largest.

    What the picture is fixed to, the row and the neuron, is chosen apart from the element.
    """
    element = selection.element
    fixed = view.indices[0, 0]
    if element is not None and len(element) == len(fixed):
        moving = (view.indices != fixed).any(axis=(0, 1))
        index = [
            at if moves else int(only)
            for at, moves, only in zip(element, moving, fixed, strict=True)
        ]
        if (place := view.place_of(tuple(index))) is not None:
            return place
    return largest_place(view.values)


def partners(views: list[TensorView], term: Term | None) -> list[tuple[int, int] | None]:
    """Return where in pictures the numbers stand that a term is made of."""
    factors = [] if term is None else term.factors
    return [
        next((view.place_of(each.index) for each in factors if each.name == view.name), None)
        for view in views
    ]
