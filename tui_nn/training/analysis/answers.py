"""Judges answers in a quiz: whether it is this operation that is wrong, and this mistake."""

from enum import Enum

import numpy as np

from tui_nn.mistakes.mistake import Mistake
from tui_nn.mistakes.quiz import Quiz, can_be_disguised
from tui_nn.mistakes.table import mistake_of
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays
from tui_nn.training.analysis.recompute import in_float64
from tui_nn.training.recipe.breaking import broken
from tui_nn.training.session.snapshot import Computed, Snapshot


class Judged(Enum):
    """What an operation turns out to be."""

    WRONG = "it does something else than its line says"
    MISLED = "its line is right, and what it reads is wrong"
    RIGHT = "it is right, and so is what it reads"


def truth_of(snapshot: Snapshot) -> Mistake:
    """Return the mistake of a run that has one which is not told."""
    mistake = snapshot.recipe.mistake
    assert isinstance(mistake, Quiz)
    return mistake.truth


def wrong_operations(snapshot: Snapshot) -> list[Operation]:
    """Return the operations that are wrong, as they really are."""
    program = truth_of(snapshot).apply(_right(snapshot))
    return [each for each in program.operations if each.mistaken]


def judge_operation(snapshot: Snapshot, computed: Computed, name: str) -> Judged:
    """Return what an operation is.

    Args:
        snapshot: The run.
        computed: A step of it.
        name: The operation's.
    """
    if name in (each.name for each in wrong_operations(snapshot)):
        return Judged.WRONG
    done = _run(snapshot.program, computed)
    meant = _run(_right(snapshot), computed)
    operation = snapshot.program.writer[name]
    # What an update writes is not computed here; what it reads is.
    looked_at = operation.reads if operation.phase is Phase.UPDATE else operation.writes
    known = {each.name for made in snapshot.program.differentiating for each in made.writes}
    names = [each.name for each in looked_at if each.name in known]
    is_same = all(_close(done[each], meant[each]) for each in names)
    return Judged.RIGHT if is_same else Judged.MISLED


def is_the_mistake(snapshot: Snapshot, computed: Computed, name: str) -> bool:
    """Return whether it is a mistake, or one that gives the same numbers in this step."""
    right, truth, answer = _right(snapshot), truth_of(snapshot), mistake_of(name)
    if answer is truth:
        return True
    if not can_be_disguised(answer, right):
        return False
    made, named = truth.apply(right), answer.apply(right)
    if [each.kernel for each in made.updating] != [each.kernel for each in named.updating]:
        return False
    done, said = _run(made, computed), _run(named, computed)
    names = [each.name for operation in made.differentiating for each in operation.writes]
    return all(_close(done[each], said[each]) for each in names)


def _right(snapshot: Snapshot) -> Program:
    """Return the step as it should be."""
    chunked = snapshot.program.method.chunked
    return broken(snapshot.recipe_now, None).program(snapshot.rates, chunked)


def _run(program: Program, computed: Computed) -> Arrays:
    return in_float64(program, computed)


def _close(one: Array, other: Array) -> bool:
    return one.shape == other.shape and np.allclose(one, other, 1e-9, 1e-15, equal_nan=True)
