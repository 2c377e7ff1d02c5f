"""y ← y + s·x in one pass, by the BLAS that NumPy has loaded; NumPy itself needs two.

NumPy does not offer this function. Where it is not found, callers do it with NumPy.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from tui_nn.nn.tensor import Array

# As NumPy's own OpenBLAS has it, then as others do, with the type of its integers.
NAMES = (
    ("scipy_cblas_saxpy64_", ctypes.c_int64),
    ("cblas_saxpy64_", ctypes.c_int64),
    ("cblas_saxpy", ctypes.c_int),
)


def adder(x: Array, y: Array) -> Callable[[float], object] | None:
    """Return what adds a multiple of x to y, or None where only NumPy can.

    The arrays are kept alive, and must be of one size.
    """
    arrays = (x, y)
    function = _saxpy()
    if function is None or not all(_suits(each) for each in arrays) or x.size != y.size:
        return None
    size, x_at, y_at = x.size, *(each.ctypes.data for each in arrays)

    def add(factor: float) -> tuple[Array, Array]:
        function(size, factor, x_at, 1, y_at, 1)
        return arrays

    return add


def _suits(array: Array) -> bool:
    return array.dtype == np.float32 and array.flags.c_contiguous


@cache
def _saxpy() -> Any:
    """Return the function, or None."""
    for library in threadpool_info():
        if library["internal_api"] != "openblas":
            continue
        loaded = ctypes.CDLL(library["filepath"])
        for name, integer in NAMES:
            if (function := getattr(loaded, name, None)) is not None:
                pointer = ctypes.c_void_p
                function.argtypes = (integer, ctypes.c_float, pointer, integer, pointer, integer)
                function.restype = None
                return function
    return None
