"""Batch normalisation, between a layer's sums and their activation.

While it trains, a unit's sums are brought to mean 0 and variance 1 over the batch, then scaled by
γ and shifted by β, which are learnt. When it is measured or probed there may be no batch to speak
of: running statistics, which each step moves a little and nobody learns, stand in.

Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal
Covariate Shift (2015), algorithms 1 and 2.
"""

from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.layers.layer import Connected, Place
from tui_nn.nn.layers.normalizing import MOMENTUM, Follow, Mean, Normalize, ScaleShift, Variance
from tui_nn.nn.layers.normalizing_back import (
    BetaGradient,
    GammaGradient,
    MeanError,
    NormalizedAdjoint,
    Scaled,
    VarianceError,
)
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Kernel, Operation, Phase
from tui_nn.nn.tensor import Axis, Kept, Parameter, Role, Shape, Tensor


class BatchNorm(Struct, frozen=True):
    """Brings a layer's sums to a mean and a variance of their own."""

    @property
    def numbered(self) -> bool:
        return False

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        """Return γ, which begins at 1, and β, which begins at 0; neither decays."""
        return tuple(
            Parameter(
                name=f"{name}{place.number}",
                symbol=f"{letter}{place.number}",
                role=role,
                layer=place.number,
                axes=(Axis.UNIT,),
                shape=place.inputs[:1],
                initial=initial,
                torch_name=f"{place.position}.{theirs}",
                torch_axes=(0,),
            )
            for name, letter, role, initial, theirs in (
                ("gamma", "γ", Role.GAMMA, 1.0, "weight"),
                ("beta", "β", Role.BETA, 0.0, "bias"),
            )
        )

    def statistics(self, place: Place) -> tuple[Kept, ...]:
        """Return the running mean, which begins at 0, and the running variance, which does at 1."""
        return tuple(
            Kept(
                name=f"{name}{place.number}",
                role=Role.RUNNING,
                layer=place.number,
                axes=(Axis.UNIT,),
                shape=place.inputs[:1],
                title=title,
                initial=initial,
                torch_name=f"{place.position}.{name}",
                torch_axes=(0,),
            )
            for name, initial, title in (
                ("running_mean", 0.0, "the running mean, for when it is measured"),
                ("running_var", 1.0, "the running variance, for when it is measured"),
            )
        )

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        (gamma, beta), (mean, variance) = self.parameters(place), self.statistics(place)
        made = _Normalization(inputs, gamma, beta, mean, variance)
        if method.measuring:
            return Connected(made.out, made.measuring(), made.adjoint_measuring, made.gradients)
        return Connected(made.out, made.training(), made.adjoint, made.gradients, made.following())


