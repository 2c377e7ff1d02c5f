"""The arrays of a step as somebody looks at them, those that have no buffer among them."""

from collections.abc import Iterator, Mapping

from tui_nn.nn.catalogue import Catalogue
from tui_nn.nn.operation import StepContext, Unbuffered
from tui_nn.nn.tensor import Array, Arrays


class Looked(Mapping[str, Array]):
    """Arrays by name; what has no buffer is worked out when it is first looked at."""

    def __init__(self, tensors: Arrays, program: Catalogue, context: StepContext) -> None:
        """Look at a step.

        Args:
            tensors: Those that have buffers.
            program: What computed them.
            context: The step's.
        """
        self._tensors, self._program, self._context = tensors, program, context
        self._found: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._program.unbuffered:
            return self._tensors[name]
        if name not in self._found:
            kernel = self._program.writer[name].kernel
            assert isinstance(kernel, Unbuffered)
            self._found[name] = kernel.look(name, self._tensors, self._context)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        yield from (*self._tensors, *self._program.unbuffered)

    def __len__(self) -> int:
        return len(self._tensors) + len(self._program.unbuffered)
