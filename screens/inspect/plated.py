"""A part of a tensor as a plate: a picture with its words."""

from screens.inspect.tensors import TensorView
from screens.shapes.plate import Plate
from screens.shapes.scale import Scale


def plate(
    view: TensorView, *, place: tuple[int, int] | None = None, scale: Scale | None = None
) -> Plate:
    """Return a part of a tensor as a plate.

    Args:
        view: The part.
        place: Which of its values is marked.
        scale: How values become colours; by default over its own range.
    """
    return Plate(
        title=view.title,
        values=view.values,
        scale=scale or Scale.fit(view.values, view.kind),
        axes=view.axes,
        labels=view.labels,
        text=view.text,
        place=place,
        is_result=not view.read,
        tile=view.tile,
    )