class _Normalization(Struct, frozen=True):
    """A batch normalisation in a program: makes its operations."""

    z: Tensor
    gamma: Parameter
    beta: Parameter
    running_mean: Kept
    running_variance: Kept

    def _like_gamma(self, name: str, role: Role, symbol: str, title: str) -> Tensor:
        number = self.z.layer
        return self.gamma.like(f"{name}{number}", role, f"{symbol}{number}", of=None, title=title)

    @property
    def mean(self) -> Tensor:
        """μ, of the batch."""
        return self._like_gamma("mean", Role.STATISTIC, "μ", "the mean over the batch")

    @property
    def variance(self) -> Tensor:
        """σ², of the batch."""
        return self._like_gamma("var", Role.STATISTIC, "σ²", "the variance over the batch")

    @property
    def inverse(self) -> Tensor:
        """1/σ."""
        title = "one over the root of the variance"
        return self._like_gamma("inverse", Role.STATISTIC, "1/σ", title)

    @property
    def normal(self) -> Tensor:
        """ẑ."""
        number = self.z.layer
        return self.z.like(f"zhat{number}", Role.NORMALIZED, f"ẑ{number}", of=None)

    @property
    def out(self) -> Tensor:
        """n, what the activation reads."""
        return self.z.like(f"n{self.z.layer}", Role.SCALED, of=None)

    @property
    def _part(self) -> Tensor:
        return self.z.like(f"centred{self.z.layer}", Role.SCRATCH, scratch=True)

    @property
    def _over(self) -> str:
        return "batch and places" if Axis.ROW in self.z.axes else "the batch"

    @property
    def _axes(self) -> str:
        return "(0, 2, 3)" if Axis.ROW in self.z.axes else "0"

    def _operation(
        self,
        phase: Phase,
        formula: str,
        reads: tuple[Tensor, ...],
        writes: tuple[Tensor, ...],
        kernel: Kernel,
        why: str,
        torch: str,
        scratch: tuple[Tensor, ...] = (),
    ) -> Operation:
        layer = self.z.layer or 0
        return Operation(phase, layer, formula, reads, writes, kernel, why, torch, scratch)

    def training(self) -> tuple[Operation, ...]:
        """Return the forward pass with the statistics of the batch."""
        z, mean, variance = self.z, self.mean, self.variance
        return (
            self._operation(
                Phase.FORWARD,
                f"{mean} = mean of {z} over {self._over}",
                (z,),
                (mean,),
                Mean(z, mean),
                "Batch norm: where the sums of each unit lie in this batch.",
                f"{mean.name} = {z}.mean({self._axes})",
            ),
            self._operation(
                Phase.FORWARD,
                f"{variance} = mean of ({z} − {mean})² over {self._over}",
                (z, mean),
                (variance,),
                Variance(z, mean, variance, self._part),
                "How far from their mean the sums of each unit are spread in this batch.",
                f"{variance.name} = {z}.var({self._axes}, unbiased=False)",
                (self._part,),
            ),
            self._normalize(
                mean,
                variance,
                "Each unit's sums get mean 0 and variance 1: the layer after it can rely on that.",
            ),
            self._scale(),
        )

    def measuring(self) -> tuple[Operation, ...]:
        """Return the forward pass with the running statistics."""
        why = "Measuring uses the running statistics: no sample depends on those beside it."
        normal = self._normalize(self.running_mean, self.running_variance, why)
        return normal, self._scale()

    def _normalize(self, mean: Tensor, variance: Tensor, why: str) -> Operation:
        z, normal, inverse = self.z, self.normal, self.inverse
        return self._operation(
            Phase.FORWARD,
            f"{normal} = ({z} − {mean})/√({variance} + ε)",
            (z, mean, variance),
            (normal, inverse),
            Normalize(z, mean, variance, normal, inverse),
            why,
            f"{normal.name} = F.batch_norm({z}, …)  # its own {mean.name} and {variance.name}",
        )

    def _scale(self) -> Operation:
        normal, gamma, beta, out = self.normal, self.gamma, self.beta, self.out
        return self._operation(
            Phase.FORWARD,
            f"{out} = {gamma}·{normal} + {beta}",
            (normal, gamma, beta),
            (out,),
            ScaleShift(normal, gamma, beta, out),
            "γ and β are learnt: they choose the spread and the middle that suit the layer.",
            f"{out} = F.batch_norm({self.z}, …, weight={gamma.name}, bias={beta.name})",
        )

    def gradients(self, error: Tensor) -> tuple[Operation, ...]:
        """Return ∇γ and ∇β."""
        gamma, beta = (derived.gradient(each) for each in (self.gamma, self.beta))
        return (
            self._operation(
                Phase.BACKWARD,
                f"{gamma} = Σ {error} ⊙ {self.normal} over {self._over}",
                (error, self.normal),
                (gamma,),
                GammaGradient(error, self.normal, gamma, self._part),
                "γ multiplies ẑ: its gradient = the error × ẑ, summed.",
                f"loss.backward()  # {self.gamma.name}.grad",
                (self._part,),
            ),
            self._operation(
                Phase.BACKWARD,
                f"{beta} = Σ {error} over {self._over}",
                (error,),
                (beta,),
                BetaGradient(error, beta),
                "β is added: its gradient = the error, summed.",
                f"loss.backward()  # {self.beta.name}.grad",
            ),
        )

    def _to_normal(self, error: Tensor) -> Operation:
        back = derived.error(self.normal)
        return self._operation(
            Phase.BACKWARD,
            f"{back} = {self.gamma} ⊙ {error}",
            (error, self.gamma),
            (back,),
            Scaled(error, self.gamma, back),
            "Back through n = γ·ẑ + β: the error × γ.",
            f"loss.backward()  # {self.normal.name}.grad",
        )

    def adjoint_measuring(self, error: Tensor) -> tuple[Operation, ...]:
        """Return ∂L/∂z where the statistics are constants."""
        first, out = self._to_normal(error), derived.error(self.z)
        last = self._operation(
            Phase.BACKWARD,
            f"{out} = {first.result} ⊙ {self.inverse}",
            (first.result, self.inverse),
            (out,),
            Scaled(first.result, self.inverse, out),
            "The running statistics are constants: the error × 1/σ.",
            f"loss.backward()  # {self.z}.grad",
        )
        return first, last

    def adjoint(self, error: Tensor) -> tuple[Operation, ...]:
        """Return ∂L/∂z where the statistics are the batch's, and so depend on every z."""
        first, inverse = self._to_normal(error), self.inverse
        to_normal, to_variance = first.result, derived.error(self.variance)
        to_mean, out = derived.error(self.mean), derived.error(self.z)
        return (
            first,
            self._operation(
                Phase.BACKWARD,
                f"{to_variance} = −½·({inverse})²·Σ {to_normal} ⊙ {self.normal}",
                (to_normal, self.normal, inverse),
                (to_variance,),
                VarianceError(to_normal, self.normal, inverse, to_variance, self._part),
                "The variance moves every ẑ of its unit: their errors add up in it.",
                f"loss.backward()  # {self.variance.name}.grad",
                (self._part,),
            ),
            self._operation(
                Phase.BACKWARD,
                f"{to_mean} = −{inverse}·Σ {to_normal}",
                (to_normal, inverse),
                (to_mean,),
                MeanError(to_normal, inverse, to_mean),
                "So does the mean; through the variance it adds nothing, as Σ (z − μ) is 0.",
                f"loss.backward()  # {self.mean.name}.grad",
            ),
            self._operation(
                Phase.BACKWARD,
                f"{out} = {to_normal} ⊙ {inverse} + {to_variance}·2({self.z} − {self.mean})/m"
                f" + {to_mean}/m",
                (to_normal, inverse, to_variance, to_mean, self.z, self.mean),
                (out,),
                NormalizedAdjoint(
                    to_normal, inverse, to_variance, to_mean, self.z, self.mean, out, self._part
                ),
                "A sum moves its own ẑ, and through σ² and μ those of all the other samples.",
                f"loss.backward()  # {self.z}.grad",
                (self._part,),
            ),
        )

    def following(self) -> tuple[Operation, ...]:
        """Return what moves the running statistics towards those of the batch."""
        pairs = ((self.running_mean, self.mean), (self.running_variance, self.variance))
        return tuple(
            self._operation(
                Phase.UPDATE,
                f"{running} ← {1 - MOMENTUM:g}·{running} + {MOMENTUM:g}·{of}"
                + ("·m/(m − 1)" if of == self.variance else ""),
                (running, of, self.z),
                (running,),
                Follow(running, of, self.z, unbiased=of == self.variance),
                "Not learnt: it follows the batches, and stands in for them when measuring.",
                f"nn.BatchNorm in its forward()  # {running.name}",
            )
            for running, of in pairs
        )
