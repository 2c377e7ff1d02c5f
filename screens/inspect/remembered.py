"""What was worked out last, for as long as it would come out the same."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The last result, which is made anew only of something else.

    Arrays are the same if they are one object: snapshots keep the copy of what has not changed.
    """

    def __init__(self) -> None:
        self._made: tuple[Sequence[object], T] | None = None

    def get(self, parts: Sequence[object], make: Callable[[], T]) -> T:
        """Return what is made of some parts.

        Args:
            parts: All that the result depends on.
            make: Makes it.
        """
        if self._made is None or not _are_same(self._made[0], parts):
            self._made = parts, make()
        return self._made[1]


def _are_same(before: Sequence[object], parts: Sequence[object]) -> bool:
    return len(before) == len(parts) and all(map(_is_same, before, parts))


def _is_same(one: object, other: object) -> bool:
    if one is other:
        return True
    import numpy as np  # the key line remembers before NumPy is there

    return not isinstance(one, np.ndarray) and not isinstance(other, np.ndarray) and one == other
