"""What lessons say where the person has begun another run than theirs."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tui_nn.errors import TuiNNError

OTHER_RUN = "This run is not the page's any more: r on the page begins that again."

P = ParamSpec("P")
T = TypeVar("T")


def of_the_page(do: Callable[P, T]) -> Callable[P, T]:
    """Have what a page does with its run refuse another one.

    A page speaks of classes, layers and tensors that a run of another recipe may lack.
    """

    @wraps(do)
    def done(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return do(*arguments, **options)
        except (LookupError, ValueError) as error:
            raise TuiNNError(OTHER_RUN) from error

    return done
