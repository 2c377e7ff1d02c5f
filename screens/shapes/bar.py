"""Labelled bars, and the scale that they share."""

from msgspec import Struct


class Bar(Struct, frozen=True):
    """One bar.

    Attributes:
        label: The name on its left.
        value: Its length; one that is not finite has no bar but `!`.
        text: The value as it is written, on its right.
        short: The same where there is little room: without the numbers that it is made of.
        mark: A word after that, such as `◀ predicted`.
    """

    label: str
    value: float
    text: str = ""
    mark: str = ""
    short: str = ""


class BarChart(Struct, frozen=True):
    """Bars that share a scale.

    Attributes:
        bars: The bars from top to bottom.
        limit: The value of a bar of full length.
        signed: Whether bars go left and right of a zero line.
    """

    bars: tuple[Bar, ...]
    limit: float
    signed: bool = False


LEAST = 5  # columns of a bar
_NAME = 4  # columns that a label keeps


class Columns(Struct, frozen=True):
    """How many columns each part of a line of bars has.

    Attributes:
        labels: Of the names.
        bar: Of the bars themselves.
        texts: Of the values.
        marks: Of the marks.
        short: Whether the values are the short ones.
    """

    labels: int
    bar: int
    texts: int
    marks: int
    short: bool = False


def columns(labels: int, texts: int, shorts: int, marks: int, width: int) -> Columns:
    """Return how bars fit into a width: first the factors give way, then marks, bars and names.

    Args:
        labels: Columns of the longest label.
        texts: Those of the longest text.
        shorts: Those of the longest short text.
        marks: Those of the longest mark.
        width: Columns there are.
    """
    gaps = 2 + bool(marks)
    room = width - gaps - labels - texts - marks
    short = room < LEAST and shorts < texts
    if short:
        room, texts = room + texts - shorts, shorts
    if room < LEAST:
        given = min(marks, LEAST - room)
        room, marks = room + given, marks - given
    bar = room if room > 1 else 0
    if not bar:
        room += 1  # the gap before it
    if room < 0:
        given = max(min(labels - _NAME, -room), 0)
        room, labels = room + given, labels - given
    return Columns(labels, bar, texts + min(room, 0), marks, short)
