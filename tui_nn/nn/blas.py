"""y ← b·y + a·x in one pass, by the BLAS that NumPy has loaded; NumPy itself needs three.

NumPy does not offer these functions. Where they are not found, callers do it with NumPy.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from tui_nn.nn.tensor import Array

# As NumPy's own OpenBLAS has them, then as others do, with the type of its integers.
NAMES = (
    ("scipy_cblas_{}64_", ctypes.c_int64),
    ("cblas_{}64_", ctypes.c_int64),
    ("cblas_{}", ctypes.c_int),
)


def adder(x: Array, y: Array) -> Callable[[float], object] | None:
    """Return what adds a multiple of x to y, or None where only NumPy can.

    The arrays are kept alive, and must be of one size.
    """
    function = _saxpy() if _suit(x, y) else None
    if function is None:
        return None
    arrays, size, x_at, y_at = (x, y), x.size, x.ctypes.data, y.ctypes.data

    def add(factor: float) -> tuple[Array, Array]:
        function(size, factor, x_at, 1, y_at, 1)
        return arrays

    return add


def mixer(x: Array, y: Array) -> Callable[[float, float], object] | None:
    """Return what replaces y by a multiple of x and one of y, or None where only NumPy can.

    The arrays are kept alive, and must be of one size.
    """
    function = _saxpby() if _suit(x, y) else None
    if function is None:
        return None
    arrays, size, x_at, y_at = (x, y), x.size, x.ctypes.data, y.ctypes.data

    def mix(share: float, kept: float) -> tuple[Array, Array]:
        function(size, share, x_at, 1, kept, y_at, 1)
        return arrays

    return mix


def _suit(*arrays: Array) -> bool:
    """Return whether arrays of one size lie in memory as BLAS wants them."""
    return len({each.size for each in arrays}) == 1 and all(
        each.dtype == np.float32 and each.flags.c_contiguous for each in arrays
    )


@cache
def _saxpy() -> Any:
    """Return the function for y + a·x, or None."""
    function, integer = _found("saxpy")
    pointer = ctypes.c_void_p
    if function is not None:
        function.argtypes = (integer, ctypes.c_float, pointer, integer, pointer, integer)
        function.restype = None
    return function


@cache
def _saxpby() -> Any:
    """Return the function for b·y + a·x, or None."""
    function, integer = _found("saxpby")
    number, pointer = ctypes.c_float, ctypes.c_void_p
    if function is not None:
        function.argtypes = (integer, number, pointer, integer, number, pointer, integer)
        function.restype = None
    return function


def _found(called: str) -> tuple[Any, Any]:
    """Return a function of the loaded OpenBLAS and the type of its integers; it may be None."""
    for library in threadpool_info():
        if library["internal_api"] != "openblas":
            continue
        loaded = ctypes.CDLL(library["filepath"])
        for name, integer in NAMES:
            if (function := getattr(loaded, name.format(called), None)) is not None:
                return function, integer
    return None, None
