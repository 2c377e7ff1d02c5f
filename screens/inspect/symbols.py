"""How formulas spell an element, a pixel with its row and column beside its index."""

from tui_nn.nn.explain import Index, format_element
from tui_nn.nn.tensor import Tensor


def element_symbol(tensor: Tensor, index: Index) -> str:
    """Return an element as ``W1[401,3]``; a pixel, or its gradient, as ``x[0,401] (14,9)``."""
    symbol = format_element(tensor, index)
    if not is_pixel(tensor, index):
        return symbol
    row, column = divmod(index[-1], tensor.picture[1])
    return f"{symbol} ({row},{column})"


def is_pixel(tensor: Tensor, index: Index) -> bool:
    """Return whether an element belongs to a pixel of one sample."""
    return tensor.layer == 0 and bool(tensor.picture) and len(index) == 2
