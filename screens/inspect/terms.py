"""A number taken apart, as lines: what was multiplied, and how much it brought."""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from screens.inspect.symbols import element_symbol
from screens.shapes.bar import Bar
from screens.shapes.format import aligned, counted, figure, signed
from tui_nn.nn.explain import Factor, Term, Terms
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Role

SHOWN = 200
_PIXEL = re.compile(r"\[[\d,]*\] \(")
_ROUNDED = 1e-3  # of all that is added up: no float32 loses as much
_LONG = 24  # letters, from which on a label leaves out what all weights have in common
# After a bracket or a comma a minus needs none of its own: exp((−2) − 1) is exp(−2 − 1).
_NEEDLESS = re.compile(r"(?<=[(\[])\((−[^()]*)\)(?![²⁰])|(?<=, )\((−[^()]*)\)(?![²⁰])")
RowWords = Callable[[int], str]


def rounding_words(terms: Terms) -> str:
    """Return what is to be said of what the terms leave: rounding, unless it is too much for it."""
    size = abs(terms.total) + sum(abs(part.value) for part in terms.parts)
    return "does not add up" if abs(terms.residual) > _ROUNDED * size else "float32 rounding"


def term_bars(
    terms: Terms, label: Callable[[Term], str], *, brief: bool = False
) -> tuple[list[Bar], tuple[Term, ...]]:
    """Return a few lines, largest first, and the terms that the first of them are of.

    Terms that are 0 share one line, and the rounding has the last.

    Args:
        terms: What to list.
        label: What to call a term.
        brief: Only what each term brings, without the numbers that it is made of.
    """
    parts = tuple(part for part in terms.largest_first() if part.value != 0 or not terms.is_sum)
    shown, rest = parts[:SHOWN], parts[SHOWN:]
    bars = [
        Bar(
            _short(label(part)) if brief else label(part),
            part.value,
            short if brief else working(part),
            short=short,
        )
        for part, short in ((part, signed(part.value)) for part in shown)
    ]
    if rest:
        together = sum(part.value for part in rest)
        bars.append(Bar("others" if brief else f"{len(rest)} smaller", together, signed(together)))
    if noughts := len(terms.parts) - len(parts):
        are = "is" if noughts == 1 else "are"
        bars.append(Bar("zeros" if brief else f"{noughts} that {are} 0", 0.0, "0"))
    left = rounding_words(terms)
    left = left.removeprefix("float32 ") if brief else left
    bars.append(Bar(left, 0.0, signed(terms.residual, 1)))
    bars.append(Bar("together", 0.0, f"= {figure(terms.total, 3 if brief else 5)}"))
    return bars, shown


def _short(label: str) -> str:
    """Return a label for where there is little room: x(14,9) for x[0,401] (14,9)."""
    return _PIXEL.sub("(", label)


def every_bar(terms: Terms, parts: Sequence[Term], label: Callable[[Term], str]) -> list[Bar]:
    """Return a line for every term, each with the sum up to there, and rounding as the last.

    Args:
        terms: The number.
        parts: Its terms in the order in which they are listed; where they are not all, a line more
            says what the others come to.
        label: What to call a term.
    """
    listed = [(label(part), part.value, working(part)) for part in parts]
    if left := len(terms.parts) - len(parts):
        others = sum(part.value for part in terms.parts) - sum(part.value for part in parts)
        listed.append((f"{left:,} smaller", others, signed(others)))
    sums = aligned([*accumulate(value for _, value, _ in listed), terms.total])
    bars = [
        Bar(name, value, words, f"→ {so_far}", signed(value))
        for (name, value, words), so_far in zip(listed, sums[:-1], strict=True)
    ]
    rounding = signed(terms.residual, 2)
    return [*bars, Bar(rounding_words(terms), terms.residual, rounding, f"→ {sums[-1]}")]


