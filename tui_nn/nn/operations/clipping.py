"""Gradient clipping: a gradient that is too long is shortened, and keeps its direction.

All parameters' gradients are one long vector, ∇, and c = min(1, limit/‖∇‖) scales all of it
(Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013,
algorithm 1).
"""

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Array, Arrays, Parameter, Role, Tensor


def _columns(gradient: Array) -> Array:
    """Return a gradient with one column for each unit."""
    return gradient.reshape(-1, gradient.shape[-1])


class ClipScale(Struct, frozen=True):
    """‖∇‖ = √Σ squares over all units, and c = min(1, limit/‖∇‖).

    Attributes:
        squares: Each gradient with the sums of its squares, one for each unit.
        size: ‖∇‖.
        scale: c.
    """

    squares: tuple[tuple[Tensor, Tensor], ...]
    size: Tensor
    scale: Tensor

    def bind(self, tensors: Arrays) -> Call:
        size, scale = tensors[self.size.name], tensors[self.scale.name]
        pairs = [
            (_columns(tensors[gradient.name]), tensors[squares.name])
            for gradient, squares in self.squares
        ]

        def call(context: StepContext) -> None:
            size.fill(0)
            for columns, sums in pairs:
                np.einsum("ij,ij->j", columns, columns, out=sums)
                np.add(size, sums.sum(), out=size)
            np.sqrt(size, out=size)
            limit = context.rates.clipping
            scale.fill(limit / float(size) if limit and float(size) > limit else 1.0)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.scale.name:
            return self._scale_terms(read, context, stored)
        if name == self.size.name:
            return self._size_terms(read, stored)
        gradient = next(gradient for gradient, squares in self.squares if squares.name == name)
        places = np.ndindex(read[gradient.name].shape[:-1])
        each = [element(read, gradient, *place, index[0]) for place in places]
        parts = [product(one, one) for one in each]
        formula = Term(f"Σ {gradient}² into unit {index[0]}", stored)
        return summed(stored, parts, [formula])

    def _size_terms(self, read: Arrays, stored: float) -> Terms:
        """√s = Σ s/√s, so that every unit has its share."""
        sums = [
            element(read, squares, j)
            for _, squares in self.squares
            for j in range(len(read[squares.name]))
        ]
        total = sum(each.value for each in sums)
        exact = float(np.sqrt(total))
        what = "one over the root of their sum" if exact else "all of them are 0: so is the root"
        share = Factor("1/‖∇‖", 1 / exact if exact else 0.0, what=what)
        added = f"Σ {', '.join(str(squares) for _, squares in self.squares)}"
        steps = [Term(added, total), Term("its root", exact, (Factor(added, total),), "√{}")]
        return summed(stored, [product(share, each) for each in sums], steps)

    def _scale_terms(self, read: Arrays, context: StepContext, stored: float) -> Terms:
        limit = Factor("limit", context.rates.clipping, what="the longest gradient that may be")
        size = element(read, self.size)
        if not 0 < limit.value < size.value:
            enough = Term("1: short enough", 1.0, (size, limit), "1, as {} ≤ {}")
            return summed(stored, [enough], [enough])
        term = Term("limit/‖∇‖", limit.value / size.value, (limit, size), "{}/{}")
        return summed(stored, [term], [term])


class Clip(Struct, frozen=True):
    """c·∇W."""

    gradient: Tensor
    scale: Tensor
    clipped: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.gradient, self.scale, self.clipped)
        gradient, scale, clipped = (tensors[each.name] for each in used)
        return lambda _: np.multiply(gradient, scale, out=clipped)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        both = product(element(read, self.scale), element(read, self.gradient, *index))
        return summed(stored, [both], [both])


def clip_scale(parameters: tuple[Parameter, ...]) -> Operation:
    """Return the factor by which all the gradients are clipped."""
    gradients = [derived.gradient(parameter) for parameter in parameters]
    squares = tuple((gradient, derived.squares(gradient)) for gradient in gradients)
    size = Tensor("size", Role.NORM, "‖∇‖", aliases=("∇",))
    scale = Tensor("clip", Role.SCALE, "c")
    return Operation(
        phase=Phase.UPDATE,
        layer=max(parameter.layer or 0 for parameter in parameters),
        formula=f"{scale} = min(1, limit/{size})",
        reads=tuple(gradients),
        writes=(scale, size, *(each for _, each in squares)),
        kernel=ClipScale(squares, size, scale),
        why="If the norm of all gradients exceeds the limit, they are scaled down to it.",
        torch="norm = torch.nn.utils.clip_grad_norm_(parameters, limit)",
    )


def clip(gradient: Tensor, scale: Tensor) -> Operation:
    """Return a parameter's gradient, clipped."""
    clipped = derived.clipped(gradient)
    return Operation(
        phase=Phase.UPDATE,
        layer=gradient.layer or 0,
        formula=f"{clipped} = min(1, limit/‖∇‖)·{gradient}",
        reads=(scale, gradient),
        writes=(clipped,),
        kernel=Clip(gradient, scale, clipped),
        why="All gradients are scaled by the same factor, so that their direction stays.",
        torch=f"{gradient.of}.grad *= c",
    )
