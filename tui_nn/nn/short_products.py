"""A long product of matrices as several short ones, which BLAS computes faster.

OpenBLAS copies the operands of a product into an order of its own first, unless the product is
small. Where matrices are narrow and long, as the patches of a convolution are, copying takes as
long as multiplying.
"""

SMALL = 1_000_000  # multiplications; what OpenBLAS multiplies as it lies
LINE = 64  # floats: parts begin where the processor begins to read, and shorter ones gain nothing
SHORTEST = 4 * LINE


def parts(count: int, each: int) -> list[slice]:
    """Return slices of the long side of a product, with a small product each.

    Args:
        count: How long that side is.
        each: Multiplications for each of its elements.

    Returns:
        The slices, or one of all where parts would be too short to gain anything.
    """
    length = SMALL // each // LINE * LINE
    if length < SHORTEST:
        return [slice(0, count)]
    return [slice(start, min(start + length, count)) for start in range(0, count, length)]
