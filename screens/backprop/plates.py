"""Tensors as plates: what the pictures of Backprop show, with one range where that compares."""

from collections.abc import Sequence

import numpy as np

from screens.backprop.element import ElementView
from screens.backprop.model import OperationView
from screens.inspect.plated import plate
from screens.shapes.format import signed
from screens.shapes.plate import Note, Plate
from screens.shapes.scale import Scale

Places = Sequence[tuple[int, int] | None]


def plates(view: OperationView, places: Places) -> list[Plate]:
    """Return all that an operation shows; a parameter before and after it has one range."""
    made = []
    for each, place in zip(view.views, places, strict=True):
        alike = [other.values.ravel() for other in view.views if other.name == each.name]
        scale = Scale.fit(np.concatenate(alike), each.kind)
        made.append(plate(each, place=place, scale=scale))
    return made


def element_notes(element: ElementView | None) -> list[Note]:
    """Return an element with its largest terms, for where these have no panel of their own."""
    if element is None:
        return []
    title = element.title.replace(", term by term", "")
    width = max((len(bar.label) for bar in element.bars), default=0)
    return [
        Note(title, title),
        *(
            Note(f"{bar.label.rjust(width)}  {bar.text}", f"{bar.label} {signed(bar.value)}")
            for bar in element.bars[: len(element.parts)]
        ),
    ]
