"""The tensors of a program, and who writes them: everybody asks here, and nobody spells a name."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from tui_nn.nn import derived, inputs
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.optimizers import OPTIMIZERS, Optimizer
from tui_nn.nn.tensor import Parameter, Role, Tensor


class Catalogue(Struct, frozen=True, dict=True):
    """The operations of a step, and the tensors that they read and write.

    Attributes:
        network: What they compute.
        method: How it is trained.
        operations: The whole step, in order.
        to_input: The operations that go on to ∂L/∂x, which only a probe runs.
        distortion: The operation that distorts the images, if one does.
    """

    network: Network
    method: Method
    operations: tuple[Operation, ...]
    to_input: tuple[Operation, ...]
    distortion: Operation | None = None

    @cached_property
    def everything(self) -> tuple[Operation, ...]:
        """The whole step, and the operations that go on to ∂L/∂x."""
        return (*self.operations, *self.to_input)

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor by name: what is loaded, kept, read, written, and scratch."""
        found: dict[str, Tensor] = {**self.inputs, **self.kept}
        for operation in self.everything:
            for tensor in (
                *operation.reads,
                *operation.writes,
                *operation.scratch,
                *operation.left,
            ):
                found.setdefault(tensor.name, tensor)
        return found

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """How many operations of the step are run before the one that writes a tensor, by name."""
        return {
            tensor.name: number
            for number, operation in enumerate(self.operations)
            for tensor in operation.writes
        }

    def is_written(self, name: str, done: int) -> bool:
        """Return whether one of the first operations of the step writes a tensor.

        Args:
            name: The tensor's.
            done: How many operations are the first.
        """
        return name in self._numbers and self._numbers[name] < done

    @cached_property
    def scratch(self) -> frozenset[str]:
        """Names of the buffers for intermediate results, which are never shown or copied."""
        return frozenset(name for name, tensor in self.tensors.items() if tensor.scratch)

    @cached_property
    def unbuffered(self) -> frozenset[str]:
        """Names of the tensors that are worked out when somebody looks at them."""
        return frozenset(name for name, tensor in self.tensors.items() if not tensor.buffered)

    def tensor(self, name: str) -> Tensor:
        """Return a tensor by its name."""
        return self.tensors[name]

    def symbol(self, name: str) -> str:
        """Return how formulas write a tensor; of an unknown one, its name."""
        return self.tensors[name].symbol if name in self.tensors else name

    def resolve(self, text: str, *, single: bool = False) -> str:
        """Return the name of the tensor that somebody typed, or the text if there is none.

        Its name, its symbol and its aliases are understood; upper and lower case are told apart
        only where that makes a difference.

        Args:
            text: What was typed.
            single: Whether a tensor of one number is preferred.
        """
        for fold in (str, str.casefold):
            found = [
                each
                for each in self.tensors.values()
                if fold(text) in map(fold, (each.name, each.symbol, *each.aliases))
            ]
            found.sort(key=lambda each: (single and not each.single, each.name != text))
            if found:
                return found[0].name
        return text

    def find(self, role: Role, layer: int | None = None, of: Tensor | None = None) -> Tensor | None:
        """Return the first tensor of a role, of a layer and of another tensor if given."""
        for tensor in self.tensors.values():
            if tensor.role is role and layer in (None, tensor.layer) and of in (None, tensor.of):
                return tensor
        return None

    def find_one(self, role: Role, layer: int | None = None) -> Tensor:
        """Return the tensor of a role, of a layer if given.

        Raises:
            KeyError: There is none.
        """
        if tensor := self.find(role, layer):
            return tensor
        raise KeyError(f"there is no {role} of layer {layer}")

    def reads_of(self, layer: int) -> Tensor:
        """Return what a layer with parameters reads."""
        return self.writer[self.find_one(Role.PRE_ACTIVATION, layer).name].reads[0]

    def says_of(self, layer: int) -> Tensor:
        """Return what a layer's units say: their activations, or the outputs of the last layer."""
        return self.find(Role.ACTIVATION, layer) or self.output

    def weights_of(self, layer: int) -> Parameter:
        """Return a layer's first parameter."""
        return next(each for each in self.network.parameters if each.layer == layer)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Everything that is learned, by name."""
        return {each.name: each for each in self.network.parameters}

    @cached_property
    def gradients(self) -> Mapping[str, Tensor]:
        """Each parameter's gradient, by the parameter's name."""
        return {name: derived.gradient(each) for name, each in self.parameters.items()}

    def gradient_of(self, parameter: str) -> Tensor:
        """Return a parameter's gradient."""
        return self.gradients[parameter]

    @cached_property
    def changes(self) -> Mapping[str, Tensor]:
        """What the update subtracts from each parameter, by the parameter's name."""
        return {name: derived.change(each) for name, each in self.parameters.items()}

    def change_of(self, parameter: str) -> Tensor:
        """Return what the update subtracts from a parameter."""
        return self.changes[parameter]

    @cached_property
    def writer(self) -> dict[str, Operation]:
        """Tensor name to the operation that writes it."""
        return {each.name: operation for operation in self.everything for each in operation.writes}

    @cached_property
    def input(self) -> Tensor:
        """What the pixels are loaded into: the originals of distorted images, else a0."""
        return self.distortion.reads[0] if self.distortion else self.network_input

    @cached_property
    def network_input(self) -> Tensor:
        """What the first layer reads."""
        return inputs.network_input(self.network.inputs, self.network.picture)

    @cached_property
    def output(self) -> Tensor:
        """What the network says: p."""
        written = (each for operation in self.operations for each in operation.writes)
        return next(each for each in written if each.role is Role.OUTPUT)

    @cached_property
    def loss(self) -> Tensor:
        """The mean loss of the batch: L."""
        return self.find_one(Role.LOSS)

    @cached_property
    def labels(self) -> Tensor:
        """The targets of the outputs."""
        return inputs.labels(self.output.shape)

    @cached_property
    def inputs(self) -> Mapping[str, Tensor]:
        """What is loaded before a step, by name: pixels, labels, the weights of samples."""
        loaded = [self.input, self.labels]
        if self.method.weighted:
            loaded.append(inputs.sample_weights())
        return {each.name: each for each in loaded}

    def is_batched(self, name: str) -> bool:
        """Return whether a tensor has an entry for each sample of a batch."""
        return name in self.tensors and self.tensors[name].batched

    @cached_property
    def sums(self) -> dict[str, str]:
        """Name of what a chunk of a batch adds to, to that of what the next one begins with."""
        return {
            each.of.name: each.name
            for each in self.tensors.values()
            if each.role is Role.CHUNK_SUM and each.of
        }

    @property
    def optimizer(self) -> Optimizer:
        """How a gradient becomes an update."""
        return OPTIMIZERS[self.method.optimizer]

    @property
    def is_plain_descent(self) -> bool:
        """Whether an update is η times the gradient as it was computed, and nothing else."""
        altered = any(each.mistaken and each.phase is Phase.UPDATE for each in self.operations)
        return not (self.optimizer.direction or self.method.clipped or altered)

    @cached_property
    def slots(self) -> Mapping[str, Tensor]:
        """What is remembered from step to step, by name: the optimiser's first."""
        optimizers = [
            slot
            for parameter in self.network.parameters
            for slot in self.optimizer.slots_of(parameter)
        ]
        written = (each for operation in self.operations for each in operation.writes)
        others = [each for each in written if each.role is Role.SLOT]
        return {slot.name: slot for slot in (*optimizers, *others)}

    @cached_property
    def kept(self) -> Mapping[str, Tensor]:
        """Everything that is kept from step to step, by name."""
        return {each.name: each for each in self.network.kept} | dict(self.slots)

    def is_kept(self, name: str) -> bool:
        """Return whether a tensor is kept from step to step: a parameter, a statistic or a slot."""
        return name in self.kept
