"""Forward: from pixels to probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_nn.nn.activations import ACTIVATIONS, Activation
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
        formula = f"Σ {self.a}[{row},i]·{self.W}[i,{neuron}] + {self.b}[{neuron}]"
        bias = product(element(read, self.b, neuron))
        return summed(stored, [*weighted, bias], [Term(formula, stored)])


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
        z, bend = element(read, self.z, *index), self.activation.name
        formula = Term(f"{bend}({z.label})", stored, (z,), f"{bend}({{}})")
        return summed(stored, self.activation.terms(z), [formula])


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
        np.maximum.reduce(z, axis=1, keepdims=True, out=m)
        np.subtract(z, m, out=p)
        np.exp(p, out=p)
        np.add.reduce(p, axis=1, keepdims=True, out=s)
        np.divide(p, s, out=p)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, classes = index[0], read[self.z].shape[1]
        z = [element(read, self.z, row, j) for j in range(classes)]
        if name == self.m:
            return _maximum(z, stored)
        m = element(read, self.m, row, 0)
        exponentials = [float(np.exp(factor.value - m.value)) for factor in z]
        if name == self.s:
            parts = [
                Term(f"exp({each.label} − {m.label})", value, (each, m), "exp({} − {})")
                for each, value in zip(z, exponentials, strict=True)
            ]
            return summed(stored, parts, [Term(f"Σ exp({self.z}[{row},j] − {m.label})", stored)])
        return self._shares(z, m, element(read, self.s, row, 0), exponentials, index[1], stored)

    def _shares(
        self,
        z: Sequence[Factor],
        m: Factor,
        s: Factor,
        exponentials: Sequence[float],
        chosen: int,
        stored: float,
    ) -> Terms:
        """The classes share 1 between them: what the others do not take is this one's."""
        # s is rounded; with it, the rest of 1 would be all rounding where p is small.
        exact = sum(exponentials)
        others = [
            Term(
                f"−exp({each.label} − {m.label})/{s.label}",
                -value / exact,
                (each, m, s),
                "−exp({} − {})/{}",
            )
            for j, (each, value) in enumerate(zip(z, exponentials, strict=True))
            if j != chosen
        ]
        own, shifted = z[chosen], z[chosen].value - m.value
        power = f"exp({own.label} − {m.label})"
        steps = (
            Term(f"{own.label} − {m.label}", shifted, (own, m), "{} − {}"),
            Term(power, exponentials[chosen], (Factor("z − m", shifted),), "exp({})"),
            Term(f"{power}/{s.label}", stored, (Factor(power, exponentials[chosen]), s), "{}/{}"),
        )
        return summed(stored, [Term("1 for all", 1.0), *others], steps)


def _maximum(z: Sequence[Factor], stored: float) -> Terms:
    """The logit that won, and the others with a nought before them."""
    winner = max(range(len(z)), key=lambda j: z[j].value)
    gates = [
        Factor("[wins]", float(j == winner), what="1 for the largest logit, 0 for the others")
        for j in range(len(z))
    ]
    parts = [product(each, gate) for each, gate in zip(z, gates, strict=True)]
    formula = f"max({z[0].label} … {z[-1].label})"
    return summed(stored, parts, [Term(formula, stored, (z[winner],), "{}")])


def affine(layer: int, width: int, a: str) -> Operation:
    """Return ``z = a·W + b`` of a layer with ``width`` neurons, which reads ``a``."""
    W, b, z = f"W{layer}", f"b{layer}", f"z{layer}"
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


def sigmoids(layer: int, width: int) -> Operation:
    """Return the last layer's sigmoids: each output is a question of its own."""
    z, sigmoid = f"z{layer}", ACTIVATIONS["sigmoid"]
    return Operation(
        name="p",
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"p = sigmoid({z})",
        reads=(z,),
        writes=("p",),
        layouts={"p": Layout((width,))},
        kernel=Activate(z, "p", sigmoid),
        why="Each output is bent into 0 to 1: how sure the network is of a yes.",
        torch=f"p = torch.sigmoid({z})",
    )
