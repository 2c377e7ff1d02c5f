"""Lines of a program or of another list."""

from typing import Literal

from msgspec import Struct

LineKind = Literal["heading", "done", "next", "todo", "plain"]


class Line(Struct, frozen=True):
    """One line.

    Attributes:
        text: What it says.
        kind: A heading, or whether it has been run, is the next, or comes later; or none of it.
        name: What ``Selected`` calls it; "" if it cannot be selected.
        margin: One character to its left, such as a breakpoint's; there is a margin if any is used.
    """

    text: str
    kind: LineKind = "todo"
    name: str = ""
    margin: str = ""
