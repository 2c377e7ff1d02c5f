"""y ← b·y + a·x in one pass, by the BLAS that NumPy has loaded; NumPy itself needs three.

NumPy does not offer these functions. Where they are not found, callers do it with NumPy. So does
this module where a factor is 0: BLAS would not read that array, in which a NaN has to stay a NaN.
"""

import ctypes
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_info

from tui_nn.nn.tensor import Array

# As NumPy's own OpenBLAS has them, then as others do, with the type of its integers.
NAMES = (
    ("scipy_cblas_{}64_", ctypes.c_int64),
    ("cblas_{}64_", ctypes.c_int64),
    ("cblas_{}", ctypes.c_int),
)


Mixer = Callable[[float, float], object]


def adder(x: Array, y: Array) -> Callable[[float], object] | None:
    """Return what adds a multiple of x to y, or None where only NumPy can.

    The arrays are kept alive, and must be of one size.
    """
    if not _suit(x, y) or (found := _found("saxpy")) is None:
        return None
    factor, one = ctypes.c_float(), found.integer(1)
    call = partial(found.function, found.integer(x.size), factor, _at(x), one, _at(y), one)

    def add(number: float) -> tuple[Array, Array]:
        factor.value = number
        if number:
            call()
        else:
            y[...] = y + number * x
        return x, y

    return add


def mixer(x: Array, y: Array) -> Mixer | None:
    """Return what replaces y by a multiple of x and one of y, or None where only NumPy can.

    The arrays are kept alive, and must be of one size.
    """
    if not _suit(x, y) or (found := _found("saxpby")) is None:
        return None
    share, kept, one = ctypes.c_float(), ctypes.c_float(), found.integer(1)
    size = found.integer(x.size)
    call = partial(found.function, size, share, _at(x), one, kept, _at(y), one)

    def mix(of_x: float, of_y: float) -> tuple[Array, Array]:
        share.value, kept.value = of_x, of_y
        if of_x and of_y:
            call()
        else:
            y[...] = of_y * y + of_x * x
        return x, y

    return mix


def _suit(*arrays: Array) -> bool:
    """Return whether arrays of one size lie in memory as BLAS wants them."""
    return len({each.size for each in arrays}) == 1 and all(
        each.dtype == np.float32 and each.flags.c_contiguous for each in arrays
    )


def _at(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


class Found(NamedTuple):
    """A function of the loaded BLAS.

    Attributes:
        function: It takes nothing but values of ctypes, which is faster than to convert numbers.
        integer: The type of its integers.
    """

    function: Any
    integer: type[ctypes.c_int64] | type[ctypes.c_int]


@cache
def _found(called: str) -> Found | None:
    for library in threadpool_info():
        if library["internal_api"] != "openblas":
            continue
        loaded = ctypes.CDLL(library["filepath"])
        for name, integer in NAMES:
            if (function := getattr(loaded, name.format(called), None)) is not None:
                function.restype = None
                return Found(function, integer)
    return None
