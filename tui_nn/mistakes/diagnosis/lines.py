"""Every way in which a line of the backward pass may have been written, run by its operation."""

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

import numpy as np
from msgspec import Struct

from tui_nn.mistakes.diagnosis.guess import Guess, Suspect
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.mistakes.gradients.slopes import SLOPES, with_function
from tui_nn.mistakes.gradients.weights import others_of_width, with_input
from tui_nn.mistakes.mistake import Mistake, Operations
from tui_nn.mistakes.table import GRADIENTS, MISTAKES
from tui_nn.nn import derived
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.layers.dense import Adjoint, BiasGradient, WeightGradient
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor

Version = tuple[tuple[Suspect, ...], Array]
"""What is wrong with a line, and what it comes to."""


class Lines(Struct, frozen=True, eq=False):
    """The lines of a problem's backward pass, right and wrong."""

    problem: Problem

    def outputs(self, count: int) -> Iterator[Guess]:
        """Yield the output's δ with that many mistakes in it."""
        problem = self.problem
        for mistakes in permutations(self._at_output, count):
            program: Program | None = problem.program
            for mistake in mistakes:
                program = _altered(mistake, program)
            if program is None:
                continue
            delta = self._delta_of_output(program)
            suspects = tuple(Suspect(each.name, problem.depth) for each in mistakes)
            yield Guess(delta, suspects)

    @property
    def _at_output(self) -> list[Mistake]:
        """The mistakes that alter the output, or its δ."""
        program = self.problem.program
        lines = [*program.costing, program.phase(Phase.BACKWARD)[0]]
        found = [each for each in GRADIENTS if each.rewrite]
        return [
            each
            for each in found
            if not each.refusal(self.problem.setting)
            and any(each.rewrite and each.rewrite(line, program) for line in lines)
        ]

    def _delta_of_output(self, program: Program) -> Array:
        first = program.phase(Phase.BACKWARD)[0]
        last = program.operations.index(first) + 1
        return self.problem.computed(program, program.operations[:last])[first.name].copy()

    def weights(self, layer: int, delta: Array) -> Iterator[Version]:
        """Yield ∇W of a layer as it should be, and then with each mistake."""
        operation, program = self._line(WeightGradient, layer), self.problem.program
        name = operation.name
        given = self._with(layer, delta)
        right = self._run((operation,), given)
        yield (), right
        a, reshaped = operation.reads[0], Suspect("reshaped-not-transposed", layer, name)
        lines: list[tuple[tuple[Suspect, ...], Operation, Arrays]] = [((), operation, given)]
        if rewritten := self._rewritten(reshaped.name, operation):
            lines.append(((reshaped,), rewritten[0], given))
        for shuffled in _in_columns(given[a.name]):
            lines.append(((reshaped,), operation, {**given, a.name: shuffled}))
        for other in others_of_width(program, a):
            elsewhere = Suspect("wrong-layers-activation", layer, name)
            lines.append(((elsewhere,), with_input(operation, other)[0], given))
        for suspects, line, arrays in lines[1:]:
            yield suspects, self._run((line,), arrays)
        doubled = Suspect("l2-factor-two", layer, name)
        for suspects, line, arrays in lines:
            if rewritten := self._rewritten(doubled.name, line):
                yield (*suspects, doubled), self._run(rewritten, arrays)
        yield from self._scaled(right, layer, name, ("divided-twice", 1 / self.problem.samples))

    def biases(self, layer: int, delta: Array) -> Iterator[Version]:
        """Yield ∇b of a layer as it should be, and then with each mistake."""
        operation = self._line(BiasGradient, layer)
        name = operation.name
        given = self._with(layer, delta)
        right = self._run((operation,), given)
        yield (), right
        names = ("bias-gradient-over-everything", "bias-gradient-averaged", "l2-on-biases")
        for count in (1, 2):
            for chosen in combinations(names, count):
                rewritten: Operations | None = (operation,)
                for mistake in chosen:
                    rewritten = rewritten and self._rewritten(mistake, rewritten[0])
                if rewritten:
                    suspects = tuple(Suspect(mistake, layer, name) for mistake in chosen)
                    yield suspects, self._run(rewritten, given)
        yield from self._scaled(right, layer, name)

    def hidden(self, layer: int, delta: Array) -> Iterator[Version]:
        """Yield δ of a hidden layer, given that of the one after, with up to two mistakes."""
        errors = list(self._errors(layer + 1, delta))
        for wrong_slopes, line in self._slopes(layer):
            for wrong_errors, error in errors:
                yield (*wrong_errors, *wrong_slopes), self._through(line, error)

    def early(self, layer: int, delta: Array, gradient: Array) -> Iterator[tuple[Version, Array]]:
        """Yield δ of a hidden layer, and by how much η moves it if W was updated too early.

        Args:
            layer: The hidden layer.
            delta: δ of the one after.
            gradient: ∇W of the one after, as somebody had it.
        """
        adjoint = self._line(Adjoint, layer + 1)
        given = self._with(layer + 1, delta)
        error = self._run((adjoint,), given)
        moved = self._run((adjoint,), {**given, adjoint.reads[1].name: -gradient})
        for suspects, line in self._slopes(layer):
            if any(each.name == "relu-overwrites-gradient" for each in suspects):
                continue  # nothing comes from above
            yield (suspects, self._through(line, error)), self._through(line, moved)

    def _errors(self, layer: int, delta: Array) -> Iterator[Version]:
        """Yield ∂L/∂a of what a layer reads."""
        operation = self._line(Adjoint, layer)
        given = self._with(layer, delta)
        yield (), self._run((operation,), given)
        W = operation.reads[1].name
        for reshaped in _in_other_shape(given[W]):
            wrong = self._run((operation,), {**given, W: reshaped})
            yield (Suspect("reshaped-not-transposed", layer - 1),), wrong

    def _slopes(self, layer: int) -> Iterator[tuple[tuple[Suspect, ...], Operation]]:
        """Yield the line of δ as it should be, and with each mistake in its slope or its mask."""
        operation = self._line(HiddenDelta, layer)
        lines: list[tuple[tuple[Suspect, ...], Operation]] = [((), operation)]
        for mistake in SLOPES:
            if rewritten := self._rewritten(mistake.name, operation):
                lines.append(((Suspect(mistake.name, layer),), rewritten[0]))
        for function in self._functions_elsewhere(layer):
            other = with_function(operation, function)
            lines.append(((Suspect("wrong-layers-activation", layer),), other[0]))
        yield from lines
        for suspects, line in lines[1:]:
            for mistake in SLOPES:
                if any(each.name == mistake.name for each in suspects):
                    continue
                if rewritten := self._rewritten(mistake.name, line):
                    yield (*suspects, Suspect(mistake.name, layer)), rewritten[0]

    def _functions_elsewhere(self, layer: int) -> set[str]:
        """Return the activations of other layers that are not this one's."""
        problem = self.problem
        used = {*problem.activations, *(["sigmoid"] if problem.output == "sigmoid" else [])}
        return used - {problem.activations[layer - 1]}

    def _scaled(
        self, right: Array, layer: int, name: str, *more: tuple[str, float]
    ) -> Iterator[Version]:
        """Yield a gradient that was multiplied by what people forget or add."""
        factors = (("not-divided-by-batch", self.problem.samples), ("sign-reversed", -1), *more)
        for mistake, factor in factors:
            yield (Suspect(mistake, layer, name),), factor * right

    def _line(self, kernel: type, layer: int) -> Operation:
        return next(
            each
            for each in self.problem.program.operations
            if isinstance(each.kernel, kernel) and each.layer == layer
        )

    def _rewritten(self, name: str, operation: Operation) -> Operations | None:
        rewrite = MISTAKES[name].rewrite
        assert rewrite
        return rewrite(operation, self.problem.program)

    def _with(self, layer: int, delta: Array) -> Mapping[str, Array]:
        """Return all arrays, with another δ of a layer."""
        z = self.problem.program.find_one(Role.PRE_ACTIVATION, layer)
        return {**self.problem.tensors, derived.delta(z).name: delta}

    def _through(self, line: Operation, error: Array) -> Array:
        """Return δ, given ∂L/∂a."""
        name = next((each.name for each in line.reads if each.role is Role.ERROR), "")
        given = {**self.problem.tensors, name: error} if name else self.problem.tensors
        return self._run((line,), given)

    def _run(self, operations: Operations, given: Arrays) -> Array:
        """Return what the last of some operations comes to, and leave everything as it is."""
        written: list[Tensor] = []
        for each in operations:
            written += (*each.writes, *each.scratch)
        samples, dtype = self.problem.samples, np.dtype(np.float64)
        fresh = {each.name: each.allocate(samples, dtype) for each in written if each.buffered}
        tensors = {**given, **fresh}
        with np.errstate(all="ignore"):
            for each in operations:
                each.run(tensors, self.problem.context)
        return tensors[operations[-1].name]


def _altered(mistake: Mistake, program: Program | None) -> Program | None:
    """Return a program with another mistake, or None if that changes nothing about it."""
    if program is None or mistake.rewrite is None:
        return None
    lines = program.writer[program.output.name], program.phase(Phase.BACKWARD)[0]
    is_altered = any(mistake.rewrite(each, program) for each in lines)
    return mistake.apply(program) if is_altered else None


def _in_columns(a: Array) -> Iterator[Array]:
    """Yield what [B, n] is where samples stand in columns, and A is reshaped for A.T."""
    rows, inputs = a.shape
    if min(rows, inputs) > 1:
        yield np.ascontiguousarray(a.T).reshape(rows, inputs)


def _in_other_shape(W: Array) -> Iterator[Array]:
    """Yield what [n, m] is where it is reshaped for W.T, kept as [n, m] or as [m, n]."""
    inputs, units = W.shape
    if min(inputs, units) > 1:
        yield np.ascontiguousarray(W).reshape(units, inputs).T
        yield np.ascontiguousarray(W.T).reshape(inputs, units)
