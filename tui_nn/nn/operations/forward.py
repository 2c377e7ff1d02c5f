"""Forward: from pixels to probabilities."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.activations import Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.tensors import Layout, Tensors


@dataclass(frozen=True)
class Affine:
    """z = a·W + b, a row a sample: a is [B, n], W is [n, m], b is [m], z is [B, m]."""

    a: str
    W: str
    b: str
    z: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        z = tensors[self.z]
        np.matmul(tensors[self.a], tensors[self.W], out=z)
        np.add(z, tensors[self.b], out=z)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, neuron = index
        inputs = read[self.W].shape[0]
        weighted = [
            product(element(read, self.a, row, i), element(read, self.W, i, neuron))
            for i in range(inputs)
        ]
        return summed(stored, [*weighted, product(element(read, self.b, neuron))])


@dataclass(frozen=True)
class Activate:
    """a = f(z), element by element."""

    z: str
    a: str
    activation: Activation

    def run(self, tensors: Tensors, context: StepContext) -> None:
        self.activation.function(tensors[self.z], tensors[self.a])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        z = element(read, self.z, *index)
        return summed(stored, self.activation.terms(z), [z])


@dataclass(frozen=True)
class Softmax:
    """p = exp(z − m)/s, with each row's maximum m and sum s of exponentials.

    Subtracting the maximum changes nothing in the ratio and keeps exp from overflowing
    (Goodfellow et al. 2016, section 4.1).
    """

    z: str
    m: str
    s: str
    p: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        z, m, s, p = (tensors[name] for name in (self.z, self.m, self.s, self.p))
        np.max(z, axis=1, keepdims=True, out=m)
        np.subtract(z, m, out=p)
        np.exp(p, out=p)
        np.sum(p, axis=1, keepdims=True, out=s)
        np.divide(p, s, out=p)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, chosen = index[0], index[1]
        z = [element(read, self.z, row, j) for j in range(read[self.z].shape[1])]
        highest = max(z, key=lambda factor: factor.value)
        if name == self.m:
            return summed(stored, [product(highest)])
        exponentials = [np.exp(factor.value - highest.value) for factor in z]
        if name == self.s:
            parts = [
                Term(f"exp({factor.label} − max)", float(value), (factor, highest))
                for factor, value in zip(z, exponentials, strict=True)
            ]
            return summed(stored, parts)
        total = float(sum(exponentials))
        # The classes share 1 between them: what the others do not take is this one's.
        shares = [
            Term(f"−exp({factor.label} − max)/Σ", -float(value) / total, (factor, highest))
            for j, (factor, value) in enumerate(zip(z, exponentials, strict=True))
            if j != chosen
        ]
        steps = (
            z[chosen],
            Factor("max z", highest.value, highest.name, highest.index),
            Factor("exp(z − max)", float(exponentials[chosen])),
            Factor("Σ exp(z − max)", total),
        )
        return summed(stored, [Term("1", 1.0), *shares], steps)


def affine(layer: int, width: int) -> Operation:
    """Return ``z = a·W + b`` of a layer with ``width`` neurons."""
    a, W, b, z = f"a{layer - 1}", f"W{layer}", f"b{layer}", f"z{layer}"
    return Operation(
        name=z,
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"{z} = {a}·{W} + {b}",
        reads=(a, W, b),
        writes=(z,),
        layouts={z: Layout((width,))},
        kernel=Affine(a, W, b, z),
        why="Each neuron weighs all the inputs and adds its bias.",
        torch=f"{z} = F.linear({a}, {W}.T, {b})",
    )


def activate(layer: int, width: int, activation: Activation) -> Operation:
    """Return ``a = f(z)`` of a hidden layer."""
    z, a = f"z{layer}", f"a{layer}"
    return Operation(
        name=a,
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"{a} = {activation.name}({z})",
        reads=(z,),
        writes=(a,),
        layouts={a: Layout((width,))},
        kernel=Activate(z, a, activation),
        why=activation.why,
        torch=f"{a} = {activation.torch.replace('z', z)}",
    )


def softmax(layer: int, width: int) -> Operation:
    """Return the last layer's softmax."""
    z = f"z{layer}"
    return Operation(
        name="p",
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"p = softmax({z})",
        reads=(z,),
        writes=("p", "m", "s"),
        layouts={"p": Layout((width,)), "m": Layout((1,)), "s": Layout((1,))},
        kernel=Softmax(z, "m", "s", "p"),
        why="Exponentials, divided by their sum, turn the last layer's numbers into probabilities.",
        torch=f"p = F.softmax({z}, dim=1)",
    )