def together_words(terms: Terms) -> str:
    """Return what the terms of a sum add up to, to the last digit that a float32 has.

    Of what is no sum, only the rounding is left to say.
    """
    exact = figure(sum(part.value for part in terms.parts), 8)
    rounding, total = signed(terms.residual, 2), figure(terms.total, 8)
    words = rounding_words(terms)
    if not terms.is_sum:
        return f"{words}: {rounding}" if terms.residual else ""
    noughts = sum(part.value == 0 for part in terms.parts)
    zeros = f" ({noughts} of them 0)" if noughts else ""
    left = f"{words.removeprefix('float32 ')} {rounding}"
    return f"{counted(len(terms.parts), 'term')}{zeros}: Σ {exact}, {left}, = {total}"


def step_line(step: Term, terms: Terms) -> str:
    """Return a line of working: symbols = numbers = value."""
    numbers = numbers_of(step, 4) if step.factors else ""
    if terms.is_sum and not step.factors and step is terms.steps[-1]:
        largest = [part for part in terms.largest_first()[:3] if part.value]
        rest = " …" if len(terms.parts) > len(largest) else ""
        numbers = " ".join(signed(part.value) for part in largest) + rest
    value = figure(step.value, 4)
    return " = ".join(
        filter(None, [step.label, "" if numbers == value else numbers.strip(), value])
    )


def working(part: Term) -> str:
    """Return a term with its numbers: ``0.5 × 0.2 = +0.1``."""
    if len(part.factors) < 2 and not part.pattern:
        return signed(part.value)
    return f"{numbers_of(part)} = {signed(part.value)}"


def numbers_of(term: Term, digits: int = 3) -> str:
    """Return a term's formula with the values of its factors."""
    values = [_value(factor, digits) for factor in term.factors]
    if not term.pattern:
        return " × ".join(values)
    text = term.pattern.format(*values)
    return _NEEDLESS.sub(lambda found: found[1] or found[2], text)


def _value(factor: Factor, digits: int) -> str:
    words = figure(factor.value, digits)
    return f"({words})" if factor.value < 0 else words


def term_label(name: str, term: Term, program: Program, row_words: RowWords) -> str:
    """Return what a term of a tensor's element is called, in few letters.

    In a sum over inputs or neurons it is called after that; in one over the batch, after the
    sample; among the ten classes, after the digit; in an update, after what is remembered and
    the gradient.

    Args:
        name: The tensor.
        term: A term of one of its elements.
        program: Whose tensor it is.
        row_words: What a row of the batch is called.
    """
    named = [factor for factor in term.factors if factor.name is not None]
    if not named:
        return term.label
    tensor, first = program.tensor(name), named[0]
    exclusive = OUTPUTS[program.method.output].exclusive
    if tensor.role in (Role.GRADIENT, Role.LOSS):
        return _in_batch(term, named, program, row_words)
    if tensor.role in _SUMS:
        return factor_label(first, program)
    if tensor.role is Role.NORMALIZER or (tensor.role is Role.OUTPUT and exclusive):
        return f"the {first.index[1]}"
    if program.is_kept(name) or tensor.role is Role.CHANGE:
        return _in_update(term, named)
    return term.label


# Tensors whose elements are sums, each term of which has one number of its own.
_SUMS = (
    Role.INPUT, Role.PRE_ACTIVATION, Role.ERROR, Role.UNIT_PENALTY, Role.NORM, Role.SQUARES,
)  # fmt: skip


def _in_batch(term: Term, named: Sequence[Factor], program: Program, row_words: RowWords) -> str:
    """A sample's row; or what does not come from the rows that are there."""
    row = next((each.index[0] for each in named if program.is_batched(each.name or "")), None)
    if row is not None:
        return row_words(row)
    first = program.tensor(named[0].name or "")
    return "chunks before" if first.role is Role.CHUNK_SUM else term.label


def _in_update(term: Term, named: Sequence[Factor]) -> str:
    """The last number of a long product, the factors before it being the same for all weights."""
    if len(term.label) <= _LONG:
        return term.label
    sign = "−" if term.label.startswith("−") else ""
    power = "²" if len(named) > 1 and named[0] == named[-1] else ""
    return f"{sign}… {named[-1].label}{power}"


def factor_label(factor: Factor, program: Program) -> str:
    """Return a number's symbol, a pixel with its row and column: ``x[3,401] (14,9)``."""
    if factor.name is None:
        return factor.label
    return element_symbol(program.tensor(factor.name), factor.index)
