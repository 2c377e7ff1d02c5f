"""A number taken apart, as lines: what was multiplied, and how much it brought."""

from screens.views.numbers import figure, signed
from screens.widgets.bars import Bar
from tui_nn.nn.explain import Factor, Term, Terms

SHOWN = 200


def equation(symbol: str, terms: Terms) -> str:
    """Return ``z1[0,3] = +0.307 − 0.21 … = 0.412``: the largest terms, and what they add up to."""
    largest = [part for part in terms.largest_first()[:3] if part.value]
    first = " ".join(signed(part.value) for part in largest)
    rest = " …" if len(terms.parts) > len(largest) else ""
    return f"{symbol} = {first}{rest} = {figure(terms.total, 4)}"


def term_bars(terms: Terms, *, brief: bool = False) -> list[Bar]:
    """Return the terms, largest first, with what is nought as one line and rounding as the last.

    Args:
        terms: What to list.
        brief: Only what each term brings, without the numbers that it is made of.
    """
    parts = [part for part in terms.largest_first() if part.value != 0]
    bars = [
        Bar(part.label, part.value, signed(part.value) if brief else _working(part))
        for part in parts[:SHOWN]
    ]
    if rest := parts[SHOWN:]:
        together = sum(part.value for part in rest)
        bars.append(Bar("others" if brief else f"{len(rest)} smaller", together, signed(together)))
    if noughts := len(terms.parts) - len(parts):
        bars.append(Bar("zeros" if brief else f"{noughts} that are 0", 0.0, "0"))
    bars.append(Bar("rounding" if brief else "float32 rounding", 0.0, signed(terms.residual, 1)))
    bars.append(Bar("together", 0.0, f"= {figure(terms.total, 3 if brief else 5)}"))
    return bars


def _working(part: Term) -> str:
    if len(part.factors) < 2:
        return signed(part.value)
    return f"{' × '.join(map(_value, part.factors))} = {signed(part.value)}"


def _value(factor: Factor) -> str:
    return f"({figure(factor.value)})" if factor.value < 0 else figure(factor.value)
