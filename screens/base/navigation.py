"""Going to other steps of the run, which may take a while: what is asked for, and what is said."""

from collections import deque
from collections.abc import Callable

from screens.inspect.places import journey_words
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place

LONG = 0.3  # seconds; going somewhere is talked about when it takes longer

Move = Callable[[Session, Callable[[], bool]], object]


class Journey:
    """Where the trainer's session is being sent.

    Attributes:
        heading: The step that was asked for last, until it is reached; else None.
    """

    def __init__(self, trainer: TrainingWorker, clock: Callable[[], float]) -> None:
        """Make a journey that has not begun.

        Args:
            trainer: Whose session goes.
            clock: Returns seconds as the trainer counts them, such as ``time.monotonic``.
        """
        self.heading: int | None = None
        self._trainer = trainer
        self._clock = clock
        self._going = ""
        self._stops: deque[int] = deque(maxlen=1)

    def set_out(self, going: str, move: Move) -> None:
        """Go somewhere.

        Args:
            going: Where, in words.
            move: Such as ``Session.back_batch``.
        """
        self._going = going
        self._trainer.travel(move)

    def head_for(self, step: int) -> None:
        """Go to a step. Of several asked for while one is under way, only the last is gone to."""

        def go(session: Session, is_cancelled: Callable[[], bool]) -> None:
            if self._stops:
                session.go_to(Place(self._stops.pop()), is_cancelled)

        self.heading = step
        self._stops.append(step)
        self.set_out(f"going to step {step}", go)

    def look(self) -> None:
        """Take note that there is something new to see: perhaps it has arrived."""
        if not self._trainer.is_travelling:
            self.heading = None

    @property
    def words(self) -> str:
        """Where it is going, if that takes long, else ""."""
        since = self._trainer.travelling_since
        if since is None or self._clock() - since <= LONG:
            return ""
        return journey_words(self._going, self._trainer.passing)
