"""Going to other steps of the run, which may take a while."""

from collections import deque
from collections.abc import Callable

from screens.inspect.places import travel_words
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place

LONG = 0.3  # seconds; travel that takes longer is shown

Move = Callable[[Session, Callable[[], bool]], object]


class Navigator:
    """Sends the trainer's session to other steps.

    Attributes:
        target_step: The step that was asked for last, until it is reached; else None.
    """

    def __init__(self, trainer: TrainingWorker, clock: Callable[[], float]) -> None:
        """Make a navigator.

        Args:
            trainer: Whose session goes.
            clock: Returns seconds as the trainer counts them, such as ``time.monotonic``.
        """
        self.target_step: int | None = None
        self._trainer = trainer
        self._clock = clock
        self._going = ""
        self._targets: deque[Place] = deque(maxlen=1)

    def travel(self, going: str, move: Move) -> None:
        """Go somewhere.

        Args:
            going: Where, in words.
            move: Such as ``Session.back_batch``.
        """
        self._going = going
        self._trainer.travel(move)

    def go_to_step(self, step: int) -> None:
        """Go to the beginning of a step."""
        self.go_to(Place(step))

    def go_to(self, place: Place) -> None:
        """Go to a place. Of several asked for while one is under way, only the last is gone to."""

        def go(session: Session, is_cancelled: Callable[[], bool]) -> None:
            if self._targets:
                session.go_to(self._targets.pop(), is_cancelled)

        self.target_step = place.step
        self._targets.append(place)
        self.travel(f"going to step {place.step}", go)

    def check_arrival(self) -> None:
        """Forget the target if the session has arrived."""
        if not self._trainer.is_travelling:
            self.target_step = None

    @property
    def status(self) -> str:
        """Where it is going, if that takes long, else ""."""
        since = self._trainer.travelling_since
        if since is None or self._clock() - since <= LONG:
            return ""
        return travel_words(self._going, self._trainer.passing)
