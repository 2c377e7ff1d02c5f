"""What is said of somebody's gradients: as text, as HTML, for scripts, and for pictures."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from html import escape
from textwrap import fill

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.checking.choosing import Choice
from tui_nn.mistakes.checking.reading import FORWARD, Reading
from tui_nn.mistakes.diagnosis.diagnosis import Diagnosis, Finding, Judgement, Verdict
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn.tensor import Array

WIDTH = 78
_CODE = "    "


class Report(Struct, frozen=True, eq=False, dict=True):
    """What is said of somebody's gradients; it prints itself.

    Attributes:
        choice: How the arrays were read.
        unknown: Names of arrays that were not looked at.
    """

    choice: Choice
    unknown: tuple[str, ...] = ()

    @property
    def reading(self) -> Reading:
        """The arrays, as they were read."""
        return self.choice.reading

    @property
    def problem(self) -> Problem:
        """The network and the batch, with everything of the right step."""
        return self.reading.problem

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What is wrong, with what lies the wrong way round."""
        found, reading = self.choice.diagnosis, self.reading
        arrays = dict(found.arrays)
        for name in (*reading.turned, *reading.misshapen):
            arrays[name] = Judgement(Verdict.WRONG)
        for name in found.arrays:  # a network without biases
            if name[1] == "b" and not {name, name[1:]} & reading.handed.keys():
                del arrays[name]
        return replace(found, arrays=arrays)

    @property
    def right(self) -> bool:
        """Whether everything is there and right."""
        return self.diagnosis.right

    @property
    def first_wrong(self) -> str | None:
        """The first wrong array in the order of the backward pass."""
        return self.diagnosis.first_wrong

    @property
    def yours(self) -> Mapping[str, Array]:
        """Somebody's gradients by name, as the parameters lie here: [in, out], [out]."""
        return self.reading.given

    @property
    def ours(self) -> Mapping[str, Array]:
        """The right gradients by name."""
        return self.problem.gradients

    @cached_property
    def difference(self) -> Mapping[str, Array]:
        """Somebody's less the right ones, by name."""
        with np.errstate(all="ignore"):
            return {name: array - self.ours[name] for name, array in self.yours.items()}

    def table(self) -> dict[str, object]:
        """Return it for scripts."""
        found = self.diagnosis
        return {
            "right": found.right,
            "arrays": {
                name: {"relative_error": each.relative_error, "verdict": str(each.verdict)}
                for name, each in found.arrays.items()
            },
            "first_wrong": found.first_wrong,
            "mistakes": [
                {
                    "name": each.mistake.name,
                    "title": each.mistake.title,
                    "explains": list(each.explains),
                }
                for each in found.mistakes
            ],
        }

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is said of each array, in the order of the backward pass."""
        for name, each in self.diagnosis.arrays.items():
            error = "" if each.relative_error is None else f"{each.relative_error:.2e}"
            yield name, error, str(each.verdict)

    def said(self) -> Iterator[str]:
        """Yield sentences: the diagnosis, and what else there is to say."""
        found, reading = self.diagnosis, self.reading
        missing = [name for name, at in found.arrays.items() if at.verdict is Verdict.MISSING]
        if found.right:
            yield "All gradients are right."
        elif found.first_wrong is None:
            yield f"What is there is right; {', '.join(missing)} {_are(missing)} missing."
        else:
            first = found.first_wrong
            yield f"The first that is wrong, in the order of the backward pass, is {first}."
        for name in reading.turned:
            yield f"{name} lies the other way round than {name[1:]}: it is judged transposed."
        for name, shape in reading.misshapen.items():
            W = reading.handed.get(name[1:])
            wanted = f"{list(W.shape)}, as {name[1:]}" if W is not None else "one number a unit"
            yield f"{name} has the shape {list(shape)} where {wanted}, was expected."
        for finding in found.mistakes:
            yield from _sentences(finding)
        if found.ambiguity:
            yield f"On these data they cannot be told apart: {found.ambiguity}."
        if found.factor is not None:
            yield f"Everything from the output on is {found.factor:.6g} times what it should be."
        if found.unexplained:
            names = ", ".join(found.unexplained)
            yield f"No mistake that is known here, and no pair of them, leads to {names}."
        if found.untried:
            layers = ", ".join(map(str, found.untried))
            yield f"Not every pair of mistakes was tried, for want of time: layer {layers}."
        if hint := self._penalty():
            yield hint
        for name, error in reading.forward.items():
            if not error <= FORWARD:
                hint = "" if found.right else ": look at the forward pass first"
                yield f"{name} is not what this network says (relative error {error:.1e}){hint}."
        if self.unknown:
            yield f"Not looked at: {', '.join(self.unknown)}."

    def _penalty(self) -> str:
        """Return whether an L2 penalty that nobody named is all that is wrong."""
        rates, counted = [], self.problem.l2
        if counted and self.diagnosis.mistakes:
            return ""
        for name, difference in self.difference.items():
            if name[1] == "b" or self.diagnosis.arrays[name].verdict is Verdict.RIGHT:
                continue
            W = self.problem.weights[int(name[2:]) - 1]
            rate = float(np.vdot(difference, W)) / (float(np.vdot(W, W)) or 1.0)
            with_it = self.ours[name] + rate * W
            if not self.reading.closeness.is_close(name, self.yours[name], with_it):
                return ""
            rates.append(rate)
        is_one = rates and max(rates) - min(rates) <= 1e-3 * max(map(abs, rates))
        if not is_one or counted + rates[0] < 0:
            return ""
        return (
            f"All that is wrong with ∇W is {rates[0]:.6g}·W: is that an L2 penalty? "
            f"--l2 {counted + rates[0]:.6g} counts it in."
        )

    def __str__(self) -> str:
        """Return it as text."""
        rows = [("array", "relative error", ""), *self.rows()]
        width = max(len(row[0]) for row in rows)
        lines = [
            f"{name:{width}}  {error:>14}  {verdict}".rstrip() for name, error, verdict in rows
        ]
        read = _wrapped(f"Read as: {'; '.join(self.choice.said)}.")
        return "\n".join([read, "", *lines, "", *map(_wrapped, self.said())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        marks = {"right": "#2a7", "wrong": "#c40", "missing": "#888"}
        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{error}</td>"
            f'<td style="color:{marks[verdict]}"><b>{verdict}</b></td></tr>'
            for name, error, verdict in self.rows()
        )
        sentences = "".join(f"<p>{escape(each)}</p>" for each in self.said())
        return (
            f"<p>Read as: {escape('; '.join(self.choice.said))}.</p><table><thead><tr><th>array"
            f"</th><th>relative error</th><th></th></tr></thead>{rows}</table>{sentences}"
        )


def _sentences(finding: Finding) -> Iterator[str]:
    mistake, words = finding.mistake, finding.mistake.words
    rate = f" (η = {finding.rate:.4g})" if finding.rate is not None else ""
    *others, last = map(str, finding.layers)
    lines = f"lines of layers {', '.join(others)} and {last}" if others else f"line of layer {last}"
    yield (
        f"{mistake.name}: {mistake.title}{rate}. It explains {', '.join(finding.explains)}: "
        f"look at the {lines}."
    )
    yield f"{_CODE}as people write it   {words.wrong}"
    yield f"{_CODE}as it should be      {words.right}"


def _wrapped(sentence: str) -> str:
    """Return a sentence in lines; code stays as it is."""
    return sentence if sentence.startswith(_CODE) else fill(sentence, WIDTH, break_on_hyphens=False)


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
