"""The convolution: z[o] = Σ kernel[o] ⊙ patch + b[o] at every place of a window.

As everywhere in this field, the kernel is not turned round (Goodfellow et al. 2016, equation 9.6).
The patches are copied side by side, so that it is a product of matrices, and so is each gradient:
Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document
Processing (2006). In memory the samples lie innermost, [C, H, W, B].
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.layers.layer import Connected, Numbered, Place, make_bias
from tui_nn.nn.layers.patches import blocks, rows_at_once
from tui_nn.nn.layers.window import NO_WINDOW, Window, innermost, window_of
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.penalty import add_penalty_slope, penalty_slope_terms
from tui_nn.nn.short_products import parts
from tui_nn.nn.tensor import Array, Arrays, Axis, Parameter, Role, Shape, Tensor

PICTURE = (Axis.SAMPLE, Axis.CHANNEL, Axis.ROW, Axis.COLUMN)


def _matrix(kernels: Array) -> Array:
    """Return kernels [C, rows, columns, O] as [C·rows·columns, O]."""
    return kernels.reshape(-1, kernels.shape[-1])


def _lines(pictures: Array) -> Array:
    """Return pictures [B, C, H, W] as [C, H·W·B]."""
    return innermost(pictures).reshape(pictures.shape[1], -1)


class Convolve(Struct, frozen=True):
    """z = W ⋆ a + b.

    Attributes:
        a: The pictures, [B, C, H, W].
        W: The kernels, [C, rows, columns, O].
        b: [O].
        z: [B, O, H′, W′].
        window: How the kernels move.
        patches: Scratch: what is under the window in some rows of places.
        padded: Scratch: the pictures with their padding, where they have one. ∇W uses it again.
    """

    a: Tensor
    W: Tensor
    b: Tensor
    z: Tensor
    window: Window
    patches: Tensor
    padded: Tensor | None

    def bind(self, tensors: Arrays) -> Call:
        a, W, b = (tensors[each.name] for each in (self.a, self.W, self.b))
        z, patches = _lines(tensors[self.z.name]), innermost(tensors[self.patches.name])
        pad = None
        picture = innermost(a)
        if self.padded:
            picture = innermost(tensors[self.padded.name])
            pad = _Padding(innermost(a), picture, self.window.padding)
        kernels, offset = _matrix(W).T, b[:, None]
        products = []
        for block in blocks(self.window, picture, self.z.shape, patches):
            columns, out = block.columns, z[:, block.places]
            slices = parts(out.shape[1], kernels.size)
            products.append((block, [(columns[:, each], out[:, each]) for each in slices]))

        def call(_: StepContext) -> None:
            if pad is not None:
                pad()
            for block, pairs in products:
                block.copy()
                for columns, out in pairs:
                    np.matmul(kernels, columns, out=out)
            np.add(z, offset, out=z)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, unit, y, x = index
        parts = [
            product(element(read, self.a, row, c, v, h), element(read, self.W, c, i, j, unit))
            for c in range(self.a.shape[0])
            for i, j, v, h in self.window.seen_at(y, x, self.a.shape)
        ]
        formula = f"Σ {self.a}[{row}, patch at {y},{x}] ⊙ {self.W}[:,:,:,{unit}] + {self.b}[{unit}]"
        bias = product(element(read, self.b, unit))
        return summed(stored, [*parts, bias], [Term(formula, stored)])

    def narrow(self, tensors: Arrays, parameter: str, index: Index) -> Arrays:
        """Return the arrays of one kernel: the other maps do not depend on it."""
        unit = slice(index[-1], index[-1] + 1)
        own = {each.name: tensors[each.name][..., unit] for each in (self.W, self.b)}
        return {**tensors, **own, self.z.name: tensors[self.z.name][:, unit]}


class _Padding:
    """Copies pictures into larger ones, with 0 around them."""

    def __init__(self, source: Array, target: Array, width: int) -> None:
        """Prepare to copy [C, H, W, B] into [C, H + 2·width, W + 2·width, B]."""
        inside = slice(width, -width)
        self._source, self._inside = source, target[:, inside, inside]
        # The buffer is shared by batches of all sizes, so what is 0 for one is not for another.
        self._borders = (
            target[:, :width],
            target[:, -width:],
            target[:, inside, :width],
            target[:, inside, -width:],
        )

    def __call__(self) -> None:
        for border in self._borders:
            border.fill(0)
        np.copyto(self._inside, self._source)


class ConvolutionAdjoint(Struct, frozen=True):
    """∂L/∂a: the error of each element is the sum over the places that see it, times the kernel.

    Attributes:
        delta: [B, O, H′, W′].
        W: The kernels.
        error: [B, C, H, W].
        window: How the kernels move.
        part: Scratch: the error that one element of the kernel sends to each place.
    """

    delta: Tensor
    W: Tensor
    error: Tensor
    window: Window
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        delta, W = _lines(tensors[self.delta.name]), tensors[self.W.name]
        error, part = (innermost(tensors[each.name]) for each in (self.error, self.part))
        lines = part.reshape(len(part), -1)
        (_, height, width), (_, rows, across) = self.error.shape, self.delta.shape
        corners = []  # one at a time: all patches at once would not stay in the cache
        for i, j in self.window.corners:
            outputs, inside = self.window.reach(i, height, rows)
            outputs_across, inside_across = self.window.reach(j, width, across)
            target, sent = error[:, inside, inside_across], part[:, outputs, outputs_across]
            corners.append((W[:, i, j], target, sent))

        def call(_: StepContext) -> None:
            error.fill(0)
            for weights, target, sent in corners:
                np.matmul(weights, delta, out=lines)
                np.add(target, sent, out=target)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, channel, v, h = index
        parts = [
            product(
                element(read, self.delta, row, o, y, x), element(read, self.W, channel, i, j, o)
            )
            for o in range(self.delta.shape[0])
            for i, j, y, x in self.window.seeing(v, h, self.delta.shape)
        ]
        formula = f"Σ {self.delta}[{row}, places that see it]·{self.W}[{channel},:,:,:]"
        return summed(stored, parts or [NO_WINDOW], [Term(formula, stored)])


class KernelGradient(Struct, frozen=True):
    """∇W: the sum over samples and places of what was under the kernel, times δ there.

    Attributes:
        a: The layer's pictures.
        delta: Its δ.
        dW: As W.
        window: How the kernels move.
        patches: Scratch: what is under the window in some rows of places.
        sum: Scratch: as W, the sum over these places.
        padded: The pictures with their padding, as the forward pass of the same step left them, or
            None without.
        before: The sum over the earlier chunks of the batch, or None without chunks.
        W: The kernels, where large ones are penalised, or None.
        scratch: A buffer of their shape for the derivative of the penalty.
    """

    a: Tensor
    delta: Tensor
    dW: Tensor
    window: Window
    patches: Tensor
    sum: Tensor
    padded: Tensor | None = None
    before: Tensor | None = None
    W: Tensor | None = None
    scratch: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        delta, dW = _lines(tensors[self.delta.name]).T, tensors[self.dW.name]
        picture = innermost(tensors[(self.padded or self.a).name])
        buffer, part = innermost(tensors[self.patches.name]), _matrix(tensors[self.sum.name])
        first, *others = (
            (block, delta[block.places])
            for block in blocks(self.window, picture, self.delta.shape, buffer)
        )
        out = _matrix(dW)
        before = tensors[self.before.name] if self.before else None
        penalised = None
        if self.W and self.scratch:
            penalised = tensors[self.W.name], tensors[self.scratch.name]

        def call(context: StepContext) -> None:
            block, errors = first
            np.matmul(block.copy(), errors, out=out)
            for block, errors in others:
                np.matmul(block.copy(), errors, out=part)
                np.add(out, part, out=out)
            if before is not None:
                np.add(dW, before, out=dW)
            if penalised is not None:
                add_penalty_slope(dW, *penalised, context.rates)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        channel, i, j, unit = index
        parts = list(self._products(read, channel, i, j, unit))
        formula = f"Σ {self.a}[r,{channel}, {i},{j} of the patch]·{self.delta}[r,{unit}, place]"
        if self.before:
            parts.append(product(element(read, self.before, *index)))
            formula += " + the sum over the chunks before"
        if self.W:
            weight = element(read, self.W, *index)
            parts += penalty_slope_terms(weight, context.rates)
            formula += f" + λ₂·{weight.label} + λ₁·sign({weight.label})"
        return summed(stored, parts or [NO_WINDOW], [Term(formula, stored)])

    def _products(self, read: Arrays, channel: int, i: int, j: int, unit: int) -> Iterator[Term]:
        """Yield the products of all samples and places, but for those that are 0."""
        a, delta = read[self.a.name][:, channel], read[self.delta.name][:, unit]
        (_, height, width), (_, rows, across) = self.a.shape, self.delta.shape
        y, v = self.window.reach(i, height, rows)
        x, h = self.window.reach(j, width, across)
        with np.errstate(all="ignore"):
            found = _nonzero(a[:, v, h] * delta[:, y, x])
        step = self.window.stride
        for row, down, right in found:
            yield product(
                element(read, self.a, row, channel, v.start + step * down, h.start + step * right),
                element(read, self.delta, row, unit, y.start + down, x.start + right),
            )


def _nonzero(values: Array) -> list[list[int]]:
    """Return where values are not 0; of those that all are, the first."""
    places: list[list[int]] = np.argwhere(values).tolist()
    return places or [[0] * values.ndim] * bool(values.size)


class MapGradient(Struct, frozen=True):
    """∇b = Σ δ over samples and places, as the product of δ with ones."""

    delta: Tensor
    db: Tensor
    before: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        delta, db = _lines(tensors[self.delta.name]), tensors[self.db.name]
        ones = np.ones(delta.shape[1], delta.dtype)
        before = tensors[self.before.name] if self.before else None

        def call(_: StepContext) -> None:
            np.matmul(delta, ones, out=db)
            if before is not None:
                np.add(db, before, out=db)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        (unit,) = index
        one = Factor("1", 1.0, what="the input of a bias, which is always 1")
        found = _nonzero(read[self.delta.name][:, unit])
        parts = [product(one, element(read, self.delta, r, unit, y, x)) for r, y, x in found]
        formula = f"Σ 1·{self.delta}[r,{unit}, place]"
        if self.before:
            parts.append(product(element(read, self.before, *index)))
            formula += " + the sum over the chunks before"
        return summed(stored, parts, [Term(formula, stored)])


class Conv2d(Numbered, frozen=True):
    """Kernels that move over pictures.

    Attributes:
        units: How many kernels: channels of the output.
        window: Their size, stride and padding.
    """

    units: int
    window: Window

    def output_shape(self, inputs: Shape) -> Shape:
        return self.window.output_shape(inputs, self.units)

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        """Return W [in, rows, columns, out], which decays, and b [out].

        The output comes last, as in a dense layer's weights; PyTorch has it first.
        """
        number, channels = place.number, place.inputs[0]
        size = self.window.rows * self.window.columns
        W = Parameter(
            name=f"W{number}",
            role=Role.WEIGHT,
            layer=number,
            axes=(Axis.CHANNEL, Axis.ROW, Axis.COLUMN, Axis.UNIT),
            shape=(channels, *self.window.size, self.units),
            fans=(channels * size, self.units * size),
            decays=True,
            torch_name=f"{place.position}.weight",
            torch_axes=(3, 0, 1, 2),
        )
        return W, make_bias(place, self.units)

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        W, b = self.parameters(place)
        z = Tensor(
            name=f"z{place.number}",
            role=Role.PRE_ACTIVATION,
            layer=place.number,
            axes=PICTURE,
            shape=self.output_shape(inputs.shape),
        )
        made = Convolution(inputs, W, b, z, self.window, method)
        return Connected(z, (made.forward(),), lambda delta: (made.adjoint(delta),), made.gradients)


class Convolution(Struct, frozen=True):
    """A convolution in a program: makes its operations."""

    a: Tensor
    W: Parameter
    b: Parameter
    z: Tensor
    window: Window
    method: Method

    def _scratch(self, name: str, *sizes: int) -> Tensor:
        axes = (*PICTURE, *(Axis.ROW, Axis.COLUMN)[: len(sizes) - 3])
        return Tensor(f"{name}{self.z.layer}", Role.SCRATCH, axes=axes, shape=sizes, scratch=True)

    def _patches(self) -> Tensor:
        channels, (_, _, width) = self.a.shape[0], self.z.shape
        rows = rows_at_once(self.window, channels, self.z.shape)
        return self._scratch("patches", channels, *self.window.size, rows, width)

    def _padded(self) -> Tensor | None:
        padding, (channels, *sizes) = self.window.padding, self.a.shape
        grown = [size + 2 * padding for size in sizes]
        return self._scratch("padded", channels, *grown) if padding else None

    def forward(self) -> Operation:
        """Return ``z = conv2d(a, W) + b``."""
        padding, stride = self.window.padding, self.window.stride
        padded, patches = self._padded(), self._patches()
        kernels = f"{self.W}.permute(3, 0, 1, 2)"
        return Operation(
            phase=Phase.FORWARD,
            layer=self.z.layer or 0,
            formula=f"{self.z} = conv2d({self.a}, {self.W}) + {self.b}",
            reads=(self.a, self.W, self.b),
            writes=(self.z,),
            kernel=Convolve(self.a, self.W, self.b, self.z, self.window, patches, padded),
            why="Each kernel moves over the picture; everywhere, it is a weighted sum of a patch.",
            torch=f"{self.z} = F.conv2d({self.a}, {kernels}, {self.b}, {stride}, {padding})",
            scratch=(patches, *filter(None, [padded])),
        )

    def adjoint(self, delta: Tensor) -> Operation:
        """Return ∂L/∂a."""
        error = derived.error(self.a)
        part = self._scratch("scattered", self.a.shape[0], *self.z.shape[1:])
        return Operation(
            phase=Phase.BACKWARD,
            layer=self.z.layer or 0,
            formula=f"{error} = conv2dᵀ({delta}, {self.W})",
            reads=(delta, self.W),
            writes=(error,),
            kernel=ConvolutionAdjoint(delta, self.W, error, self.window, part),
            why="Each element's error = the errors of all places that saw it × the kernel there.",
            torch=f"loss.backward()  # {self.a}.grad",
            scratch=(part,),
        )

    def gradients(self, delta: Tensor) -> tuple[Operation, ...]:
        """Return ∇W and ∇b."""
        return self._kernel_gradient(delta), self._map_gradient(delta)

    def _kernel_gradient(self, delta: Tensor) -> Operation:
        dW, patches, padded = derived.gradient(self.W), self._patches(), self._padded()
        part = self.W.like(f"sum{self.W}", Role.SCRATCH, scratch=True)
        before = derived.chunk_sum(dW) if self.method.chunked else None
        W = self.W if self.method.penalised else None
        scratch = derived.penalty_scratch(self.W) if W else None
        return Operation(
            phase=Phase.BACKWARD,
            layer=self.z.layer or 0,
            formula=f"{dW} = Σ patches of {self.a} × {delta}"
            + (f" + {before}" if before else "")
            + (f" + λ₂·{W} + λ₁·sign({W})" if W else ""),
            reads=(self.a, delta, *_given(before, W)),
            writes=(dW,),
            kernel=KernelGradient(
                self.a, delta, dW, self.window, patches, part, padded, before, W, scratch
            ),
            why="Kernel gradient = the patch × the error there, summed over places and the batch.",
            torch=f"loss.backward()  # {self.W}.grad",
            scratch=(patches, part, *_given(scratch)),
            left=_given(padded),
        )

    def _map_gradient(self, delta: Tensor) -> Operation:
        db = derived.gradient(self.b)
        before = derived.chunk_sum(db) if self.method.chunked else None
        return Operation(
            phase=Phase.BACKWARD,
            layer=self.z.layer or 0,
            formula=f"{db} = Σ {delta} over places and batch" + (f" + {before}" if before else ""),
            reads=(delta, *_given(before)),
            writes=(db,),
            kernel=MapGradient(delta, db, before),
            why="Bias gradient = the error summed over all places and the batch: it is everywhere.",
            torch=f"loss.backward()  # {self.b}.grad",
        )


def _given(*tensors: Tensor | None) -> tuple[Tensor, ...]:
    return tuple(each for each in tensors if each is not None)


def make_conv2d(words: Sequence[str]) -> Conv2d:
    """Return the layer of the words ``6 5x5 [stride 2] [pad 2]``."""
    units, size, *options = words
    return Conv2d(int(units), window_of(size, options, stride=1))
