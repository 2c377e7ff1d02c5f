"""What a mistake is: its words, and the change that it makes to a program, its data or its measure.

There is one implementation of the mathematics. A mistake takes operations of the right program, and
returns others in their place, which are run, stepped and explained like all the rest.
"""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tui_nn.data.dataset import Dataset
from tui_nn.data.form import Form
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Rates
from tui_nn.nn.program import Measure, Program

Operations = tuple[Operation, ...]
Rewrite = Callable[[Operation, Program], Operations | None]
"""Given an operation of a program, returns what stands in its place; None where it stays."""


class Group(StrEnum):
    """Where a mistake is made."""

    GRADIENTS = "in the gradients"
    TRAINING = "in the training"
    MEASURING = "in the measuring"


class Setting(Struct, frozen=True):
    """All that decides whether a mistake makes sense.

    Attributes:
        program: The step as it should be.
        rates: What it is computed with.
        form: What the samples are.
        batch_size: Samples of a step; 0 for all of them.
        oversampled: Whether samples of rarer classes are drawn again.
        given: Whether the weights begin with given numbers.
    """

    program: Program
    rates: Rates
    form: Form | None = None
    batch_size: int = 32
    oversampled: bool = False
    given: bool = False


class Words(Struct, frozen=True):
    """What there is to say of a mistake.

    Attributes:
        wrong: The line as people write it.
        right: The line as it should be.
        sees: What one sees when training with it.
        find: How to find it in the debugger.
        source: Where it was made.
        needs: For what it makes sense, said of what it does not make sense for.
    """

    wrong: str
    right: str
    sees: str
    find: str
    source: str
    needs: str = ""


class Mistake(Struct, frozen=True):
    """A mistake that people make.

    Attributes:
        name: As recipes and commands spell it.
        title: What it is, in a line.
        group: Where it is made.
        words: What else there is to say of it.
        rewrite: Alters the operations of a step, or None.
        refuses: Whether it makes no sense in a setting; None for: where no operation is altered.
        network: Alters how the network begins, or None.
        data: Alters the data that a run trains on and is measured on, or None.
        sorted_by_class: Whether the samples are seen class by class, in every epoch.
        drops_last: Whether the last, smaller batch of an epoch is left out.
        drops_units: Whether units are dropped when the network is measured, too.
        measure: How the accuracy is counted, or None for the share that is right.
    """

    name: str
    title: str
    group: Group
    words: Words
    rewrite: Rewrite | None = None
    refuses: Callable[[Setting], bool] | None = None
    network: Callable[[Network], Network] | None = None
    data: Callable[[Dataset], Dataset] | None = None
    sorted_by_class: bool = False
    drops_last: bool = False
    drops_units: bool = False
    measure: Measure | None = None

    @property
    def summary(self) -> str:
        """What it is, for the form."""
        return self.title

    def refusal(self, setting: Setting) -> str:
        """Return why it makes no sense in a setting, or ""."""
        if self.refuses:
            return self.words.needs if self.refuses(setting) else ""
        program = setting.program
        is_altered = self.rewrite and any(
            self.rewrite(each, program) for each in program.everything
        )
        return "" if is_altered else self.words.needs

    def apply(self, program: Program) -> Program:
        """Return a program with the mistake in it."""
        if self.rewrite is None:
            return replace(program, alteration=self)
        rewrite = self.rewrite

        def rewritten(operations: Operations) -> Operations:
            # The rest keeps its place: what a later operation reads is written before it.
            return tuple(
                each
                for operation in operations
                for each in _first(rewrite(operation, program), (operation,))
            )

        return replace(
            program,
            operations=rewritten(program.operations),
            to_input=rewritten(program.to_input),
            alteration=self,
        )

    def measured(self, method: Method, plain: Method) -> Method:
        """Return the method of the step with which the network is measured."""
        return replace(plain, dropped=method.dropped) if self.drops_units else plain


def _first(rewritten: Operations | None, otherwise: Operations) -> Operations:
    return otherwise if rewritten is None else rewritten
