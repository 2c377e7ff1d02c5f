"""What the person has selected: it stays the same when the screen changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:  # the app knows a selection before NumPy is imported
    import numpy as np
    from numpy.typing import NDArray

    from tui_nn.data.dataset import Dataset
    from tui_nn.nn.operation import Operation
    from tui_nn.training.session.snapshot import Snapshot


class Drawn(Struct, frozen=True, eq=False):
    """A digit of the person's own, in place of a sample of the data set.

    Attributes:
        image: As the network is given it.
        whole: In MNIST's form, 28×28, as it is kept.
        label: The digit that it is, if the person has said so.
        name: What it is called.
    """

    image: NDArray[np.uint8]
    whole: NDArray[np.uint8]
    label: int | None = None
    name: str = "your digit"

    def suits(self, dataset: Dataset) -> bool:
        """Return whether it is what the samples of a data set are."""
        form = dataset.form
        return (self.image.shape, self.image.dtype) == (form.shape, form.dtype)


class Selection(Struct, frozen=True):
    """The sample, the neuron and the tensor that screens look at.

    Attributes:
        split: Which split the sample is from.
        sample: Its index in the split.
        digit: Only samples of this class are walked through; None for all.
        layer: The layer looked at, from 1.
        neuron: The neuron of that layer.
        row: The row of the batch that Backprop shows, from 0; None for the mean over the batch.
        operation: The operation that Backprop looks at; None to follow the program counter.
        element: Which element of its result is taken apart, as far as the row and the neuron
            leave that open; None, or what that tensor does not have, for the largest.
        drawn: The person's own digit, which stands before the sample of the split.
    """

    split: str = "train"
    sample: int = 0
    digit: int | None = None
    layer: int = 1
    neuron: int = 0
    row: int | None = 0
    operation: str | None = None
    element: tuple[int, ...] | None = None
    drawn: Drawn | None = None

    @property
    def name(self) -> str:
        """What the sample is called."""
        return self.drawn.name if self.drawn else f"{self.split} #{self.sample}"

    def changed(self, image: NDArray[np.uint8], label: int | None) -> Drawn:
        """Return what the sample has become when its pixels were changed."""
        return Drawn(image, image, label, f"{self.name}, changed")


def fitted(selection: Selection, snapshot: Snapshot) -> Selection:
    """Return a selection of what there is: another run may have fewer layers, neurons or samples.

    The row of the batch and the element are left as they are: batches differ in size, so whoever
    shows one takes the nearest there is.
    """
    sizes = snapshot.program.network.units
    layer = min(max(selection.layer, 1), len(sizes) - 1)
    is_there = selection.operation in snapshot.program.writer
    drawn = selection.drawn
    return replace(
        selection,
        layer=layer,
        neuron=min(max(selection.neuron, 0), sizes[layer] - 1),
        sample=min(max(selection.sample, 0), len(snapshot.dataset[selection.split]) - 1),
        operation=selection.operation if is_there else None,
        drawn=drawn if drawn and drawn.suits(snapshot.dataset) else None,
    )


def selected_operation(snapshot: Snapshot, selection: Selection) -> Operation:
    """Return the operation that is looked at: the selected one, else what was done last.

    Between two steps that is the first layer's gradient, the picture that says most.
    """
    operations = snapshot.program.operations
    if selection.operation in snapshot.program.writer:
        return snapshot.program.writer[selection.operation]
    done = snapshot.position.operation
    if done:
        return operations[done - 1]
    if snapshot.shown_step is None:
        return operations[0]
    program = snapshot.program
    return program.writer[program.gradient_of(program.weights_of(1).name).name]
