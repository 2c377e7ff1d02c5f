"""The outputs: what the last layer's numbers become. A new one is a row of ``OUTPUTS``."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, summed
from tui_nn.nn.layers.activation import Activate
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Arrays, Role, Tensor


class Output(Struct, frozen=True):
    """What the last layer's numbers become.

    Attributes:
        name: As recipes spell it.
        operation: Makes the operation, given the last layer's z.
        summary: What it does, for the form.
        single: Whether it may have a single output.
        exclusive: Whether the outputs are the probabilities of classes that exclude each other.
        activation: The elementwise function that it is, or "".
    """

    name: str
    operation: Callable[[Tensor], Operation]
    summary: str
    single: bool = False
    exclusive: bool = False
    activation: str = ""


class Softmax(Struct, frozen=True):
    """p = exp(z − m)/s, with each row's maximum m and sum s of exponentials.

    Subtracting the maximum changes nothing in the ratio and keeps exp from overflowing
    (Goodfellow et al. 2016, section 4.1).
    """

    z: Tensor
    m: Tensor
    s: Tensor
    p: Tensor

    def bind(self, tensors: Arrays) -> Call:
        z, m, s, p = (tensors[each.name] for each in (self.z, self.m, self.s, self.p))

        def call(_: StepContext) -> None:
            np.maximum.reduce(z, axis=1, keepdims=True, out=m)
            np.subtract(z, m, out=p)
            np.exp(p, out=p)
            np.add.reduce(p, axis=1, keepdims=True, out=s)
            np.divide(p, s, out=p)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, classes = index[0], read[self.z.name].shape[1]
        z = [element(read, self.z, row, j) for j in range(classes)]
        if name == self.m.name:
            return _maximum(z, stored)
        m = element(read, self.m, row, 0)
        exponentials = [float(np.exp(factor.value - m.value)) for factor in z]
        if name == self.s.name:
            parts = [
                Term(f"exp({each.label} − {m.label})", value, (each, m), "exp({} − {})")
                for each, value in zip(z, exponentials, strict=True)
            ]
            return summed(stored, parts, [Term(f"Σ exp({self.z}[{row},j] − {m.label})", stored)])
        return _share(z[index[1]], m, element(read, self.s, row, 0), stored)


def _share(z: Factor, m: Factor, s: Factor, stored: float) -> Terms:
    """Explain a probability: exp(z − m)/s."""
    shifted = z.value - m.value
    risen = float(np.exp(shifted))
    power = f"exp({z.label} − {m.label})"
    value = risen / s.value if s.value else math.nan
    whole = Term(f"{power}/{s.label}", value, (z, m, s), "exp({} − {})/{}")
    steps = (
        Term(f"{z.label} − {m.label}", shifted, (z, m), "{} − {}"),
        Term(power, risen, (Factor("z − m", shifted),), "exp({})"),
        Term(whole.label, value, (Factor(power, risen), s), "{}/{}"),
    )
    return summed(stored, [whole], steps)


def _maximum(z: Sequence[Factor], stored: float) -> Terms:
    """Explain the maximum: it is one of the logits."""
    winner = max(z, key=lambda each: each.value)
    # The winner first: from there the way goes on.
    factors = (winner, *(each for each in z if each is not winner))
    label = f"max({z[0].label} … {z[-1].label})"
    whole = Term(label, winner.value, factors, f"max({', '.join('{}' for _ in z)})")
    return summed(stored, [whole], [whole, Term(f"{winner.label}, the largest", winner.value)])


def softmax(z: Tensor) -> Operation:
    """Return the last layer's softmax; it writes p, m and s."""
    p = z.like("p", Role.OUTPUT)
    m = z.like("m", Role.NORMALIZER, of=p, shape=(1,), title="the largest of the logits")
    s = z.like(
        "s",
        Role.NORMALIZER,
        of=p,
        shape=(1,),
        title="the sum of the exponentials, by which each is divided",
    )
    return Operation(
        phase=Phase.FORWARD,
        layer=z.layer or 0,
        formula=f"{p} = softmax({z})",
        reads=(z,),
        writes=(p, m, s),
        kernel=Softmax(z, m, s, p),
        why="Exponentials divided by their sum: the logits become probabilities that add up to 1.",
        torch=f"{p} = F.softmax({z}, dim=1)",
    )


def sigmoids(z: Tensor) -> Operation:
    """Return the last layer's sigmoids, one probability for each output."""
    p = z.like("p", Role.OUTPUT)
    return Operation(
        phase=Phase.FORWARD,
        layer=z.layer or 0,
        formula=f"{p} = sigmoid({z})",
        reads=(z,),
        writes=(p,),
        kernel=Activate(z, p, ACTIVATIONS["sigmoid"]),
        why="The sigmoid maps each logit to a probability from 0 to 1.",
        torch=f"{p} = torch.sigmoid({z})",
    )


OUTPUTS: dict[str, Output] = {
    output.name: output
    for output in (
        Output(
            "softmax",
            softmax,
            "ten probabilities that add up to 1: it is exactly one of the digits",
            exclusive=True,
        ),
        Output(
            "sigmoid",
            sigmoids,
            "each output by itself, from 0 to 1; for a target digit it has to be this",
            single=True,
            activation="sigmoid",
        ),
    )
}
