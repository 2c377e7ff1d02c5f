"""Keeps a run's breakpoints, and says where the run has to stop."""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.training.evaluation import Evaluator
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.stepper import Stepper
from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint, Passed, Prediction, SampleId


class BreakpointSet:
    """A run's breakpoints. The session asks it when it goes forwards, never when it goes back."""

    def __init__(self, stepper: Stepper, dataset: Dataset) -> None:
        self._stepper = stepper
        self._dataset = dataset
        self._kept: tuple[Breakpoint, ...] = ()
        self._on: tuple[Breakpoint, ...] = ()
        self._before: dict[int, str] = {}
        self._samples: dict[SampleId, Evaluator] = {}
        self._said: dict[SampleId, int] = {}
        self._stops: tuple[int, ...] = ()
        self._set(())

    def __iter__(self) -> Iterator[Breakpoint]:
        return iter(self._kept)

    # What there is

    def add(self, added: Breakpoint) -> None:
        """Add a breakpoint, or turn one on that was there.

        Raises:
            TuiNNError: It could never stop this run.
        """
        if fault := added.fault(self._stepper.program, self._dataset):
            raise TuiNNError(fault)
        if any(_same(each, added) for each in self._kept):
            self._set(tuple(added if _same(each, added) else each for each in self._kept))
        else:
            self._set((*self._kept, added))

    def remove(self, removed: Breakpoint) -> None:
        """Remove a breakpoint, if it is there."""
        self._set(tuple(each for each in self._kept if not _same(each, removed)))

    def toggle(self, toggled: Breakpoint) -> None:
        """Turn a breakpoint off, or on again."""
        self._set(
            tuple(
                msgspec.structs.replace(each, on=not each.on) if _same(each, toggled) else each
                for each in self._kept
            )
        )

    def restore(self, saved: Iterable[Breakpoint]) -> None:
        """Add a saved run's breakpoints, except those that mean nothing here."""
        for each in saved:
            if not each.fault(self._stepper.program, self._dataset):
                self.add(each)

    def adopt(self, other: "BreakpointSet") -> None:
        """Add another run's breakpoints, except those that mean nothing here."""
        for each in other:
            if each.fault(self._stepper.program, self._dataset):
                continue
            sample = each.watched_sample
            if sample and not _same_image(sample, self._dataset, other._dataset):
                continue
            self.add(each)

    # Where to stop

    @property
    def stops(self) -> tuple[int, ...]:
        """After how many operations the session has to check whether to stop, in order."""
        if self._stepper.program is not self._program:
            self._set(self._kept)
        return self._stops

    @property
    def can_stop(self) -> bool:
        """Whether one of them is on."""
        return bool(self._on)

    @property
    def need_norms(self) -> bool:
        """Whether one of them needs the gradients' norms of every step."""
        return any(each.needs_norms for each in self._on)

    def begin(self) -> None:
        """Note what the network says of samples, before the rest of a step changes it."""
        for sample in self._samples:
            if sample not in self._said:
                self._said[sample] = self._say(sample)

    def forget(self) -> None:
        """Forget what the network says: its parameters have changed by other means than a step."""
        self._said.clear()

    def before(self, operation: int) -> str:
        """Return why to stop before an operation, or ""."""
        return self._before.get(operation, "")

    def after_step(self, history: History) -> str:
        """Return why to stop at the end of the step that was just completed, or ""."""
        if not self._on:
            return ""
        at = self._stepper
        passed = Passed(
            step=at.step,
            epoch=at.epoch - 1 if at.batch == 0 else None,
            history=history,
            predictions={sample: self._judge(sample) for sample in self._samples},
        )
        reasons = [each.trips(passed) for each in self._on]
        return "; ".join(filter(None, [*reasons, self.before(0)]))

    # Inside

    def _set(self, kept: tuple[Breakpoint, ...]) -> None:
        program, state = self._stepper.program, self._stepper.state
        self._program = program
        self._kept = kept
        self._on = tuple(each for each in kept if each.on)
        places = {operation.name: place for place, operation in enumerate(program.operations)}
        self._before = {
            places[each.operation]: each.describe(program)
            for each in self._on
            if each.operation in places
        }
        # The session itself looks at the gradients before the update.
        ends = {len(program.differentiating), len(program.operations)}
        self._stops = tuple(sorted(ends | self._before.keys() - {0}))
        asked = {each.watched_sample for each in self._on if each.watched_sample}
        self._samples = {
            (split, index): self._samples.get((split, index))
            or Evaluator(
                program,
                state,
                self._dataset[split].take(np.array([index])),
                self._stepper.task,
                self._stepper.rates,
            )
            for split, index in asked
        }
        self._said = {sample: said for sample, said in self._said.items() if sample in asked}

    def _judge(self, sample: SampleId) -> Prediction:
        split, index = sample
        before, now = self._said[sample], self._say(sample)
        self._said[sample] = now
        task = self._stepper.task
        true = int(task.classes(self._dataset[split].labels[index : index + 1])[0])
        return Prediction(task.names[true], task.names[before], task.names[now])

    def _say(self, sample: SampleId) -> int:
        return int(self._samples[sample].run().said[0])


def _same(one: Breakpoint, other: Breakpoint) -> bool:
    """Return whether two stop at the same, on or off."""
    return msgspec.structs.replace(one, on=other.on) == other


def _same_image(sample: SampleId, one: Dataset, other: Dataset) -> bool:
    split, index = sample
    return np.array_equal(one[split].image(index), other[split].image(index))
