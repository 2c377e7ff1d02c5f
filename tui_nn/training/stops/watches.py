"""Single numbers that a person watches: their value now, and their curve.

A watch is plain data, which is saved with the run. Its values are part of the run's record: so a
branch keeps those up to where it began, and replaying recorded steps fills in what is missing.
"""

import math
from collections.abc import Callable, Container, Iterable, Iterator
from typing import ClassVar, Literal, Self, TypeAlias

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import format_element
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.stepper import Stepper
from tui_nn.training.stops.spelling import read_only_word
from tui_nn.training.stops.subject import Subject


class WatchElement(msgspec.Struct, frozen=True, tag=True):
    """One element of a tensor; where a batch is too short to have it, there is none."""

    kind: ClassVar[str] = "watch an element"

    tensor: str
    index: tuple[int, ...] = ()

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        """Return a sentence to begin with, about what a person is looking at."""
        return subject.element

    def describe(self, program: Program) -> str:
        """Return what it is, as formulas write it."""
        return format_element(program.symbol(self.tensor), self.index)

    def fault(self, program: Program, tensors: Arrays) -> str:
        """Return why there is no such number, or ""."""
        name = program.symbol(self.tensor)
        if self.tensor not in tensors:
            return f"there is no tensor {name}"
        shape = tensors[self.tensor].shape
        if len(self.index) == len(shape) and all(map(_is_inside, self.index, shape)):
            return ""
        last = format_element(name, tuple(size - 1 for size in shape))
        if not self.index:
            return f"{name} has many elements: name one, up to {last}, or norm {name}"
        return f"{name} has no such element; its last one is {last}"

    def read(self, tensors: Arrays) -> float:
        """Return the number."""
        tensor = tensors[self.tensor]
        return (
            float(tensor[self.index])
            if all(map(_is_inside, self.index, tensor.shape))
            else math.nan
        )


class WatchNorm(msgspec.Struct, frozen=True, tag=True):
    """The norm of a tensor: the root of the sum of its squares."""

    kind: ClassVar[str] = "watch a norm"

    tensor: str

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        """Return the watch that a typed sentence means, as ``Breakpoint.parse`` does."""
        if first != "norm":
            return None
        words = [word for word in rest if word != "of"]
        text = read_only_word(words, "norm of which tensor? such as: norm dW1")
        return cls(program.resolve(text))

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        """Return a sentence to begin with, about what a person is looking at."""
        return f"norm {subject.gradient}"

    def describe(self, program: Program) -> str:
        """Return what it is, as formulas write it."""
        return f"‖{program.symbol(self.tensor)}‖"

    def fault(self, program: Program, tensors: Arrays) -> str:
        """Return why there is no such number, or ""."""
        if self.tensor in tensors:
            return ""
        return f"there is no tensor {program.symbol(self.tensor)}"

    def read(self, tensors: Arrays) -> float:
        """Return the number."""
        values = tensors[self.tensor].reshape(-1)
        with np.errstate(all="ignore"):
            square = float(np.dot(values, values))
        if not math.isfinite(square):  # a square overflows before its number does
            square = float(np.square(values.astype(np.float64)).sum())
        return math.sqrt(square)


class WatchMetric(msgspec.Struct, frozen=True, tag=True):
    """Loss or accuracy of the batch, which are recorded anyway."""

    metric: Literal["loss", "accuracy"]

    @classmethod
    def parse(
        cls,
        first: str,
        rest: list[str],
        program: Program,  # noqa: ARG003 - the same in every program
    ) -> Self | None:
        """Return the watch that a typed sentence means, as ``Breakpoint.parse`` does."""
        if rest:
            return None
        match first:
            case "loss":
                return cls("loss")
            case "accuracy" | "acc":
                return cls("accuracy")
        return None

    def describe(self, program: Program) -> str:  # noqa: ARG002 - the same in every program
        """Return what it is."""
        return self.metric

    def fault(self, program: Program, tensors: Arrays) -> str:  # noqa: ARG002 - always there
        """Return ""."""
        return ""


Watch: TypeAlias = WatchElement | WatchNorm | WatchMetric


class Watched(Struct, frozen=True, eq=False):
    """A watch, and what it shows.

    Attributes:
        watch: What is watched.
        value: In the current step or, if it is not computed there yet, in the step before; None
            where it is not known.
        curve: [N], its value in each step of the record; NaN where it was not watched. Read-only.
        words: What it is, as formulas write it.
    """

    watch: Watch
    value: float | None
    curve: NDArray[np.float64]
    words: str


class Watches:
    """The watches of a run."""

    def __init__(self, stepper: Stepper, history: Callable[[], History]) -> None:
        """Begin with none.

        Args:
            stepper: Whose tensors are looked at.
            history: Returns the record as it is now, which a branch replaces.
        """
        self._stepper = stepper
        self._history = history
        self._kept: tuple[Watch, ...] = ()

    def __iter__(self) -> Iterator[Watch]:
        return iter(self._kept)

    def add(self, added: Watch) -> None:
        """Add a watch, unless it is there.

        Raises:
            TuiNNError: There is no such number.
        """
        if fault := added.fault(self._stepper.program, self._stepper.looked):
            raise TuiNNError(fault)
        if added in self._kept:
            return
        self._kept = (*self._kept, added)
        at = self._stepper
        if at.done == 0 and at.shown_step is not None:
            # The step before is still there to see, but for parameters, which may have been edited.
            self._record(added, at.step - 1, but=at.state.tensors)

    def remove(self, removed: Watch) -> None:
        """Remove a watch, if it is there."""
        self._kept = tuple(each for each in self._kept if each != removed)

    def restore(self, saved: Iterable[Watch]) -> None:
        """Add another run's watches, except those that mean nothing here."""
        for each in saved:
            if not each.fault(self._stepper.program, self._stepper.looked):
                self.add(each)

    def record(self) -> None:
        """Record the values of the current step, all of whose operations are done."""
        for watch in self._kept:
            self._record(watch, self._stepper.step)

    def look(self) -> tuple[Watched, ...]:
        """Return what every watch shows now."""
        return tuple(map(self._look_at, self._kept))

    def _record(self, watch: Watch, step: int, but: Container[str] = ()) -> None:
        if isinstance(watch, WatchMetric) or watch.tensor in but:
            return
        tensors = self._stepper.looked
        if watch.tensor in tensors:  # an edit may have left its operation out
            self._history().trace(watch).put(step, watch.read(tensors))

    def _look_at(self, watch: Watch) -> Watched:
        at, history = self._stepper, self._history()
        words = watch.describe(at.program)
        if isinstance(watch, WatchMetric):
            curve = getattr(history.curves, watch.metric)
        else:
            curve = history.trace(watch).values(len(history))
            if self._is_computed(watch.tensor):
                return Watched(watch, _known(watch.read(at.looked)), curve, words)
        value = _known(curve[at.step - 1]) if at.step else None
        return Watched(watch, value, curve, words)

    def _is_computed(self, name: str) -> bool:
        """Whether the buffers hold a tensor of the current step, or of the whole one before."""
        at = self._stepper
        if name not in at.looked:
            return False
        if name not in at.program.writer or at.program.is_kept(name):
            return True
        if at.done == 0:
            return at.shown_step is not None
        return at.program.is_written(name, at.done)


def _is_inside(place: int, size: int) -> bool:
    return 0 <= place < size


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
