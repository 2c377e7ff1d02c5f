"""Mistakes that are not told: ``quiz-7`` is one of the table, chosen by its number.

The listing and the explanations of such a run say what was meant; its numbers are what was done. So
nothing but the numbers gives the mistake away, and what cannot be disguised like that is not asked.
"""

import re
from functools import cache
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from tui_nn.mistakes.mistake import Group, Mistake, Setting, Words
from tui_nn.mistakes.running.updates import UPDATES
from tui_nn.mistakes.table import GRADIENTS, MISTAKES
from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.operation import Call, Kernel, Operation, StepContext
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays

ASKED = tuple(each for each in (*GRADIENTS, *UPDATES) if each.rewrite)
"""Those that a quiz may be about, where the network can disguise them."""

_NAME = re.compile(r"quiz-(\d{1,9})")
_MEANT = "The listing says what was meant, the numbers are what was done."
_WORDS = Words(
    wrong="which one is it?",
    right="the listing",
    sees=_MEANT,
    find="Step, explain, check gradients; ! takes your answer.",
    source="",
    needs="its mistake does not suit this network: try another number",
)


class Disguised(Struct, frozen=True):
    """A wrong kernel that is explained like the right one.

    Attributes:
        wrong: What is run.
        right: What was meant.
    """

    wrong: Kernel
    right: Kernel

    def bind(self, tensors: Arrays) -> Call:
        """Return the wrong arithmetic."""
        return self.wrong.bind(tensors)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Explain what was meant; what was done does not add up to it."""
        return self.right.terms(read, context, name, index, stored)

    def __getattr__(self, name: str) -> Any:
        """What else it can do is what the wrong one can."""
        if name in ("wrong", "right"):  # a copy that has nothing yet
            raise AttributeError(name)
        return getattr(self.wrong, name)


class Quiz(Mistake, frozen=True, kw_only=True):
    """A mistake that is not told.

    Attributes:
        truth: The one that it is.
    """

    truth: Mistake

    def refusal(self, setting: Setting) -> str:
        """Return why it makes no sense in a setting, without saying what it is."""
        program = setting.program
        is_asked = not self.truth.refusal(setting) and can_be_disguised(self.truth, program)
        return "" if is_asked else self.words.needs

    def apply(self, program: Program) -> Program:
        """Return a program with the mistake in it, and nothing that tells of it."""
        wrong = super().apply(program)
        meant = {each.name: each for each in (*program.operations, *program.to_input)}
        operations, to_input = (
            tuple(_disguised(each, meant) for each in side)
            for side in (wrong.operations, wrong.to_input)
        )
        return replace(wrong, operations=operations, to_input=to_input)


def _disguised(operation: Operation, meant: dict[str, Operation]) -> Operation:
    right = meant.get(operation.name)
    if not operation.mistaken or right is None:
        return operation
    shown = {each.name for each in right.reads}
    left = tuple(each for each in operation.reads if each.name not in shown)
    return replace(
        right,
        kernel=Disguised(operation.kernel, right.kernel),
        scratch=operation.scratch,
        left=(*operation.left, *left),
    )


def is_quiz(name: object) -> bool:
    """Return whether a recipe's mistake is one that is not told."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


@cache
def quiz_of(name: str) -> Quiz:
    """Return the quiz of a name that is one.

    Each name of the table is drawn a lot, so that one which is added later changes few quizzes.
    """
    truth = min(ASKED, key=lambda each: blake2b(f"{name} {each.name}".encode()).digest())
    told = {each.name: getattr(truth, each.name) for each in fields(Mistake)}
    hidden = {"name": name, "title": "which one is it?", "group": Group.GRADIENTS, "words": _WORDS}
    return Quiz(**told | hidden, truth=truth)


def named(name: str) -> Mistake | None:
    """Return the mistake that a recipe names, told or not; None where there is none."""
    return quiz_of(name) if is_quiz(name) else MISTAKES.get(name)


def can_be_disguised(mistake: Mistake, program: Program) -> bool:
    """Return whether a program has the same lines with a mistake, but for some that are wrong."""
    if mistake not in ASKED:
        return False
    altered, meant = mistake.apply(program).operations, program.operations
    if len(altered) != len(meant) or not any(each.mistaken for each in altered):
        return False
    return all(
        (one.mistaken and one.names_written == other.names_written) or one is other
        for one, other in zip(altered, meant, strict=True)
    )


class MistakeNames(list[str]):
    """The names that a recipe may call its mistake: those of the table, and quizzes."""

    def __contains__(self, name: object) -> bool:
        """Return whether there is one of the name."""
        return is_quiz(name) or super().__contains__(name)


def mistake_names() -> MistakeNames:
    """Return the names that a recipe may call its mistake."""
    return MistakeNames(MISTAKES)
