"""Looks at a stepper without changing it: probes, evaluations, and copies of what is computed."""

from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split, normalise
from tui_nn.nn.looked import Looked
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays
from tui_nn.training.evaluation import Evaluation, Evaluator
from tui_nn.training.session.snapshot import Computed, Probe
from tui_nn.training.session.statistics import Statistics
from tui_nn.training.stepping.stepper import Stepper
from tui_nn.training.stepping.timeline import Timeline


class Observer:
    """Copies what a stepper has computed, and probes samples."""

    def __init__(self, stepper: Stepper, dataset: Dataset, timeline: Timeline | None) -> None:
        """Prepare to observe.

        Args:
            stepper: What is observed.
            dataset: Its data, with all splits.
            timeline: Where the parameters from before an update are, if anywhere.
        """
        self._stepper = stepper
        self._dataset = dataset
        self._timeline = timeline
        self._inference = stepper.program.inference
        self._probing = self._inference.workspace(stepper.state, 1, stepper.program.probing)
        self._labels = stepper.task.labels(stepper.state.flat.dtype)
        self._copies, self._probed, self._before = Copies(), Copies(), Copies()
        self._statistics, self._statistics_before = Statistics({}), Statistics({})

    def probe(self, image: NDArray[np.uint8], label: int | None) -> Probe:
        """Take one image through the program at batch 1, without its update.

        Args:
            image: A sample, as its data set has it.
            label: The true digit; without one there is neither a loss nor a gradient worth reading.
        """
        at, wanted = self._stepper, None if label is None else self._labels[label]
        tensors, scale = self._probing.rows(1), self._dataset.form.scale
        computed = take_through(
            self._inference, tensors, at.context, image, wanted, self._probed, scale
        )
        return Probe(image, label, computed, at.task)

    def evaluate(self, split: Split) -> Evaluation:
        """Return how good the network is now on any samples."""
        at = self._stepper
        return Evaluator(at.program, at.state, split, at.task, at.rates).run()

    def computed(self) -> Computed:
        """Return the current step, or at its operation 0 the one before."""
        at, program = self._stepper, self._stepper.program
        unread = at.unread
        copies = self._copies.of(at.tensors if unread is None else unread.others, program)
        shown = copies if unread is None else unread.beside(copies)
        tensors = before = Looked(shown, program, at.context)
        whole = at.done == 0 and at.shown_step is not None
        if self._timeline is not None and (whole or at.done > len(program.differentiating)):
            assert at.shown_step is not None
            kept = self._timeline.at(at.shown_step)
            if kept is not None:
                read = copies | self._before.of(kept.tensors, program)
                before = Looked(read, program, at.context)
        done = len(program.operations) if whole else at.done
        self._statistics = Statistics(tensors, self._statistics)
        self._statistics_before = Statistics(before, self._statistics_before)
        known = self._statistics, self._statistics_before
        return Computed(tensors, before, at.context, done, program, *known)


def take_through(
    program: Program,
    tensors: Arrays,
    context: StepContext,
    image: NDArray[Any],
    wanted: Array | None,
    copies: "Copies",
    scale: float,
) -> Computed:
    """Take one sample through a program at batch 1, without its update.

    Args:
        program: Without what only training does.
        tensors: Buffers for one sample, beside the parameters.
        context: Of the step at which it is looked at.
        image: A sample, as its data set has it.
        wanted: What the outputs should be, or None if nobody knows.
        copies: Take the copies that are returned.
        scale: What the bytes of a sample are multiplied by.
    """
    x = tensors[program.input.name]
    x[...] = normalise(image[None], x.dtype.type, scale)
    tensors[program.labels.name][...] = 0 if wanted is None else wanted
    context = replace(context, indices=np.zeros(1, np.intp), samples=0, start=0)
    operations = program.probing
    run(operations, tensors, context)
    kept = copies.of(tensors, program)
    known = Statistics(kept)
    return Computed(kept, kept, context, len(operations), program, known, known)


class Copies:
    """Copies of arrays; what has the same bits as the copy before is that copy.

    So whoever draws a copy, or works something out from it, can see that nothing changed.
    """

    def __init__(self) -> None:
        self._newest: dict[str, Array] = {}

    def of(self, tensors: Arrays, program: Program) -> dict[str, Array]:
        """Return copies of all arrays but scratch, which nobody looks at."""
        kept = {name: array for name, array in tensors.items() if name not in program.scratch}
        self._newest = {name: self._copy(name, array) for name, array in kept.items()}
        return dict(self._newest)

    def _copy(self, name: str, array: Array) -> Array:
        before = self._newest.get(name)
        return before if before is not None and _same(before, array) else array.copy()


def _same(one: Array, other: Array) -> bool:
    """Return whether two arrays have the same bits: −0 is not 0, and NaN is NaN."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    bits = f"u{one.itemsize}"
    return bool(np.array_equal(one.view(bits), other.view(bits)))
