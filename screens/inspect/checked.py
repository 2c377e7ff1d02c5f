"""Somebody's gradients beside the right ones: where both are shown, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from screens.shapes.format import figure

if TYPE_CHECKING:  # the app knows of it before NumPy is imported
    from screens.inspect.tensors import TensorView
    from tui_nn.nn.explain import Index
    from tui_nn.nn.tensor import Array
    from tui_nn.training.session.snapshot import Snapshot


class Checked(Struct, frozen=True, eq=False):
    """Gradients that were handed in.

    Attributes:
        name: Of the data that they were worked out from.
        yours: By name, as the parameters lie.
        right: What they should be.
        difference: The first less the second.
        verdicts: What is said of each, by name.
        wrong: Names of those that are wrong.
        first: The first wrong one in the order of the backward pass; else the first.
        said: What is said of them.
    """

    name: str
    yours: Mapping[str, Array]
    right: Mapping[str, Array]
    difference: Mapping[str, Array]
    verdicts: Mapping[str, str]
    wrong: tuple[str, ...]
    first: str
    said: str

    def is_of(self, snapshot: Snapshot, tensor: str) -> bool:
        """Return whether a tensor of what is shown was handed in: of the first step alone."""
        is_theirs = snapshot.recipe.data.name == self.name and snapshot.shown_step == 0
        return is_theirs and tensor in self.yours and not snapshot.edits

    def pictures(self, view: TensorView) -> tuple[TensorView, TensorView, TensorView]:
        """Return a part of a gradient three times: yours, the right one, and the difference."""

        def picture(word: str, values: Mapping[str, Array], *, read: bool) -> TensorView:
            drawn = values[view.name][tuple(view.indices.transpose(2, 0, 1))]
            text = f"= {figure(float(drawn[0, 0]), 5)}" if view.text else ""
            title = f"{word} {view.title}"
            return replace(view, title=title, values=drawn, text=text, read=read)

        return (
            picture("yours", self.yours, read=True),
            picture("right", self.right, read=True),
            picture("difference", self.difference, read=False),
        )

    def words(self, name: str, index: Index) -> str:
        """Return an element's three numbers."""
        yours, right, difference = (
            float(each[name][index]) for each in (self.yours, self.right, self.difference)
        )
        ratio = f" = {figure(yours / right, 4)} × right" if right else ""
        return (
            f"yours {figure(yours, 6)}{ratio} · right {figure(right, 6)} · "
            f"difference {figure(difference, 4)}"
        )
