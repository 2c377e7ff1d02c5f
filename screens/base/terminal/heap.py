"""Has memory that is free given back to the system, where the C library is glibc."""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
LARGE = 1 << 20


def give_back() -> None:
    """Have large pieces of memory taken from the system, to which they return when they are free.

    Left to itself, glibc calls ever larger pieces small, up to 32 MiB, as it sees them freed; it
    takes them out of its heap, which cannot shrink again below whatever lies above them.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
