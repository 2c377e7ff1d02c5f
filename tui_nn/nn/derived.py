"""Tensors that belong to another one: its gradient, its slots, its change, and so on."""

from tui_nn.nn.tensor import Axis, Role, Tensor


def gradient(parameter: Tensor) -> Tensor:
    """Return ∇W, the gradient of the objective with respect to a parameter."""
    return parameter.like(f"d{parameter.name}", Role.GRADIENT, f"∇{parameter}")


def error(tensor: Tensor) -> Tensor:
    """Return ∂L/∂a, the gradient of the loss with respect to a tensor; of a pre-activation, δ."""
    if tensor.role is Role.PRE_ACTIVATION:
        return delta(tensor)
    name = "x" if tensor.role is Role.INPUT else tensor.name
    return tensor.like(f"d{name}", Role.ERROR, f"∂L/∂{tensor}")


def delta(z: Tensor) -> Tensor:
    """Return δ, the gradient of the loss with respect to a pre-activation."""
    aliases = (f"d{z.layer}",)
    return z.like(f"delta{z.layer}", Role.DELTA, f"δ{z.layer}", aliases=aliases)


def slope(z: Tensor, function: str) -> Tensor:
    """Return f′(z), the derivative of an activation function."""
    typed = (f"{function}'({z})",)
    return z.like(f"slope{z.layer}", Role.SLOPE, f"{function}′({z})", aliases=typed)


def chunk_sum(total: Tensor) -> Tensor:
    """Return the sum over the chunks of a batch before this one, of a gradient or the loss."""
    of = total.of.name if total.role is Role.GRADIENT and total.of else total.name
    return total.like(f"sum{of}", Role.CHUNK_SUM, f"Σ{total}")


def slot(kind: str, parameter: Tensor, title: str) -> Tensor:
    """Return what an optimiser remembers of a parameter."""
    return parameter.like(f"{kind}{parameter.name}", Role.SLOT, title=title)


def change(parameter: Tensor) -> Tensor:
    """Return ΔW, what an update subtracts from a parameter; it has no buffer."""
    return parameter.like(f"change{parameter.name}", Role.CHANGE, f"Δ{parameter}", buffered=False)


def clipped(gradient: Tensor) -> Tensor:
    """Return a gradient after clipping."""
    assert gradient.of
    return gradient.like(f"clipped{gradient.of.name}", Role.CLIPPED, f"c·{gradient}")


def squares(gradient: Tensor) -> Tensor:
    """Return the sums of a gradient's squares, one for each unit."""
    assert gradient.of
    return gradient.like(
        f"squares{gradient.of.name}",
        Role.SQUARES,
        f"Σ²{gradient}",
        axes=(Axis.UNIT,),
        shape=gradient.shape[-1:],
    )


def penalty_scratch(weights: Tensor) -> Tensor:
    """Return a buffer in which the penalty of a parameter is computed."""
    return weights.like(f"penalty{weights.name}", Role.SCRATCH, scratch=True)
