"""Somebody's arrays as a problem and gradients: one way of reading them."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.mistakes.checking.layout import Handed, Layout, biases, targets
from tui_nn.mistakes.diagnosis.closeness import TOLERANCES, Closeness
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.tensor import Array, Role

FORWARD = 1e-3  # relative error up to which a forward pass is what was handed in


class Head(Struct, frozen=True):
    """What the last layer's numbers become, and what is minimised."""

    output: str
    loss: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.output} with {self.loss}"


class Reading(Struct, frozen=True, eq=False, dict=True):
    """One way of reading somebody's arrays.

    Attributes:
        handed: The arrays by our names, as they were handed in.
        layout: Which way round they lie.
        activations: Name of each hidden layer's.
        head: What the last layer does.
        l2: λ₂ of the penalty λ₂/2·‖W‖².
    """

    handed: Handed
    layout: Layout
    activations: tuple[str, ...]
    head: Head
    l2: float = 0.0

    @cached_property
    def depth(self) -> int:
        """How many layers there are."""
        return sum(name[0] == "W" for name in self.handed)

    @cached_property
    def problem(self) -> Problem:
        """The network and the batch.

        Raises:
            TuiNNError: A label is none of the classes.
        """
        X = self._numbers(self.layout.samples(self.handed["X"]))
        weights = tuple(self._weights(f"W{number}") for number in self._numbers_of_layers)
        held = (self.handed.get(f"b{number}") for number in self._numbers_of_layers)
        shifts = tuple(
            np.zeros(W.shape[1]) if b is None else self._numbers(b.reshape(-1))
            for W, b in zip(weights, held, strict=True)
        )
        y = targets(self.handed["y"], self.layout, len(X), weights[-1].shape[1])
        return Problem(
            X,
            self._numbers(y),
            weights,
            shifts,
            self.activations,
            self.head.output,
            self.head.loss,
            self.l2,
            self._masks(len(X), weights),
        )

    @cached_property
    def given(self) -> Mapping[str, Array]:
        """Somebody's gradients as the parameters lie here; without those of no such shape."""
        found = dict(self._gradients)
        return {name: array for name, array in found.items() if array is not None}

    @cached_property
    def misshapen(self) -> Mapping[str, tuple[int, ...]]:
        """Gradients that have not their parameter's shape either way round, with theirs."""
        return {name: self.handed[name].shape for name, array in self._gradients if array is None}

    @cached_property
    def turned(self) -> tuple[str, ...]:
        """Gradients that lie the other way round than their weights."""
        return tuple(name for name in self.given if name[1] == "W" and self._is_turned(name))

    @cached_property
    def dtype(self) -> np.dtype[np.floating]:
        """The coarsest type that was computed with."""
        kinds = {
            array.dtype.name
            for name, array in self.handed.items()
            if name.lstrip("d")[0] in "Wb" and array.dtype.name in TOLERANCES
        }
        return np.dtype(max(kinds, key=lambda each: TOLERANCES[each], default="float64"))

    @cached_property
    def closeness(self) -> Closeness:
        """When two gradients are the same."""
        return Closeness(self.problem, self.dtype)

    @cached_property
    def right(self) -> int:
        """How many gradients are right, read like this."""
        right = self.problem.gradients
        return sum(
            self.closeness.is_close(name, array, right[name])
            for name, array in self.given.items()
            if name not in self.turned
        )

    @cached_property
    def forward(self) -> Mapping[str, float]:
        """The relative error of each Z, A and the loss that was handed in."""
        return dict(self._forward())

    @cached_property
    def strays(self) -> int:
        """How much of the forward pass is not what was handed in."""
        return sum(not error <= FORWARD for error in self.forward.values())

    @cached_property
    def figures(self) -> tuple[int, int]:
        """How well it fits, the smaller the better; nothing else that it took is kept.

        There may be dozens of readings of a large network.
        """
        found = self.strays, -self.right
        for name in ("problem", "closeness", "given", "_gradients"):
            self.__dict__.pop(name, None)
        return found

    def _forward(self) -> Iterator[tuple[str, float]]:
        tensors, program = self.problem.tensors, self.problem.program
        for number in self._numbers_of_layers:
            is_last = number == self.depth
            z = program.find_one(Role.PRE_ACTIVATION, number).name
            after = Role.OUTPUT if is_last else Role.ACTIVATION
            a = next(
                each.name
                for each in program.tensors.values()
                if each.role is after and (is_last or each.layer == number)
            )
            for name, ours in ((f"Z{number}", tensors[z]), (f"A{number}", tensors[a])):
                if name in self.handed:
                    theirs = self._numbers(self.layout.samples(self.handed[name]))
                    masks = self.problem.masks[number - 1 : number] if name[0] == "A" else ()
                    variants = (ours, *(ours * mask for mask in masks))
                    yield name, min(relative_error(theirs, each) for each in variants)
        if "loss" in self.handed:
            loss = self._numbers(self.handed["loss"]).reshape(-1)
            mean = float(tensors[program.loss.name].reshape(-1)[0])
            penalty = self.l2 / 2 * sum(float(np.vdot(W, W)) for W in self.problem.weights)
            # People count the penalty in, or look at the loss alone.
            losses = (np.array([each]) for each in (mean, mean + penalty))
            errors = [relative_error(loss, each) for each in losses]
            yield "loss", min(errors) if len(loss) == 1 else np.inf

    @property
    def _numbers_of_layers(self) -> range:
        return range(1, self.depth + 1)

    @cached_property
    def _gradients(self) -> list[tuple[str, Array | None]]:
        found = []
        for name in self.problem.names:
            if name in self.handed:
                found.append((name, self._gradient(name)))
        return found

    def _gradient(self, name: str) -> Array | None:
        array = self._numbers(self.handed[name])
        W = self._weights(f"W{name[2:]}")
        if name[1] == "b":
            return biases(array, W.shape[1])
        if array.ndim > 2 or array.size != W.size:
            return None
        lying = self.layout.weights(array)
        if self._is_turned(name):
            return lying.T
        return lying if lying.shape == W.shape else None

    def _is_turned(self, name: str) -> bool:
        """Return whether ∇W lies otherwise than W; of a square one, whether it fits only so."""
        array, W = self._numbers(self.handed[name]), self._weights(f"W{name[2:]}")
        lying = self.layout.weights(array)
        if lying.shape[::-1] != W.shape:
            return False
        if lying.shape != W.shape:
            return True
        right = self.problem.gradients[name]
        is_close = self.closeness.is_close
        return is_close(name, lying.T, right) and not is_close(name, lying, right)

    def _weights(self, name: str) -> Array:
        return self._numbers(self.layout.weights(self.handed[name]))

    def _numbers(self, array: Array) -> Array:
        return np.ascontiguousarray(array, np.float64)

    def _masks(self, rows: int, weights: tuple[Array, ...]) -> tuple[Array, ...]:
        names = [f"mask{number}" for number in range(1, self.depth)]
        if not any(name in self.handed for name in names):
            return ()
        shapes = ((rows, W.shape[1]) for W in weights)
        return tuple(
            self._numbers(self.layout.samples(self.handed[name]))
            if name in self.handed
            else np.ones(shape)
            for name, shape in zip(names, shapes, strict=False)
        )


