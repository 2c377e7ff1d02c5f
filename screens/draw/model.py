"""What the Draw screen shows: what became of the drawing, and what the network says of it."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.inspect.initial import has_initial_weights, initial_words
from screens.inspect.predictions import said_words
from screens.inspect.selection import Selection
from screens.shapes.bar import Bar
from screens.shapes.room import Room
from tui_nn.data.drawing.pen import SIDE, Pen
from tui_nn.data.drawing.preparation import Prepared, centre_of_mass
from tui_nn.data.drawing.similar import Similar
from tui_nn.data.form import Form
from tui_nn.data.mnist_style import scale_to_box
from tui_nn.training.session.snapshot import Probe, Snapshot

EMPTY = "draw something"


class View(StrEnum):
    """What is looked at beside the sheet, where there is no room for everything."""

    GIVEN = "what the network is given"
    STAGES = "how it gets there"
    SIMILAR = "the most similar"


class Pictures(Struct, frozen=True, eq=False):
    """Pictures in a row, each with its words.

    Attributes:
        pixels: uint8 [N, 28, 28].
        captions: At most 14 characters each.
    """

    pixels: NDArray[np.uint8]
    captions: Sequence[str]


# What becomes of the drawing


def stages(prepared: Prepared) -> Pictures:
    """Return the drawing on its way: cut, scaled to a box, and centred by its mass."""
    if prepared.is_empty:
        return Pictures(np.zeros((0, SIDE, SIDE), np.uint8), ())
    cut, box = ("×".join(map(str, each.shape)) for each in (prepared.cut, prepared.scaled))
    captions = (f"1 cut {cut}", f"2 box {box}", "3 centred")
    pictures = [in_the_middle(prepared.cut), in_the_middle(prepared.scaled), prepared.centred]
    return Pictures(np.stack(pictures), captions)


def in_the_middle(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture in the middle of 28×28; a larger one made smaller."""
    if max(picture.shape) > SIDE:
        picture = scale_to_box(picture, SIDE)
    field = np.zeros((SIDE, SIDE), np.uint8)
    rows, columns = picture.shape
    top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
    field[top : top + rows, left : left + columns] = picture
    return field


def sheet_title(*, is_down: bool, photo: str = "") -> str:
    """Return what the sheet is for, and whether the arrow keys draw on it; or the photo's name."""
    if photo:
        return f"photo {photo}"
    return "sheet · pen DOWN" if is_down else "sheet · draw a digit"


def softness_words(pen: Pen) -> str:
    """Return how a pen's ink ends."""
    return f"soft, {pen.softness:g} px" if pen.softness else "hard"


def given_caption(given: NDArray[np.uint8], form: Form) -> str:
    """Return what was done to the drawing, under what became of it.

    Args:
        given: uint8 [28, 28].
        form: Of the samples that the network reads.
    """
    if not given.any():
        return "28×28 pixels, paper"
    row, column = centre_of_mass(given)
    words = f"centre of mass ({row:.1f}, {column:.1f})"
    return words if form.shape == (SIDE, SIDE) else f"{words}; {form.words}"


def hint(*, is_empty: bool, is_down: bool, has_focus: bool, photo: str = "") -> str:
    """Return what one may do next."""
    if photo:
        return "up down: a dial · left right: turn it · u: onto the sheet · escape: closes"
    if not has_focus:
        return "tab, or a click, goes back to the sheet"
    if is_down:
        return "pen down: arrows draw, space lifts it"
    if is_empty:
        return "drag with the mouse; or space: pen down, then arrows"
    return "enter: step through it · d: label and keep it · t: train on it · delete: clear"


_GUIDE = (
    "mouse     draws; its right",
    "          button rubs out",
    "space     pen down, or up",
    "arrows    move it",
    "backspace rubs out",
    "delete    a new sheet",
    "ctrl+z    undo; ctrl+y redo",
    "shift+←→↑↓ off the centre",
    "w s       another pen",
    "enter     step through it",
    "d         label and keep it",
    "t         train on it",
    "ctrl+o    a photo of a digit",
    "o         a trained network",
)
_PHOTO_GUIDE = (
    "↑ ↓       choose a dial",
    "← →       turn it",
    "u         onto the sheet",
    "escape    closes the photo",
)


def guide(*, is_photo: bool) -> str:
    """Return the keys, a line each, where there is room for them beside all else."""
    return "\n".join(_PHOTO_GUIDE if is_photo else _GUIDE)


# What the network says


def unsuited_words(form: Form) -> str:
    """Return why a network that reads other samples cannot be given a drawing."""
    return (
        f"This network reads {form.words}, no digits: "
        "ctrl+p, “recipe default”, makes one that does; o opens a trained one."
    )


def answers(snapshot: Snapshot, selection: Selection) -> Probe | None:
    """Return what the network makes of the drawing, once it has been asked; else None."""
    drawn, probe = selection.drawn, snapshot.probe
    return probe if drawn and probe and probe.image is drawn.image else None


def recognised(snapshot: Snapshot, selection: Selection) -> int | None:
    """Return the digit that the network says the drawing is, or None without an answer."""
    probe = answers(snapshot, selection)
    if probe is None or probe.task.is_binary or not np.isfinite(probe.probabilities).all():
        return None
    return probe.said


def answer_bars(probe: Probe | None, names: Sequence[str]) -> list[Bar]:
    """Return how likely each class is, the likeliest marked; without a drawing, nothing."""
    if probe is None:
        return [Bar(name, 0.0, "–") for name in names]
    shares = probe.task.probabilities(probe.probabilities[None])[0]
    marks = {probe.said: "◀"} if np.isfinite(shares).all() else {}
    return [
        Bar(name, float(share), f"{100 * float(share):.1f}%", marks.get(place, ""))
        for place, (name, share) in enumerate(zip(probe.task.names, shares, strict=True))
    ]


def verdict(snapshot: Snapshot, probe: Probe | None) -> str:
    """Return what the network says of the drawing, in a line."""
    if probe is None:
        return "nothing drawn yet"
    if not np.isfinite(probe.probabilities).all():
        return "no answer: p is not finite"
    if has_initial_weights(snapshot) and not snapshot.program.network.given:
        return f"guesses {said_words(probe)}: {initial_words(snapshot)}; o opens a trained network"
    words = f"says {said_words(probe)}"
    if probe.truth is None:
        return words
    return f"{words}: {'right' if probe.said == probe.truth else 'wrong'}"


def similar_captions(similar: Similar, form: Form) -> list[str]:
    """Return the words under each of the most similar samples."""
    return [
        f"{form.label_name(int(label))}, {distance:.1f}"
        for label, distance in zip(similar.labels, similar.distances, strict=True)
    ]


def similar_title(similar: Similar | None, form: Form) -> str:
    """Return what the most similar samples speak for."""
    if similar is None:
        return "most similar in train"
    labels, counts = np.unique(similar.labels, return_counts=True)
    most = int(counts.argmax())
    votes = f"{counts[most]} of {len(similar.labels)} are {form.one(int(labels[most]))}"
    return f"most similar in train: {votes}"


def views(room: Room) -> tuple[View, ...]:
    """Return the views that one goes through; where there is room, all stand side by side."""
    return tuple(View) if room is Room.SMALL else ()
