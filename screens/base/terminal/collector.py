"""Keeps Python's garbage collector from stopping the app for long."""

import gc

OFTEN_ENOUGH = 10_000
"""How many new objects make Python look for garbage; by default 700, which one frame makes."""

A_LITTLE = 1_000
"""New objects that are worth looking at between two frames; that takes half a millisecond."""


def settle() -> None:
    """Leave out of all later collections what is there now; call it when the app is built up.

    A full collection goes through every object of every module, for 50 to 100 ms, and finds none of
    them to be garbage.
    """
    gc.collect()  # what is garbage now would stay for good
    gc.freeze()
    gc.set_threshold(OFTEN_ENOUGH, *gc.get_threshold()[1:])


def tidy() -> None:
    """Look for young garbage, if there may be some; call it when nobody waits for a frame.

    Left alone, it piles up until a collection within a frame takes 10 to 50 ms.
    """
    youngest, next_to_it, _ = gc.get_count()
    if youngest > A_LITTLE:
        gc.collect(1 if next_to_it > gc.get_threshold()[1] else 0)
