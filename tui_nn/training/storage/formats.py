"""Files of earlier versions: what has to be translated when they are read.

Format 2 counted the hidden layers' δ as one operation, where there are two now: ∂L/∂a, then δ.
"""

from dataclasses import replace

from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Role
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.stepping.journal import Edit, Journal
from tui_nn.training.stepping.place import Place

CURRENT = "3"
READABLE = ("2", CURRENT)


def translate_operation(made_with: str, program: Program, operation: int) -> int:
    """Return how many operations are done, as the program counts them now.

    Args:
        made_with: The file's format.
        program: The operations of the step.
        operation: As the file counts them.

    Raises:
        ValueError: The step has fewer operations.
    """
    counted = [
        each
        for each in program.operations
        if made_with == CURRENT or each.result.role is not Role.ERROR
    ]
    if not 0 <= operation < len(counted):
        raise ValueError(f"operation {operation}")
    return program.operations.index(counted[operation - 1]) + 1 if operation else 0


def translate_edits(made_with: str, edits: tuple[Edit, ...], recipe: Recipe) -> tuple[Edit, ...]:
    """Return edits, each dated by the program of its step as it is counted now.

    Raises:
        ValueError: An edit is dated by an operation that its step does not have.
    """
    journal = Journal(edits)

    def translated(edit: Edit) -> Edit:
        place = edit.place
        program = recipe.program(journal.rates(recipe.rates, place.step))
        operation = translate_operation(made_with, program, place.operation)
        return replace(edit, place=Place(place.step, operation))

    return tuple(edit if edit.place.is_beginning else translated(edit) for edit in edits)
