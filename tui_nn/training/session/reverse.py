"""Runs a session backwards to where a forward run would last have stopped, as debuggers do."""

from collections.abc import Callable

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place

SPAN = 64  # steps that are run again at a time, from the last ones backwards


def run_back(session: Session, is_cancelled: Callable[[], bool]) -> None:
    """Go back to the last place before this one where a breakpoint stops the run.

    Where no breakpoint is on: to where a watch last changed its sign or, if none did, to where the
    loss was last lower. ``session.reason`` says what was found there.

    Args:
        session: What is moved.
        is_cancelled: Asked once a step; if it says yes, everything stays where it was.

    Raises:
        TuiNNError: There is no such place, or no copies to go back with; nothing has moved.
    """
    if any(each.on for each in session.breakpoints):
        _run_back_to_breakpoint(session, is_cancelled)
        return
    place, reason = _last_sign_change(session) or _last_lower_loss(session)
    if session.go_to(place, is_cancelled):
        session.reason = reason


def _run_back_to_breakpoint(session: Session, is_cancelled: Callable[[], bool]) -> None:
    """Run the last steps again, then those before them, until something stops the run there."""
    origin, reason = session.position.place, session.reason
    end, found = origin, None
    while found is None and end > Place(0) and not is_cancelled():
        start = Place(max(end.step - SPAN, 0))
        if session.go_to(start, is_cancelled):
            found = _last_stop(session, end, origin, is_cancelled)
        end = start
    if found is None or is_cancelled():
        _return_to(session, origin)
        session.reason = reason
        if not is_cancelled():
            raise TuiNNError("before here, none of the breakpoints stops the run")
        return
    place, why = found
    session.go_to(place)
    session.reason = why


def _last_stop(
    session: Session, end: Place, origin: Place, is_cancelled: Callable[[], bool]
) -> tuple[Place, str] | None:
    """Run up to ``end``, never beyond; return the last stop before ``origin``, and why it is one.

    The steps were run before, so this changes nothing.
    """
    found = None
    while (at := session.position.place) < end and not is_cancelled():
        if at.step < end.step:
            session.step_batch()
        else:
            session.step_operation()
        place = session.position.place
        if session.reason and place < origin:
            found = place, session.reason
    return found


def _return_to(session: Session, origin: Place) -> None:
    """Go to where the run stood, which may be within the first step without a record."""
    session.go_to(min(origin, Place(len(session.history))))
    while session.position.place < origin:
        session.step_operation()


def _last_sign_change(session: Session) -> tuple[Place, str] | None:
    """Return where a watched number last had another sign than in the step before, and why."""
    origin, found = session.position.place, []
    for watched in session.watches.look():
        signs = np.sign(watched.curve)
        changed = np.flatnonzero(signs[1:] * signs[:-1] < 0) + 1
        places = [Place(int(step) + 1) for step in changed if Place(int(step) + 1) < origin]
        if places:
            step = places[-1].step
            values = f"{watched.curve[step - 2]:.4g} to {watched.curve[step - 1]:.4g}"
            found.append((places[-1], f"{watched.words} changed its sign: {values}, step {step}"))
    return max(found, default=None)


def _last_lower_loss(session: Session) -> tuple[Place, str]:
    """Return where the loss of a batch was last lower than that of the last one, and why.

    Raises:
        TuiNNError: It never was.
    """
    step, losses = session.position.step, session.history.curves.loss
    if step == 0:
        raise TuiNNError("the run is at its beginning: there is nothing to run back to")
    now = losses[step - 1]
    lower = np.flatnonzero(losses[: step - 1] < now)
    if not lower.size:
        raise TuiNNError(f"no breakpoint is on, and the loss was never lower than {now:.4g} before")
    place = Place(int(lower[-1]) + 1)
    return place, f"loss last lower: {losses[lower[-1]]:.4g} < {now:.4g}, step {place.step}"