def check_given(handed: Handed) -> int:
    """Return how many layers there are.

    Raises:
        TuiNNError: Something is missing without which nothing can be worked out.
    """
    depth = sum(name[0] == "W" for name in handed)
    wanted = ["X", "y", *(f"W{number}" for number in range(1, max(depth, 1) + 1))]
    if missing := [name for name in wanted if name not in handed]:
        raise TuiNNError(
            f"expected X, y, W1, b1 … and dW1, db1 …: found no {' and no '.join(missing)}"
        )
    if not any(name[:2] in {"dW", "db"} for name in handed):
        raise TuiNNError("expected gradients to check, dW1, db1 …: found none")
    parameters = {f"{letter}{number}" for letter in "Wb" for number in range(1, depth + 1)}
    for name, array in handed.items():
        if name[0] == "d" and name[1:] not in parameters | {f"b{depth}"}:
            raise TuiNNError(f"{name}: there is no W{name[2:]} for it")
        if name[0] in "XW" and not array.ndim:
            raise TuiNNError(f"{name}: expected rows and columns, found a single number")
        if name[0] in "XyWb" and not np.isfinite(array).all():
            raise TuiNNError(f"{name}: some of its numbers are not finite")
        if not array.size:
            raise TuiNNError(f"{name}: it is empty")
    return depth
