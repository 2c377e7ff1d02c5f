"""Pooling: each map is reduced to the largest, or to the mean, of what is under a window."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.layers.layer import Connected, Following, Place
from tui_nn.nn.layers.window import NO_WINDOW, Window, innermost, window_of
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Array, Arrays, Role, Shape, Tensor


class MaxPool(Struct, frozen=True):
    """s = the largest under the window, and which it was.

    Attributes:
        a: The maps, [B, C, H, W].
        s: [B, C, H′, W′].
        won: As s, in bytes: which element of the window is the largest, row by row; the first of
            those that are equal, as in PyTorch.
        window: How it moves.
        larger: Scratch: where an element is larger than those before it.
        number: Scratch: which one that is.
    """

    a: Tensor
    s: Tensor
    won: Tensor
    window: Window
    larger: Tensor
    number: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.a, self.s, self.won, self.larger, self.number)
        a, s, won, larger, number = (innermost(tensors[each.name]) for each in used)
        first, *others = (self.window.corner(a, self.s.shape, i, j) for i, j in self.window.corners)
        as_bytes = larger.view(np.uint8)

        def call(_: StepContext) -> None:
            np.copyto(s, first)
            won.fill(0)
            for place, other in enumerate(others, start=1):
                np.greater(other, s, out=larger)
                np.maximum(s, other, out=s)
                np.multiply(as_bytes, np.uint8(place), out=number)
                np.maximum(won, number, out=won)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, channel, y, x = index
        values = [
            element(read, self.a, row, channel, v, h)
            for _, _, v, h in self.window.seen_at(y, x, self.a.shape)
        ]
        winner = max(values, key=lambda each: each.value)  # the first of those that are equal
        # The winner first: from there the way goes on.
        factors = (winner, *(each for each in values if each is not winner))
        pattern = f"max({', '.join('{}' for _ in values)})"
        label = f"max({values[0].label} … {values[-1].label})"
        if name == self.won.name:
            place = float(values.index(winner))
            which = Term(f"which of {label}", place, factors, f"which of {pattern}")
            return summed(stored, [which], [which, Term(f"{winner.label}, counted from 0", place)])
        whole = Term(label, winner.value, factors, pattern)
        return summed(stored, [whole], [whole, Term(f"{winner.label}, the largest", winner.value)])

    @property
    def kinks(self) -> tuple[tuple[Tensor, float], ...]:
        """Where another element becomes the largest."""
        last = self.window.rows * self.window.columns - 1
        return tuple((self.won, place + 0.5) for place in range(last))


class MaxPoolAdjoint(Struct, frozen=True):
    """The error of what is largest is that of its window; no other element has any."""

    error: Tensor
    won: Tensor
    out: Tensor
    window: Window
    mine: Tensor
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.error, self.won, self.out, self.mine, self.part)
        error, won, out, mine, part = (innermost(tensors[each.name]) for each in used)
        targets = _targets(self.window, out, self.error.shape)
        alone, whole = _covers(self.window, self.out.shape, self.error.shape)

        def call(_: StepContext) -> None:
            if not whole:
                out.fill(0)
            for place, target in enumerate(targets):
                np.equal(won, np.uint8(place), out=mine)
                if alone:
                    np.multiply(error, mine, out=target)
                else:
                    np.multiply(error, mine, out=part)
                    np.add(target, part, out=target)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, channel, v, h = index
        parts = []
        for i, j, y, x in self.window.seeing(v, h, self.error.shape):
            place = i * self.window.columns + j
            won = element(read, self.won, row, channel, y, x)
            error = element(read, self.error, row, channel, y, x)
            if won.value == place:
                label = f"{error.label}, as {won.label} is {place}"
                parts.append(Term(label, error.value, (error, won), f"{{}}, as {{}} is {place}"))
            else:
                label = f"0, as {won.label} is not {place}"
                parts.append(Term(label, 0.0, (won,), f"0, as {{}} is not {place}"))
        return summed(stored, parts or [NO_WINDOW], [Term(f"Σ {self.error} where it won", stored)])


class AveragePool(Struct, frozen=True):
    """s = the mean of what is under the window."""

    a: Tensor
    s: Tensor
    window: Window

    def bind(self, tensors: Arrays) -> Call:
        a, s = (innermost(tensors[each.name]) for each in (self.a, self.s))
        first, *others = (self.window.corner(a, self.s.shape, i, j) for i, j in self.window.corners)
        share = 1 / len(self.window.corners)

        def call(_: StepContext) -> None:
            np.copyto(s, first)
            for other in others:
                np.add(s, other, out=s)
            np.multiply(s, share, out=s)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, channel, y, x = index
        share = _share(self.window)
        parts = [
            product(share, element(read, self.a, row, channel, v, h))
            for _, _, v, h in self.window.seen_at(y, x, self.a.shape)
        ]
        formula = f"Σ {self.a}[{row},{channel}, window at {y},{x}]·{share.label}"
        return summed(stored, parts, [Term(formula, stored)])


class AveragePoolAdjoint(Struct, frozen=True):
    """The error of a mean goes to all elements alike."""

    error: Tensor
    out: Tensor
    window: Window
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        error, out, part = (
            innermost(tensors[each.name]) for each in (self.error, self.out, self.part)
        )
        targets = _targets(self.window, out, self.error.shape)
        share = 1 / len(targets)

        def call(_: StepContext) -> None:
            out.fill(0)
            np.multiply(error, share, out=part)
            for target in targets:
                np.add(target, part, out=target)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, channel, v, h = index
        share = _share(self.window)
        parts = [
            product(share, element(read, self.error, row, channel, y, x))
            for _, _, y, x in self.window.seeing(v, h, self.error.shape)
        ]
        formula = f"Σ {self.error}[{row},{channel}, windows that see it]·{share.label}"
        return summed(stored, parts or [NO_WINDOW], [Term(formula, stored)])


def _share(window: Window) -> Factor:
    count = len(window.corners)
    return Factor(f"1/{count}", 1 / count, what="one over the size of the window")


def _targets(window: Window, out: Array, places: Shape) -> tuple[Array, ...]:
    """Return for each element of the window where its errors go."""
    return tuple(window.corner(out, places, i, j) for i, j in window.corners)


def _covers(window: Window, picture: Shape, places: Shape) -> tuple[bool, bool]:
    """Return whether no two windows overlap, and whether they then leave nothing out."""
    alone = window.stride >= max(window.size)
    rows, columns = (count * window.stride for count in places[1:])
    return alone, alone and window.rows == window.columns == window.stride and (
        picture[1:] == (rows, columns)
    )


def _pooled(inputs: Tensor, shape: Shape) -> Tensor:
    """Return s, which has the number of the layer that is pooled; pooled again it is ss."""
    again = inputs.name if inputs.role is Role.POOLED else f"{inputs.layer}"
    return inputs.like(f"s{again}", Role.POOLED, shape=shape)


class MaxPool2d(Following, frozen=True):
    """Keeps the largest under a window, map by map."""

    window: Window

    def output_shape(self, inputs: Shape) -> Shape:
        return self.window.output_shape(inputs)

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        s = _pooled(inputs, self.output_shape(inputs.shape))
        won = s.like(f"won{s.name[1:]}", Role.CHOICE, dtype=np.uint8)
        truth = s.like(f"larger{s.name[1:]}", Role.SCRATCH, dtype=np.bool_, scratch=True)
        number = s.like(f"number{s.name[1:]}", Role.SCRATCH, dtype=np.uint8, scratch=True)
        part = s.like(f"part{s.name[1:]}", Role.SCRATCH, scratch=True)
        size, stride = self.window.rows, self.window.stride
        forward = Operation(
            phase=Phase.FORWARD,
            layer=place.number,
            formula=f"{s} = max_pool2d({inputs}, {size})",
            reads=(inputs,),
            writes=(s, won),
            kernel=MaxPool(inputs, s, won, self.window, truth, number),
            why="Keeps the largest of each window: where exactly it was no longer matters.",
            torch=f"{s} = F.max_pool2d({inputs}, {self.window.size}, {stride})",
            scratch=(truth, number),
        )

        def adjoint(error: Tensor) -> tuple[Operation, ...]:
            out = derived.error(inputs)
            back = Operation(
                phase=Phase.BACKWARD,
                layer=place.number,
                formula=f"{out} = {error} where {inputs} was the largest",
                reads=(error, won),
                writes=(out,),
                kernel=MaxPoolAdjoint(error, won, out, self.window, truth, part),
                why="The error goes to the element that won; the others had no influence.",
                torch=f"loss.backward()  # {inputs}.grad",
                scratch=(truth, part),
            )
            return (back,)

        return Connected(s, (forward,), adjoint)


class AvgPool2d(Following, frozen=True):
    """Keeps the mean under a window, map by map."""

    window: Window

    def output_shape(self, inputs: Shape) -> Shape:
        return self.window.output_shape(inputs)

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        s = _pooled(inputs, self.output_shape(inputs.shape))
        part = s.like(f"part{s.name[1:]}", Role.SCRATCH, scratch=True)
        size, stride = self.window.rows, self.window.stride
        forward = Operation(
            phase=Phase.FORWARD,
            layer=place.number,
            formula=f"{s} = avg_pool2d({inputs}, {size})",
            reads=(inputs,),
            writes=(s,),
            kernel=AveragePool(inputs, s, self.window),
            why="Keeps the mean of each window: where exactly something was no longer matters.",
            torch=f"{s} = F.avg_pool2d({inputs}, {self.window.size}, {stride})",
        )

        def adjoint(error: Tensor) -> tuple[Operation, ...]:
            out = derived.error(inputs)
            back = Operation(
                phase=Phase.BACKWARD,
                layer=place.number,
                formula=f"{out} = {error} spread over each window",
                reads=(error,),
                writes=(out,),
                kernel=AveragePoolAdjoint(error, out, self.window, part),
                why="Each element of a window has the same share in its mean, and in its error.",
                torch=f"loss.backward()  # {inputs}.grad",
                scratch=(part,),
            )
            return (back,)

        return Connected(s, (forward,), adjoint)


def make_max_pool2d(words: Sequence[str]) -> MaxPool2d:
    """Return the layer of the words ``2 [stride 2]``."""
    return MaxPool2d(_unpadded(words))


def make_avg_pool2d(words: Sequence[str]) -> AvgPool2d:
    """Return the layer of the words ``2 [stride 2]``."""
    return AvgPool2d(_unpadded(words))


def _unpadded(words: Sequence[str]) -> Window:
    size, *options = words
    window = window_of(size, options)
    if window.padding:
        raise ValueError
    return window
