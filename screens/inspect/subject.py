"""Where an explained number stands: in the current batch, or in the selected sample's probe."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.inspect.plane import point_of, point_words
from screens.inspect.samples import selected
from screens.inspect.selection import Selection
from screens.inspect.symbols import element_symbol
from screens.inspect.tensors import TensorView, element_at
from screens.shapes.blocks import largest_place
from tui_nn.data.form import INK
from tui_nn.nn.explain import Factor, Index, Terms
from tui_nn.nn.tensor import Array, Shape, Tensor
from tui_nn.training.session.snapshot import Computed, Snapshot


class Source(StrEnum):
    """Whose numbers they are."""

    BATCH = "batch"
    PROBE = "probe"


class Target(Struct, frozen=True):
    """A number that somebody wants to have explained.

    Attributes:
        source: The current batch, or the selected sample.
        name: The tensor.
        index: Which element of it.
        read: Whether it is what the step read: of a parameter, the value before the update.
    """

    source: Source
    name: str
    index: Index
    read: bool = False


def target_in(
    source: Source, view: TensorView, place: tuple[int, int] | None, *, read: bool = False
) -> Target:
    """Return the number at a place of a picture; without a place, the largest."""
    at = largest_place(view.values) if place is None else place
    return Target(source, view.name, element_at(view, *at), read)


def ink_of(pixels: Array, picture: Shape) -> NDArray[np.uint8]:
    """Return what a network is given, from 0 to 1, as an image of some rows and columns."""
    image: NDArray[np.uint8] = np.rint(INK * np.clip(pixels, 0, 1)).astype(np.uint8)
    return image.reshape(picture)


class Scene(Struct, frozen=True, eq=False):
    """The snapshot that numbers are explained from, which stays as it was.

    Attributes:
        snapshot: All that was to be seen.
        selection: What was selected: it gives the probe its name.
    """

    snapshot: Snapshot
    selection: Selection

    def computed(self, source: Source) -> Computed:
        """Return the tensors of the batch, or of the selected sample."""
        if source is Source.BATCH:
            return self.snapshot.computed
        assert self.snapshot.probe is not None
        return self.snapshot.probe.computed

    def tensor(self, target: Target) -> Tensor:
        """Return the tensor that a number is an element of."""
        return self.computed(target.source).program.tensor(target.name)

    def symbol(self, target: Target) -> str:
        """Return how formulas write a number; a pixel has its row and column beside."""
        return element_symbol(self.tensor(target), target.index)

    def row(self, target: Target) -> int | None:
        """Return a number's row of the batch, or None if it is of no single sample."""
        program = self.computed(target.source).program
        return target.index[0] if program.is_batched(target.name) else None

    def terms(self, target: Target) -> Terms:
        """Take a number that an operation wrote apart."""
        computed = self.computed(target.source)
        return computed.explain(target.name, target.index)

    def has(self, target: Target) -> bool:
        """Return whether there is such a number: it may be of another run's network."""
        if target.source is Source.PROBE and self.snapshot.probe is None:
            return False
        values = self.arrays(target).get(target.name)
        if values is None or values.ndim != len(target.index):
            return False
        return all(at < size for at, size in zip(target.index, values.shape, strict=True))

    def value(self, target: Target) -> float:
        """Return a number as the step stored it, or as it read it."""
        return float(self.arrays(target)[target.name][target.index])

    def arrays(self, target: Target) -> Mapping[str, NDArray[Any]]:
        """Return the arrays that a number is of, by name: before the step where it was read."""
        computed = self.computed(target.source)
        return computed.before if target.read else computed.tensors

    def is_computed(self, target: Target) -> bool:
        """Return whether an operation wrote it; the rest is given, and so explains itself."""
        computed = self.computed(target.source)
        program = computed.program
        writer = program.writer.get(target.name)
        if writer is None or (target.read and program.is_kept(target.name)):
            return False
        if target.source is Source.PROBE:
            return writer in program.probing
        return program.is_written(target.name, computed.done)

    def of_factor(self, target: Target, factor: Factor) -> Target | None:
        """Return a factor of a target's terms as the next target; None for a constant."""
        if factor.name is None:
            return None
        return Target(target.source, factor.name, factor.index, read=True)

    def sample(self, source: Source, row: int) -> tuple[str, NDArray[Any], int | None]:
        """Return what a row's sample is called, its image, and its label if it is known."""
        dataset, probe = self.snapshot.dataset, self.snapshot.probe
        if source is Source.BATCH:
            index = int(self.snapshot.computed.context.indices[row])
            split = dataset["train"]
            return f"train #{index}", split.image(index), int(split.labels[index])
        assert probe is not None
        return self._probe_name(probe.image), probe.image, probe.label

    def _probe_name(self, image: NDArray[Any]) -> str:
        """Return what is taken through: a sample by its number, a point by its place."""
        dataset = self.snapshot.dataset
        if np.array_equal(selected(dataset, self.selection)[0], image):
            return self.selection.name
        return point_words(point_of(image)) if dataset.form.is_point else "the sample"

    def distorted(self, source: Source, row: int) -> NDArray[np.uint8] | None:
        """Return the image that the network is given, if that is not the sample's own."""
        computed = self.computed(source)
        if computed.program.distortion is None or not computed.done:
            return None
        given = computed.program.network_input
        return ink_of(computed.tensors[given.name][row], given.picture)

    def row_words(self, source: Source, row: int) -> str:
        """Return which sample a row of the batch is, counted from 0: ``row 8, a 6``."""
        name, _, label = self.sample(source, row)
        form = self.snapshot.dataset.form
        if label is None and form.is_point:
            return name
        digit = form.one(label)
        return f"{name}, {digit}" if source is Source.PROBE else f"row {row}, {digit}"

    def chunk_words(self, source: Source) -> str:
        """Return of which samples the rows are, where they are not all of the batch's."""
        context = self.computed(source).context
        if not context.samples:
            return ""
        return f", of the last {len(context.indices):,} of {context.samples:,} samples"
