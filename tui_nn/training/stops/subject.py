"""What a person is looking at, as far as breakpoints and watches make suggestions about it."""

from msgspec import Struct


class Subject(Struct, frozen=True):
    """What is selected, and where the run is.

    Attributes:
        operation: The name of the selected operation.
        layer: Its layer.
        element: The selected number, as it is typed.
        gradient: The name of the gradient of the layer's weights.
        step: Completed updates.
        epoch: The current epoch.
        split: The split of the selected sample.
        sample: Its index.
        verdict: What it is not now: right or wrong.
    """

    operation: str
    layer: int
    element: str
    gradient: str
    step: int
    epoch: int
    split: str
    sample: int
    verdict: str
