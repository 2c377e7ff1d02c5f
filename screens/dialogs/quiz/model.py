"""What a quiz asks, and what it says to an answer."""

from collections.abc import Sequence

from screens.inspect.sitting import Asked, Sitting, Stage
from tui_nn.mistakes.mistake import Mistake
from tui_nn.nn.operation import Operation
from tui_nn.training.analysis.answers import Judged
from tui_nn.training.session.snapshot import Snapshot

POSED = (
    "One operation is wrong, or several of a kind. The listing says what was meant; the numbers "
    "are what was done. n steps, enter explains, c checks a gradient, ! takes your answer."
)
_ASKS = {
    Stage.OPERATION: "Which operation does something else than its line says?",
    Stage.MISTAKE: "And which mistake is it?",
    Stage.TOLD: "",
}
_KEYS = {
    Stage.OPERATION: "enter answers · g gives up · escape looks on",
    Stage.MISTAKE: "enter answers · g gives up · escape looks on",
    Stage.TOLD: "enter begins again with it told and marked · n another one · escape closes",
}


def title(name: str, asked: Asked, sitting: Sitting) -> str:
    """Return the title: which quiz, and the points so far."""
    points = f" · so far {sitting.score}" if sitting.told else ""
    if asked.stage is Stage.TOLD:
        return f"{name}: {asked.points} of 2 points{points}"
    return f"Which one is it? ({name}){points}"


def asks(asked: Asked) -> str:
    """Return what is asked."""
    return _ASKS[asked.stage]


def keys(asked: Asked) -> str:
    """Return the last line of the dialog."""
    return _KEYS[asked.stage]


def operation_options(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return the name and the line of each operation."""
    return [(each.name, each.formula) for each in snapshot.program.operations]


def judged_words(judged: Judged, operation: Operation, wrong: Sequence[Operation]) -> str:
    """Return what is said to an operation that was named.

    Args:
        judged: What it is.
        operation: The one that was named.
        wrong: Those that are.
    """
    symbol = operation.symbol
    match judged:
        case Judged.WRONG:
            others = [each.symbol for each in wrong if each.name != operation.name]
            too = f" (and so do {', '.join(others)})" if others else ""
            return f"Right: {symbol} does something else than its line says{too}. Look at how."
        case Judged.MISLED:
            return (
                f"No: what {symbol} reads is wrong already, and its own line is right. Look at "
                "what was computed before it."
            )
        case Judged.RIGHT:
            return f"No: {symbol} is right, and so is all that it reads. Look elsewhere."


def wrong_mistake_words(mistake: Mistake, wrong: Sequence[Operation]) -> str:
    """Return what is said to a mistake that it is not."""
    symbols = ", ".join(each.symbol for each in wrong)
    return (
        f"No: {mistake.name} would give other numbers in {symbols}. Hold one of its terms beside "
        "what is stored: what is it too much, or too little by?"
    )


def told(mistake: Mistake, named: str) -> list[tuple[str, str]]:
    """Return what is said of the mistake when it is told.

    Args:
        mistake: The one that it is.
        named: What was answered; "" for nothing.
    """
    same = f" ({named} gives the same numbers here)" if named not in ("", mistake.name) else ""
    words = mistake.words
    return [
        ("it is", f"{mistake.name}: {mistake.title}{same}"),
        ("people write", words.wrong),
        ("it should be", words.right),
        ("one sees", words.sees),
        ("find it", words.find),
    ]
