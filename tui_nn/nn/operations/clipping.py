"""Gradient clipping: a gradient that is too long is shortened, and keeps its direction.

All parameters' gradients are one long vector, ∇, and c = min(1, limit/‖∇‖) scales all of it
(Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013,
algorithm 1).
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Array, Layout, Shape, Tensors


def _columns(gradient: Array) -> Array:
    """Return a gradient as columns, one a neuron."""
    return gradient.reshape(-1, gradient.shape[-1])


@dataclass(frozen=True)
class ClipScale:
    """‖∇‖ = √Σ squares over all neurons, and c = min(1, limit/‖∇‖).

    Attributes:
        squares: Name of each gradient to that of the sums of its squares, one a neuron.
        size: ‖∇‖.
        scale: c.
    """

    squares: tuple[tuple[str, str], ...]
    size: str
    scale: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        size, scale = tensors[self.size], tensors[self.scale]
        size.fill(0)
        for gradient, squares in self.squares:
            columns = _columns(tensors[gradient])
            np.einsum("ij,ij->j", columns, columns, out=tensors[squares])
            np.add(size, tensors[squares].sum(), out=size)
        np.sqrt(size, out=size)
        limit = context.rates.clipping
        scale.fill(limit / float(size) if limit and float(size) > limit else 1.0)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.scale:
            return self._scale_terms(read, context, stored)
        if name == self.size:
            return self._size_terms(read, stored)
        gradient = next(gradient for gradient, squares in self.squares if squares == name)
        places = range(len(read[gradient])) if read[gradient].ndim == 2 else [None]
        each = [
            element(read, gradient, *(() if place is None else (place,)), index[0])
            for place in places
        ]
        parts = [product(one, one) for one in each]
        formula = Term(f"Σ {symbol(gradient)}² into neuron {index[0]}", stored)
        return summed(stored, parts, [formula])

    def _size_terms(self, read: Tensors, stored: float) -> Terms:
        """√s = Σ s/√s, so that every neuron has its share."""
        sums = [
            element(read, squares, j)
            for _, squares in self.squares
            for j in range(len(read[squares]))
        ]
        exact = float(np.sqrt(sum(each.value for each in sums)))
        what = "one over the root of their sum" if exact else "all of them are 0: so is the root"
        share = Factor("1/‖∇‖", 1 / exact if exact else 0.0, what=what)
        formula = f"√Σ {', '.join(symbol(squares) for _, squares in self.squares)}"
        return summed(stored, [product(share, each) for each in sums], [Term(formula, stored)])

    def _scale_terms(self, read: Tensors, context: StepContext, stored: float) -> Terms:
        limit = Factor("limit", context.rates.clipping, what="the longest gradient that may be")
        size = element(read, self.size)
        if not 0 < limit.value < size.value:
            enough = Term("1: short enough", 1.0, (size, limit), "1, as {} ≤ {}")
            return summed(stored, [enough], [enough])
        term = Term("limit/‖∇‖", limit.value / size.value, (limit, size), "{}/{}")
        return summed(stored, [term], [term])


@dataclass(frozen=True)
class Clip:
    """c·∇W."""

    gradient: str
    scale: str
    clipped: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.multiply(tensors[self.gradient], tensors[self.scale], out=tensors[self.clipped])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        both = product(element(read, self.scale), element(read, self.gradient, *index))
        return summed(stored, [both], [both])


def clip_scale(shapes: dict[str, Shape]) -> Operation:
    """Return by how much all the gradients are shortened.

    Args:
        shapes: Name to shape of every parameter.
    """
    squares = tuple((f"d{name}", f"squares{name}") for name in shapes)
    single = Layout((), batched=False)
    return Operation(
        name="clip",
        phase=Phase.UPDATE,
        layer=max(int(name[1:]) for name in shapes),
        formula="c = min(1, limit/‖∇‖)",
        reads=tuple(gradient for gradient, _ in squares),
        writes=("clip", "size", *(name for _, name in squares)),
        layouts={
            "clip": single,
            "size": single,
            **{
                f"squares{name}": Layout(shape[-1:], batched=False)
                for name, shape in shapes.items()
            },
        },
        kernel=ClipScale(squares, "size", "clip"),
        why="A gradient that is too long would throw the weights far off: it is shortened.",
        torch="norm = torch.nn.utils.clip_grad_norm_(parameters, limit)",
    )


def clip(parameter: str, shape: Shape) -> Operation:
    """Return a parameter's gradient, shortened."""
    gradient, clipped = f"d{parameter}", f"clipped{parameter}"
    return Operation(
        name=clipped,
        phase=Phase.UPDATE,
        layer=int(parameter[1:]),
        formula=f"{symbol(clipped)} = min(1, limit/‖∇‖)·{symbol(gradient)}",
        reads=("clip", gradient),
        writes=(clipped,),
        layouts={clipped: Layout(shape, batched=False)},
        kernel=Clip(gradient, "clip", clipped),
        why="All gradients by the same factor, so that the direction stays.",
        torch=f"{parameter}.grad *= c",
    )
