"""Lets go of what Textual keeps though nobody will ask for it any more."""

from functools import lru_cache, partial
from typing import Any

from textual._styles_cache import StylesCache
from textual.worker import Worker
from textual.worker_manager import WorkerManager

_NAME = "get_inner_outer"


def forget_lines() -> None:
    """Have the cache of the two colours around a widget's content asked by the colours alone.

    Textual's takes the widget's own cache of lines for a part of the question, and so keeps up to
    1,024 of those, of widgets that are gone.
    """
    found = vars(StylesCache)[_NAME]
    if not isinstance(found, staticmethod):
        setattr(StylesCache, _NAME, staticmethod(lru_cache(1024)(partial(found.__wrapped__, None))))


class ForgettingWorkers(WorkerManager):
    """Workers that let go of what they were to do, which may be a whole run.

    A worker itself is kept by the thread that ran it, until that has something else to do.
    """

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        worker._work = _nothing


def _nothing() -> None:
    """Stand where there was something to do."""
