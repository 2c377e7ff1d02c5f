"""Update: the parameters move against their gradients."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Layout, Shape, Tensors


@dataclass(frozen=True)
class GradientDescent:
    """W ← W − η·∇W, plain gradient descent (Goodfellow et al. 2016, algorithm 8.1)."""

    parameter: str
    gradient: str
    change: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        parameter, change = tensors[self.parameter], tensors[self.change]
        np.multiply(tensors[self.gradient], context.learning_rate, out=change)
        np.subtract(parameter, change, out=parameter)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        eta = Factor("η", context.learning_rate, what="the learning rate")
        gradient = element(read, self.gradient, *index)
        if name == self.change:
            return summed(stored, [product(eta, gradient)], [product(eta, gradient)])
        before = element(read, self.parameter, *index)
        formula = Term(
            f"{before.label} − η·{gradient.label}", stored, (before, eta, gradient), "{} − {} × {}"
        )
        return summed(stored, [product(before), product(eta, gradient, sign=-1)], [formula])


def gradient_descent(layer: int, kind: str, shape: Shape) -> Operation:
    """Return the update of a layer's weights (``kind`` W) or biases (b)."""
    parameter, gradient, change = f"{kind}{layer}", f"d{kind}{layer}", f"change{kind}{layer}"
    return Operation(
        name=parameter,
        phase=Phase.UPDATE,
        layer=layer,
        formula=f"{parameter} ← {parameter} − η·{symbol(gradient)}",
        reads=(parameter, gradient),
        writes=(parameter, change),
        layouts={change: Layout(shape, batched=False)},
        kernel=GradientDescent(parameter, gradient, change),
        why="A small step downhill: each one moves against its gradient, η long.",
        torch=f"optimizer.step()  # {parameter}",
    )
