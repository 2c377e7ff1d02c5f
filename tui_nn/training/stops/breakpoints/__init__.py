"""The kinds of breakpoints: one table, from which the parser, the list and saved runs read."""

from typing import Any, Union, cast

from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint
from tui_nn.training.stops.breakpoints.gradient_norm import WhenGradientNorm
from tui_nn.training.stops.breakpoints.metric import WhenMetric
from tui_nn.training.stops.breakpoints.places import AtEpoch, AtOperation, AtStep
from tui_nn.training.stops.breakpoints.sample import WhenSample

__all__ = [
    "BREAKPOINTS",
    "AtEpoch",
    "AtOperation",
    "AtStep",
    "Breakpoint",
    "WhenGradientNorm",
    "WhenMetric",
    "WhenSample",
    "saved_type",
]

BREAKPOINTS: list[type[Breakpoint]] = [
    AtOperation,
    AtStep,
    AtEpoch,
    WhenMetric,
    WhenSample,
    WhenGradientNorm,
]
"""Every kind, in the order in which they are suggested."""


def saved_type() -> type[tuple[Breakpoint, ...]]:
    """Return the type of a saved run's breakpoints, by which they are decoded."""
    kinds: Any = Union[tuple(BREAKPOINTS)]  # noqa: UP007 - of a list that may grow
    return cast(type[tuple[Breakpoint, ...]], tuple[kinds, ...])
