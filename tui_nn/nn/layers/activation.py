"""An activation function as a layer of its own, with dropout where the training asks for it."""

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, format_element, product, summed
from tui_nn.nn.layers.layer import Connected, Following, Place
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.dropout import drop, mask
from tui_nn.nn.tensor import Arrays, Role, Shape, Tensor


class Activate(Struct, frozen=True):
    """a = f(z), element by element."""

    z: Tensor
    a: Tensor
    activation: Activation

    def bind(self, tensors: Arrays) -> Call:
        function, z, a = self.activation.function, tensors[self.z.name], tensors[self.a.name]
        return lambda _: function(z, a)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        z, a = element(read, self.z, *index), format_element(self.a, index)
        function, steps = self.activation.name, self.activation.working(z, a)
        whole = Term(f"{function}({z.label})", steps[-1].value, (z,), f"{function}({{}})")
        return summed(stored, [whole], steps)

    @property
    def kinks(self) -> tuple[tuple[Tensor, float], ...]:
        """Where f has no derivative."""
        kink = self.activation.kink
        return () if kink is None else ((self.z, kink),)


class HiddenDelta(Struct, frozen=True):
    """δ = ∂L/∂a ⊙ f′(z).

    With dropout also ⊙ mask: no error flows back through units that were dropped.
    """

    error: Tensor
    z: Tensor
    a: Tensor
    slope: Tensor
    delta: Tensor
    activation: Activation
    mask: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        used = (self.error, self.z, self.a, self.slope, self.delta)
        error, z, a, slope, delta = (tensors[each.name] for each in used)
        mask = tensors[self.mask.name] if self.mask else None
        function = self.activation.slope

        def call(_: StepContext) -> None:
            function(z, a, slope)
            np.multiply(error, slope, out=delta)
            if mask is not None:
                np.multiply(delta, mask, out=delta)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.slope.name:
            pair = element(read, self.z, *index), element(read, self.a, *index)
            return slope_terms(self.activation, *pair, format_element(self.slope, index), stored)
        factors = [element(read, self.error, *index), element(read, self.slope, *index)]
        if self.mask:
            factors.append(element(read, self.mask, *index))
        whole = product(*factors)
        return summed(stored, [whole], [whole])


def slope_terms(activation: Activation, z: Factor, a: Factor, slope: str, stored: float) -> Terms:
    """Explain f′(z), which a formula calls ``slope``."""
    steps = activation.slope_working(z, a, slope)
    return summed(stored, [next(step for step in steps if step.factors)], steps)


def activate(z: Tensor, a: Tensor, activation: Activation) -> Operation:
    """Return ``a = f(z)``."""
    return Operation(
        phase=Phase.FORWARD,
        layer=z.layer or 0,
        formula=f"{a} = {activation.name}({z})",
        reads=(z,),
        writes=(a,),
        kernel=Activate(z, a, activation),
        why=activation.why,
        torch=f"{a} = {activation.torch.replace('z', z.name)}",
    )


def hidden_delta(
    error: Tensor, z: Tensor, a: Tensor, activation: Activation, mask: Tensor | None
) -> Operation:
    """Return δ of a hidden layer, given ∂L/∂a."""
    delta, slope = derived.error(z), derived.slope(z, activation.name)
    through = f"{slope} ⊙ {mask}" if mask else f"{slope}"
    return Operation(
        phase=Phase.BACKWARD,
        layer=z.layer or 0,
        formula=f"{delta} = {error} ⊙ {through}",
        reads=(error, z, a, *filter(None, [mask])),
        writes=(delta, slope),
        kernel=HiddenDelta(error, z, a, slope, delta, activation, mask),
        why="The chain rule through the activation: the error × the activation's slope at z.",
        torch=f"loss.backward()  # {z}.grad",
    )


class ActivationLayer(Following, frozen=True):
    """a = f(z), and h = a ⊙ mask where this layer has dropout.

    Attributes:
        name: The activation's name.
    """

    name: str

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        activation = ACTIVATIONS[self.name]
        a = inputs.like(f"a{place.number}", Role.ACTIVATION)
        operations, output, silenced = [activate(inputs, a, activation)], a, None
        if method.drops(place.number):
            operations += [draw := mask(a), dropped := drop(a, draw.result)]
            output, silenced = dropped.result, draw.result

        def adjoint(error: Tensor) -> tuple[Operation, ...]:
            return (hidden_delta(error, inputs, a, activation, silenced),)

        return Connected(output, tuple(operations), adjoint)
