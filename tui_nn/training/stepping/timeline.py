"""Copies of the state from the beginnings of steps, so that any step can be gone back to.

The newest ones are all kept, in a ring, for stepping back one at a time. Beside them is a
sparse set, a copy every few steps: when it has used its memory, every other one is dropped
and the distance doubles, so that a run of any length stays covered evenly.
"""

from msgspec import Struct

from tui_nn.nn.state import State

DEFAULT_MEMORY = 256 << 20  # bytes
RING = 16  # small enough for a cache: to copy 100,000 parameters takes 14 µs; into 64, 35
FIRST_DISTANCE = 64  # steps between two copies of the sparse set, until memory runs short
RING_SHARE = 4  # the ring takes at most this fraction of the memory, as 1/RING_SHARE


class Keyframe(Struct, frozen=True, eq=False):
    """The state at the beginning of a step.

    Attributes:
        step: Completed updates.
        state: Every parameter, as it was.
    """

    step: int
    state: State


class Timeline:
    """The keyframes of a run, within a budget of memory."""

    def __init__(self, state: State, memory: int) -> None:
        """Begin with none.

        Args:
            state: What will be kept; its size decides how many copies there can be.
            memory: Bytes that all copies together may take; two are always kept.
        """
        copies = max(2, memory // state.nbytes)
        size = max(2, min(RING, copies // RING_SHARE))
        self._ring: list[Keyframe | None] = [None] * size
        self._spare: list[State | None] = [None] * size  # each is made when it is first needed
        self._state_bytes = state.nbytes
        self._capacity = copies - size
        self._distance = FIRST_DISTANCE
        self._sparse: dict[int, Keyframe] = {}

    def keep(self, step: int, state: State) -> None:
        """Keep the state at the beginning of a step."""
        self.keep_sparsely(step, state)
        slot = step % len(self._ring)
        if (spare := self._spare[slot]) is None:
            spare = self._spare[slot] = state.copy()
        else:
            spare.restore(state)
        self._ring[slot] = Keyframe(step, spare)

    def keep_sparsely(self, step: int, state: State) -> None:
        """Keep it if it is one of the sparse set."""
        if self._capacity and step % self._distance == 0 and step not in self._sparse:
            self._sparse[step] = Keyframe(step, state.copy())
            self._thin()

    def newest(self, step: int) -> Keyframe | None:
        """Return the newest keyframe of a step or of one before it, or None."""
        kept = [frame for frame in self._ring if frame is not None and frame.step <= step]
        sparse = step - step % self._distance
        while sparse >= 0 and sparse not in self._sparse:
            sparse -= self._distance
        if sparse >= 0:
            kept.append(self._sparse[sparse])
        return max(kept, key=lambda frame: frame.step, default=None)

    def at(self, step: int) -> State | None:
        """Return the state at the beginning of one of the last steps, or None."""
        frame = self._ring[step % len(self._ring)]
        return frame.state if frame is not None and frame.step == step else None

    def forget_from(self, step: int) -> None:
        """Drop the keyframes of a step and of all after it, which an edit replaced."""
        self._ring = [
            frame if frame is not None and frame.step < step else None for frame in self._ring
        ]
        for later in [kept for kept in self._sparse if kept >= step]:
            del self._sparse[later]

    @property
    def nbytes(self) -> int:
        """Bytes that the copies take."""
        made = sum(spare is not None for spare in self._spare)
        return (made + len(self._sparse)) * self._state_bytes

    def _thin(self) -> None:
        while len(self._sparse) > self._capacity:
            self._distance *= 2
            for step in [kept for kept in self._sparse if kept % self._distance]:
                del self._sparse[step]
