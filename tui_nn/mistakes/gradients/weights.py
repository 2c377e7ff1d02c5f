"""Mistakes at the gradient of the weights, and where the error goes back through them."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.gradients.slopes import of_other_function, other_function
from tui_nn.mistakes.mistake import Group, Mistake, Operations, Setting, Words
from tui_nn.mistakes.rewording import Recontexted
from tui_nn.nn import derived
from tui_nn.nn.explain import Index, Term, Terms, element, product
from tui_nn.nn.layers.conv2d import ConvolutionAdjoint, KernelGradient
from tui_nn.nn.layers.dense import Adjoint, WeightGradient
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.update import SCRATCH, Update
from tui_nn.nn.optimizers import update
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Axis, Parameter, Role, Tensor


class ReshapedWeightGradient(WeightGradient, frozen=True):
    """∇W = reshape(a)·δ: [B, n] read row by row as [n, B], which is not aᵀ."""

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        a = tensors[self.a.name]
        read = np.empty((a.shape[1], a.shape[0]), a.dtype)
        call_right = super().bind({**tensors, self.a.name: read.T})

        def call(context: StepContext) -> None:
            np.copyto(read, a.reshape(read.shape))
            call_right(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element into the products that it is the sum of."""
        terms = super().terms(read, context, name, index, stored)
        last = terms.steps[0]
        label = last.label.replace(f"{self.a}[r,{index[0]}]", f"reshape({self.a})[{index[0]},r]")
        return replace(terms, steps=(replace(last, label=label),))

    def _products(self, read: Arrays, i: int, j: int) -> list[Term]:
        rows, inputs = read[self.a.name].shape
        places = (divmod(i * rows + row, inputs) for row in range(rows))
        return [
            product(element(read, self.a, *at), element(read, self.delta, row, j))
            for row, at in enumerate(places)
        ]


def _reshaped(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, WeightGradient):
        return None
    if kernel.a.shape[0] < 2:  # a column read as a row has its numbers in the same order
        return None
    fields = {each: getattr(kernel, each) for each in kernel.__struct_fields__}
    a = kernel.a
    made = replace(
        operation,
        formula=operation.formula.replace(f"{a}ᵀ", f"reshape({a})"),
        kernel=ReshapedWeightGradient(**fields),
        why="Read row by row into the other shape: the numbers of samples and inputs are mixed up.",
        torch=f"{kernel.dW.name} = {a}.reshape({a}.T.shape) @ {kernel.delta.name}",
        mistaken=True,
    )
    return (made,)


def others_of_width(program: Program, a: Tensor) -> Iterator[Tensor]:
    """Yield what other layers read and say, of the same width as what one reads."""
    roles = (Role.INPUT, Role.ACTIVATION, Role.DROPPED)
    below = (a.layer or 0) - 1
    found = [
        each
        for each in program.tensors.values()
        if each.role in roles and each.axes[0] is Axis.SAMPLE and each.shape == a.shape
    ]
    found = [each for each in found if each.layer != a.layer]
    yield from sorted(found, key=lambda each: each.layer != below)


def with_input(operation: Operation, other: Tensor) -> Operations:
    """Return a weight gradient with the activations of another layer."""
    kernel = operation.kernel
    assert isinstance(kernel, WeightGradient)
    a, _, *others = operation.reads
    made = replace(
        operation,
        formula=operation.formula.replace(f"{a}ᵀ", f"{other}ᵀ"),
        reads=(other, kernel.delta, *others),
        kernel=replace(kernel, a=other),
        why="Weight gradient = the error × the activations of a layer that these weights do not "
        "read.",
        torch=f"{kernel.dW.name} = {other.name}.T @ {kernel.delta.name}",
        mistaken=True,
    )
    return (made,)


