"""The buffers that a program works in, one for each of its tensors."""

from collections.abc import Iterable

from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Arrays, Tensor


class Workspace:
    """A state's parameters beside the buffers that a program writes for a batch."""

    def __init__(self, state: State, tensors: Iterable[Tensor], capacity: int) -> None:
        """Allocate every buffer.

        Args:
            state: The parameters that the program reads and updates.
            tensors: What to allocate; what the state holds is left out.
            capacity: Number of samples of the largest batch.
        """
        self._state = state
        self._tensors = {
            each.name: each for each in tensors if each.buffered and each.name not in state.tensors
        }
        self._buffers: dict[str, Array] = {
            name: tensor.buffer(capacity, state.flat.dtype)
            for name, tensor in self._tensors.items()
        }
        self._by_rows: dict[int, Arrays] = {}

    def rows(self, count: int) -> Arrays:
        """Return every array by name, the batched ones for ``count`` samples.

        All counts share their memory: what one holds, another overwrites.
        """
        if count not in self._by_rows:
            views = {
                name: tensor.view(self._buffers[name], count)
                for name, tensor in self._tensors.items()
            }
            self._by_rows[count] = {**self._state.tensors, **views}
        return self._by_rows[count]
