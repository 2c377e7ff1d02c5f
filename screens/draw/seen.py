"""What became of a drawing: what the network is given, how it got there, and what is like it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from textual import getters, on
from textual.containers import Vertical
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.newest import NewestOnly
from screens.base.panel import Panel
from screens.draw import model
from screens.draw.model import Pictures
from screens.draw.search import Found, Sought, search
from screens.widgets.digit import Digit
from screens.widgets.gallery import Gallery
from tui_nn.data.dataset import Dataset


class Seen(Vertical):
    """Three panels, of which one or all are seen.

    Attributes:
        found: The training samples that are most like the drawing, once they are found.
    """

    app = getters.app(DebuggerApp)

    found: Found | None = None

    def compose(self) -> Iterable[Widget]:
        """Make the panels."""
        yield Panel("the network is given", Digit(id="given"), id="given-panel")
        yield Panel("how it gets there", Gallery(id="stages"), id="stages-panel")
        yield Panel("most similar in train", Gallery(id="similar"), id="similar-panel")

    def on_mount(self) -> None:
        """Search in a thread, since that takes longer than a key may wait."""
        self._searching = NewestOnly(self.app, "similar", search, self._take)

    def show(self, given: NDArray[Any], caption: str, stages: Pictures, index: int) -> None:
        """Show what the network is given, and the pictures on the way to it.

        Args:
            given: What it is given.
            caption: What stands under it.
            stages: The pictures.
            index: Which of them is marked.
        """
        self.query_one("#given", Digit).show(given, caption)
        self.query_one("#stages", Gallery).show(
            stages.pixels, stages.captions, index=index, empty=model.EMPTY
        )

    def mark_stage(self, index: int) -> None:
        """Mark one of the pictures on the way."""
        self.query_one("#stages", Gallery).index = index

    def seek(self, sample: NDArray[np.uint8] | None, dataset: Dataset) -> None:
        """Look for what is most like a drawing; without one, for nothing."""
        if sample is not None:
            self._searching.ask(Sought(sample, dataset))
            return
        self.found = None
        self._searching.forget()
        self._draw_similar(dataset)

    def _take(self, found: Found) -> None:
        is_gone = not self.query("#similar")  # it was looked for longer than the screen is there
        if self.app.selection.drawn is not None and not is_gone:
            self.found = found
            self._draw_similar(found.sought.dataset)

    def _draw_similar(self, dataset: Dataset) -> None:
        similar, form = self.found.similar if self.found else None, dataset.form
        gallery = self.query_one("#similar", Gallery)
        self.query_one("#similar-panel", Panel).retitle(model.similar_title(similar, form))
        if similar is None:
            blank = np.zeros((0, *(form.picture or (1, 1))), np.uint8)
            gallery.show(blank, empty=model.EMPTY)
        else:
            gallery.show(similar.images, model.similar_captions(similar, form))

    @on(Gallery.Chosen, "#similar")
    async def open_similar(self, message: Gallery.Chosen) -> None:
        """Make a training digit the sample of the other screens."""
        found, app = self.found, self.app
        if found is None or message.is_late or found.sought.dataset is not app.snapshot.dataset:
            return
        sample = int(found.similar.indices[message.index])
        await app.switch_mode("forward")
        app.selection = replace(app.selection, split="train", sample=sample, digit=None, drawn=None)
