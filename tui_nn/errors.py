"""The one kind of error that is meant to be read by the person at the keyboard."""


class TuiNNError(Exception):
    """Something that the person can correct: a file, a recipe, a path, a value.

    Its text is one line: what happened, where, and what was expected.
    """
