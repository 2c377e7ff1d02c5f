"""What a check says."""

from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """How good a finding is, as the sign in front of it."""

    OK = "ok"
    WARN = "!"
    BAD = "!!"


SEVERITY = {verdict: number for number, verdict in enumerate(Verdict)}


class Finding(Struct, frozen=True):
    """What one check found.

    Attributes:
        name: What was looked at.
        verdict: How good it is.
        says: What was found and what it means.
        advice: What to try, or "".
    """

    name: str
    verdict: Verdict
    says: str
    advice: str = ""


def rough(value: float) -> str:
    """Return a number's size, such as ``2e-3`` or ``1e30``."""
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
