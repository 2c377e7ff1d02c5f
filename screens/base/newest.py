"""Work beside the event loop, of which only the newest is wanted."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from screens.base.app import DebuggerApp

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class NewestOnly(Generic[Asked, Answer]):
    """One piece of work at a time; of what is asked for meanwhile, only the newest is done."""

    def __init__(
        self,
        app: DebuggerApp,
        name: str,
        work: Callable[[Asked], Answer],
        answer: Callable[[Answer], None],
    ) -> None:
        """Make it.

        Args:
            app: Whose workers do it.
            name: Of the worker.
            work: What is done, in a thread.
            answer: Called in the event loop with what came of it.
        """
        self._app = app
        self._name = name
        self._work = work
        self._answer = answer
        self._is_busy = False
        self._next: Asked | None = None

    def ask(self, asked: Asked) -> None:
        """Have it done."""
        self._next = asked
        if not self._is_busy:
            self._begin()

    def forget(self) -> None:
        """Begin no more of it: nobody wants it any longer."""
        self._next = None

    def _begin(self) -> None:
        if self._next is None:
            return
        self._is_busy, run, self._next = True, partial(self._run, self._next), None
        self._app.run_worker(run, self._name, group=self._name, thread=True, exit_on_error=False)

    def _run(self, asked: Asked) -> None:
        try:
            self._app.call_soon(self._answer, self._work(asked))
        finally:
            self._app.call_soon(NewestOnly._end, self)

    def _end(self) -> None:
        self._is_busy = False
        self._begin()