def _of_wrong_layer(operation: Operation, program: Program) -> Operations | None:
    if not _exchangeable(program):
        return of_other_function(operation, program)
    kernel = operation.kernel
    if not isinstance(kernel, WeightGradient):
        return None
    other = next(_below(program, kernel.a), None)
    return None if other is None else with_input(operation, other)


def _exchangeable(program: Program) -> bool:
    """Return whether some weights could be given another layer's activations."""
    gradients = (each.kernel for each in program.operations)
    return any(
        True
        for kernel in gradients
        if isinstance(kernel, WeightGradient)
        for _ in _below(program, kernel.a)
    )


def _below(program: Program, a: Tensor) -> Iterator[Tensor]:
    """Yield what layers further down read, of the same width."""
    found = others_of_width(program, a)
    yield from (each for each in found if (each.layer or 0) < (a.layer or 0))


def _has_no_other(setting: Setting) -> bool:
    program = setting.program
    hidden = range(1, program.network.depth)
    return not (_exchangeable(program) or any(other_function(program, each) for each in hidden))


class EarlyUpdate(Struct, frozen=True):
    """W′ = W − ΔW, before the error has gone back through W.

    Attributes:
        update: The right update of W.
        early: The same of copies.
    """

    update: Update
    early: Update

    def bind(self, tensors: Arrays) -> Call:
        """Return the update of copies of what is updated."""
        own, copies = (
            [tensors[each.name] for each in (update.parameter, *update.slots)]
            for update in (self.update, self.early)
        )
        call_update = self.early.bind(tensors)

        def call(context: StepContext) -> None:
            for source, copy in zip(own, copies, strict=True):
                np.copyto(copy, source)
            call_update(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Explain it as the update that it is."""
        early, own = (
            (each.parameter, each.change, *each.slots) for each in (self.early, self.update)
        )
        right = {one.name: other.name for one, other in zip(early, own, strict=True)}
        return self.update.terms(read, context, right[name], index, stored)


def _early(tensor: Tensor) -> Tensor:
    name, symbol = f"early{tensor.name}", f"{tensor}′"
    title = f"{tensor} as this step's update leaves it"
    return Tensor(
        name,
        Role.STAND_IN,
        symbol,
        tensor.layer,
        tensor,
        tensor.axes,
        tensor.shape,
        buffered=tensor.buffered,
        title=title,
    )


def _updated_early(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Adjoint | ConvolutionAdjoint):
        return None
    if operation not in program.operations:  # ∂L/∂x comes after no update
        return None
    if program.method.clipped or program.method.chunked:
        return None
    W = program.parameters[kernel.W.name]
    return _early_update(W, program), _through(operation, _early(W))


def _early_update(W: Parameter, program: Program) -> Operation:
    """Return the update of copies, which the error then goes back through."""
    gradient = derived.gradient(W)
    right = update(program.optimizer, W, gradient)
    assert isinstance(right.kernel, Update)
    change, *slots = (_early(each) for each in (right.kernel.change, *right.kernel.slots))
    early = program.optimizer.kernel(_early(W), gradient, change, tuple(slots))
    return replace(
        right,
        phase=Phase.BACKWARD,
        formula=right.formula.replace(f"{W} ←", f"{_early(W)} =", 1),
        writes=(_early(W), *slots),
        kernel=EarlyUpdate(right.kernel, early),
        why="The weights are updated here, before the error has gone back through them.",
        scratch=(SCRATCH,),
        mistaken=True,
    )


def _through(operation: Operation, W: Tensor) -> Operation:
    """Return the way back through other weights."""
    kernel = operation.kernel
    assert isinstance(kernel, Adjoint | ConvolutionAdjoint)
    delta, _ = operation.reads
    return replace(
        operation,
        formula=operation.formula.replace(str(kernel.W), str(W)),
        reads=(delta, W),
        kernel=replace(kernel, W=W),
        why="The error goes back through weights that were not those of the forward pass.",
        mistaken=True,
    )


def _double(context: StepContext) -> StepContext:
    return replace(context, rates=replace(context.rates, l2=2 * context.rates.l2))


def _doubly_penalised(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, WeightGradient | KernelGradient) or not kernel.W:
        return None
    made = replace(
        operation,
        formula=operation.formula.replace("λ₂·", "2·λ₂·"),
        kernel=Recontexted(kernel, _double, "λ₂", "2·λ₂"),
        why="The slope of λ₂/2·w² is λ₂·w: here the ½ is forgotten.",
        mistaken=True,
    )
    return (made,)


WEIGHTS = (
    Mistake(
        "weights-updated-too-early",
        "the error goes back through weights that were already updated",
        Group.GRADIENTS,
        Words(
            wrong="W2 -= eta * dW2;  dA1 = dZ2 @ W2.T",
            right="dA1 = dZ2 @ W2.T;  W2 -= eta * dW2",
            sees="With a small η next to nothing: the error is off by η·∇W. With a large one it "
            "trains somewhat otherwise. That is why nobody notices.",
            find="Backprop: an update stands in the middle of the backward pass. ∇ of the last "
            "layer is right, of all before it a little wrong, and the more so the larger η is.",
            source="joelgrus/data-science-from-scratch#31, VikParuchuri/zero_to_gpt#12, "
            "CodingTrain/Toy-Neural-Network-JS#72",
            needs="it needs a hidden layer, a batch of up to 1000 samples and no gradient "
            "clipping, for whose norm the whole backward pass has to be over",
        ),
        _updated_early,
        refuses=lambda setting: (
            setting.program.network.depth < 2
            or setting.program.method.clipped
            or setting.program.method.chunked
        ),
    ),
    Mistake(
        "wrong-layers-activation",
        "a layer's gradient is worked out with the activations, or the activation, of another one",
        Group.GRADIENTS,
        Words(
            wrong="dW2 = A0.T @ dZ2",
            right="dW2 = A1.T @ dZ2",
            sees="Where widths are the same nothing complains: these weights are pushed by what "
            "they never read, and the layer learns next to nothing. Where only the functions "
            "differ, the slope is that of another one.",
            find="Backprop, open (`enter`) an element of ∇W: its terms should be the inputs of "
            "its own layer. A gradient check shows one ∇W wrong, and ∇b right beside it.",
            source="community.deeplearning.ai 402919",
            needs="it needs two layers of the same width, or of different activations",
        ),
        _of_wrong_layer,
        refuses=_has_no_other,
    ),
    Mistake(
        "reshaped-not-transposed",
        "an array is reshaped where it should be transposed",
        Group.GRADIENTS,
        Words(
            wrong="dW = A.reshape(A.shape[1], -1) @ dZ",
            right="dW = A.T @ dZ",
            sees="The shapes fit and nothing complains, but each error meets the input of another "
            "sample: the weights learn next to nothing, and only biases do.",
            find="Backprop, ∇W1 as a picture: nothing of a digit is in it. A gradient check shows "
            "every ∇W wrong, and every ∇b right.",
            source="amanchadha/coursera-deep-learning-specialization#23",
            needs="it needs a dense layer that reads more than one number",
        ),
        _reshaped,
    ),
    Mistake(
        "l2-factor-two",
        "the L2 penalty's slope is 2·λ·W, where the penalty is λ/2·W²",
        Group.GRADIENTS,
        Words(
            wrong="dW += 2 * lam * W",
            right="dW += lam * W",
            sees="It trains as with twice the λ₂ that the recipe says: weights are smaller, and "
            "the loss that is shown is not the one that is minimised.",
            find="A gradient check: every ∇W is wrong by λ₂·W, every ∇b right.",
            source="jingtinghuang/CS231n-Spring-2017#3",
            needs="it needs an L2 penalty: l2 above 0",
        ),
        _doubly_penalised,
        refuses=lambda setting: not setting.rates.l2,
    ),
)
