"""Takes a run forwards to a place, which it need not have been to yet."""

from collections.abc import Callable

from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place


def advance_to(session: Session, is_cancelled: Callable[[], bool], place: Place) -> None:
    """Train up to a place; stops on the way are passed.

    Args:
        session: What is moved.
        is_cancelled: Asked once a step; if it says yes, it stays where it is by then.
        place: Where to.
    """
    while session.position.place < place and not is_cancelled():
        if session.position.step < place.step:
            session.step_batch()
        else:
            session.step_operation()
