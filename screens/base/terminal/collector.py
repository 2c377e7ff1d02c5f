"""Keeps Python's garbage collector from stopping the app for long."""

import gc

OFTEN_ENOUGH = 10_000
"""How many new objects make Python look for garbage; by default 700, which one frame makes."""


def settle() -> None:
    """Leave out of all later collections what is there now; call it when the app is built up.

    A full collection goes through every object of every module, for 50 to 100 ms, and finds none of
    them to be garbage.
    """
    gc.collect()  # what is garbage now would stay for good
    gc.freeze()
    gc.set_threshold(OFTEN_ENOUGH, *gc.get_threshold()[1:])
