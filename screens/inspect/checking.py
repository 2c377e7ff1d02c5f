"""Where somebody's gradients are looked at first, and what is said of them."""

import numpy as np

from screens.inspect.checked import Checked
from screens.inspect.maps import unit_axis
from screens.inspect.selection import Selection
from tui_nn.mistakes.checking.report import Report
from tui_nn.mistakes.diagnosis.diagnosis import Verdict
from tui_nn.nn.program import Program
from tui_nn.training.session.session import Session
from tui_nn.training.stops.breakpoints import AtOperation
from tui_nn.training.stops.watches import WatchElement


def checked_of(report: Report, name: str) -> Checked:
    """Return gradients that were handed in as screens show them.

    Args:
        report: What was found.
        name: What the data are called.
    """
    first = report.first_wrong or next(iter(report.yours), "")
    said = " ".join(sentence.strip() for sentence in report.said())
    found = report.diagnosis.arrays
    return Checked(
        name=name,
        yours=report.yours,
        right=report.ours,
        difference=report.difference,
        verdicts={each: _verdict(report, each) for each in report.yours},
        wrong=tuple(each for each, at in found.items() if at.verdict is Verdict.WRONG),
        first=first,
        said=said,
    )


def _verdict(report: Report, name: str) -> str:
    """Return whether a gradient is right, how far off, and what explains it."""
    judged = report.diagnosis.arrays.get(name)
    if judged is None:
        return ""
    error = judged.relative_error
    far = "" if error is None else f", relative error {error:.2e}"
    why = [each.mistake.name for each in report.diagnosis.mistakes if name in each.explains]
    explained = f": {', or '.join(why)} (ctrl+l says more)" if why else ""
    return f"Yours is {judged.verdict}{far}{explained}."


def selection_of(checked: Checked, program: Program) -> Selection:
    """Return the element of the first wrong gradient that is furthest off."""
    if checked.first not in checked.difference:
        return Selection(operation=checked.first or None)
    distance = np.nan_to_num(np.abs(checked.difference[checked.first]), nan=np.inf)
    element = tuple(map(int, np.unravel_index(distance.argmax(), distance.shape)))
    tensor = program.tensor(checked.first)
    axis = unit_axis(tensor)
    neuron = 0 if axis is None else element[axis]
    layer = tensor.layer or 1
    return Selection(layer=layer, neuron=neuron, operation=checked.first, element=element)


def stop_at_wrong(session: Session, checked: Checked, selection: Selection) -> None:
    """Have the run stop before what is wrong, and watch the element that is furthest off."""
    for name in checked.wrong:
        session.breakpoints.add(AtOperation(name=name))
    if checked.first in checked.wrong and selection.element is not None:
        session.watches.add(WatchElement(checked.first, selection.element))
