"""Looks for the training samples that are most like the drawing, beside the event loop."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screens.base.app import DebuggerApp
from tui_nn.data.dataset import Dataset
from tui_nn.data.drawing.similar import Similar, most_similar

COUNT = 8


@dataclass(frozen=True, eq=False)
class Found:
    """What was found.

    Attributes:
        sample: For this drawing.
        dataset: In the training samples of this set.
        similar: The samples.
    """

    sample: NDArray[np.uint8]
    dataset: Dataset
    similar: Similar


class Search:
    """One search at a time; of the drawings that come meanwhile, only the newest is looked for."""

    def __init__(self, app: DebuggerApp, answer: Callable[[Found], None]) -> None:
        """Make a search.

        Args:
            app: Whose workers search.
            answer: Called in the event loop with what was found.
        """
        self._app = app
        self._answer = answer
        self._is_searching = False
        self._next: tuple[NDArray[np.uint8], Dataset] | None = None

    def look_for(self, sample: NDArray[np.uint8], dataset: Dataset) -> None:
        """Look for what is most like a drawing."""
        self._next = sample, dataset
        if not self._is_searching:
            self._begin()

    def forget(self) -> None:
        """Look for nothing more: the drawing is gone."""
        self._next = None

    def _begin(self) -> None:
        if self._next is not None:
            self._is_searching = True
            search = partial(self._run, *self._next)
            self._next = None
            self._app.run_worker(
                search, "similar", group="similar", thread=True, exit_on_error=False
            )

    def _run(self, sample: NDArray[np.uint8], dataset: Dataset) -> None:
        similar = most_similar(sample, dataset["train"], COUNT)
        self._app.call_soon(self._end, Found(sample, dataset, similar))

    def _end(self, found: Found) -> None:
        self._is_searching = False
        self._answer(found)
        self._begin()
