"""A kernel that runs in another context, such as with another η, and says so."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui_nn.nn.explain import Factor, Index, Term, Terms
from tui_nn.nn.operation import Call, Kernel, StepContext
from tui_nn.nn.operations.update import Update
from tui_nn.nn.tensor import Array, Arrays

K = TypeVar("K", bound=Kernel)
Change = Callable[[StepContext], StepContext]


class Recontexted(Struct, Generic[K], frozen=True):
    """A right kernel, run with other numbers than the step's.

    Attributes:
        kernel: The right one.
        change: Returns the context that it is run in.
        symbol: What its explanations call the number that is not the step's.
        called: What they are to call it instead.
    """

    kernel: K
    change: Change
    symbol: str
    called: str

    def bind(self, tensors: Arrays) -> Call:
        """Return the right arithmetic, in the other context."""
        call, change = self.kernel.bind(tensors), self.change
        return lambda context: call(change(context))

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Explain it as the right kernel does, with the other numbers."""
        terms = self.kernel.terms(read, self.change(context), name, index, stored)
        parts, steps = (tuple(map(self._reworded, each)) for each in (terms.parts, terms.steps))
        return replace(terms, parts=parts, steps=steps)

    def _reworded(self, term: Term) -> Term:
        factors = tuple(map(self._renamed, term.factors))
        return replace(term, label=term.label.replace(self.symbol, self.called), factors=factors)

    def _renamed(self, factor: Factor) -> Factor:
        return replace(factor, label=factor.label.replace(self.symbol, self.called))


class RecontextedUpdate(Recontexted[Update], frozen=True):
    """An update in another context, whose change has no buffer either."""

    def look(self, name: str, tensors: Arrays, context: StepContext) -> Array:
        """Return the change that was made."""
        return self.kernel.look(name, tensors, self.change(context))
