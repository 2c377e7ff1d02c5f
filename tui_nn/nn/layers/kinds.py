"""The kinds of layers that a recipe may name. A new one is its module and a row of ``LAYERS``."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from tui_nn.nn.layers.batch_norm import BatchNorm
from tui_nn.nn.layers.conv2d import make_conv2d
from tui_nn.nn.layers.dense import Dense
from tui_nn.nn.layers.flatten import Flatten
from tui_nn.nn.layers.layer import Layer
from tui_nn.nn.layers.pooling import make_avg_pool2d, make_max_pool2d


class LayerKind(Struct, frozen=True):
    """A kind of layer.

    Attributes:
        name: As recipes spell it.
        make: Makes a layer of the words behind the name; raises ValueError if they are wrong.
        usage: How it is written, such as ``dense UNITS``.
        numbered: Whether it is counted; a hidden layer that is is followed by an activation.
        before: Whether the activation of the layer that it follows comes after it. It does after
            what passes the largest of some numbers on: as activations rise, f(max z) = max f(z),
            and there are fewer of them to compute.
        normalizes: Whether it brings sums to mean 0 and variance 1: once, before their activation.
    """

    name: str
    make: Callable[[Sequence[str]], Layer]
    usage: str
    numbered: bool = True
    before: bool = False
    normalizes: bool = False


def _dense(words: Sequence[str]) -> Layer:
    (units,) = words
    return Dense(int(units))


def _flatten(words: Sequence[str]) -> Flatten:
    () = words
    return Flatten()


def _batch_norm(words: Sequence[str]) -> BatchNorm:
    () = words
    return BatchNorm()


LAYERS: dict[str, LayerKind] = {
    kind.name: kind
    for kind in (
        LayerKind("dense", _dense, "dense UNITS"),
        LayerKind("conv2d", make_conv2d, "conv2d KERNELS ROWSxCOLUMNS [stride N] [pad N]"),
        LayerKind(
            "max_pool2d", make_max_pool2d, "max_pool2d SIZE [stride N]", numbered=False, before=True
        ),
        LayerKind("avg_pool2d", make_avg_pool2d, "avg_pool2d SIZE [stride N]", numbered=False),
        LayerKind("flatten", _flatten, "flatten", numbered=False),
        LayerKind(
            "batch_norm", _batch_norm, "batch_norm", numbered=False, before=True, normalizes=True
        ),
    )
}


def kind_of(text: int | str) -> LayerKind:
    """Return what kind of layer a recipe's entry is; a number is short for a dense one.

    Raises:
        ValueError: There is no such kind.
    """
    name = "dense" if isinstance(text, int) else text.partition(" ")[0]
    if name not in LAYERS:
        raise ValueError(f"invalid name '{name}'; allowed are {', '.join(LAYERS)}")
    return LAYERS[name]


def layer_of(text: int | str) -> Layer:
    """Return the layer that a recipe's entry describes: ``64``, or ``dense 64``.

    Raises:
        ValueError: It describes none.
    """
    kind = kind_of(text)
    if isinstance(text, int):
        return Dense(text)
    try:
        return kind.make(text.split()[1:])
    except ValueError:
        raise ValueError(f"expected {kind.usage}, found {text}") from None
