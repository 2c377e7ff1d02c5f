"""What tasks ask of the selected sample, and of how the network reads it."""

from __future__ import annotations

import numpy as np

from tui_nn.data.drawing.preparation import centre_of_mass
from tui_nn.data.form import INK
from tui_nn.data.mnist_style import fit
from tui_nn.lessons.conditions.condition import Condition
from tui_nn.lessons.situation import ANY, Situation
from tui_nn.training.analysis.pixels import farthest
from tui_nn.training.analysis.plane import probe_of


def digit(now: Situation, label: int) -> bool:
    """The selected sample is of this class."""
    probe = now.snapshot.probe
    return probe is not None and probe.label == label


def says(now: Situation, label: int) -> bool:
    """The network says this class of the selected sample."""
    probe = now.snapshot.probe
    return probe is not None and probe.said == label


def misread(now: Situation) -> bool:
    """The network says another class of the selected sample than it is."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth is not None and probe.said != probe.truth


def misread_as(now: Situation, said: int, truth: int = ANY) -> bool:
    """The network says this class of the selected sample, which is another one, or this other."""
    probe = now.snapshot.probe
    is_meant = probe is not None and truth in (ANY, probe.truth)
    return is_meant and misread(now) and says(now, said)


def sample_loss_above(now: Situation, least: float) -> bool:
    """The loss of the selected sample is above this."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth is not None and now.value("sample:L") > least


def missed(now: Situation, truth: int) -> bool:
    """The selected sample is of this class, and the network says another one."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth == truth and probe.said != truth


def mistaken_for(now: Situation, said: int) -> bool:
    """The network says this class of the selected sample, which is of another one."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth not in (None, said) and probe.said == said


def recall(now: Situation, of: int, least: float) -> bool:
    """After some epoch, at least this share of a class of validation was found."""
    found = [each.validation_recall[of] for each in now.snapshot.epochs]
    return any(share is not None and share >= least for share in found)


def drawn(now: Situation) -> bool:
    """The sample is a digit that the person has drawn."""
    return now.is_drawn


def drawn_as(now: Situation, label: int) -> bool:
    """The network reads a digit that the person has drawn as this one."""
    return drawn(now) and says(now, label)


def off_centre_as(now: Situation, pixels: float, label: int) -> bool:
    """A digit that the person has drawn is read as this one, though it is so far off the centre."""
    return _off_centre(now) >= pixels and says(now, label)


def off_centre_misled(now: Situation, pixels: float) -> bool:
    """A digit that the person has drawn, so far off the centre, is read otherwise than there."""
    probe = now.snapshot.probe
    if probe is None or _off_centre(now) < pixels:
        return False
    return probe_of(now.snapshot, fit(probe.image)).said != probe.said


def _off_centre(now: Situation) -> float:
    """Return how many pixels the person's digit is off the middle, 0 for another sample."""
    probe = now.snapshot.probe
    if not drawn(now) or probe is None:
        return 0.0
    row, column = centre_of_mass(probe.image)
    middle_row, middle_column = (side / 2 for side in probe.image.shape)
    return float(np.hypot(row - middle_row, column - middle_column))


def drawn_surely(now: Situation, label: int, least: float) -> bool:
    """Of a picture that was drawn or painted, p of this class is at least this."""
    probe = now.snapshot.probe
    return drawn(now) and probe is not None and bool(probe.probabilities[label] >= least)


def misread_by_change(now: Situation, most: float) -> bool:
    """The sample is misread, changed by no more than this share of white to ink in any pixel."""
    probe, split = now.snapshot.probe, now.snapshot.dataset[now.split]
    before = split.images[min(now.sample, len(split) - 1)]
    if probe is None or not drawn(now) or probe.image.shape != before.shape:
        return False
    return misread(now) and farthest(probe.image, before) <= most * INK


def drawn_misread(now: Situation) -> bool:
    """The network reads a digit that the person has drawn otherwise than the person says."""
    return drawn(now) and misread(now)


OF_SAMPLE: tuple[Condition, ...] = (
    digit, drawn, drawn_as, drawn_misread, drawn_surely, misread, misread_as, misread_by_change,
    missed, mistaken_for, off_centre_as, off_centre_misled, recall, sample_loss_above, says,
)  # fmt: skip
"""What can be asked of the sample."""
