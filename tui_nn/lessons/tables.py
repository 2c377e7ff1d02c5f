"""How conditions, answers and actions are called by name, with arguments of certain types."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

from tui_nn.errors import TuiNNError
from tui_nn.lessons.lesson import Call

F = TypeVar("F", bound=Callable[..., Any])


def arguments_of(call: Call, table: Mapping[str, F], kind: str) -> tuple[F, list[Any]]:
    """Return the function that a call names, and the arguments as it takes them.

    The first parameter of each function is what it works on; the rest are a word each, of the type
    that is annotated.

    Args:
        call: What a lesson says.
        table: The functions that there are.
        kind: What they are: ``condition``.

    Raises:
        TuiNNError: There is none of that name, or its arguments are others.
    """
    function = table.get(call.name)
    if function is None:
        raise TuiNNError(f"no {kind} is called {call.name!r}; there are {', '.join(sorted(table))}")
    parameters = list(inspect.signature(function).parameters.values())[1:]
    needed = sum(each.default is each.empty for each in parameters)
    if not needed <= len(call.arguments) <= len(parameters):
        usage = " ".join((call.name, *(each.name.upper() for each in parameters)))
        raise TuiNNError(f"{kind} {str(call)!r}: it is written {usage}")
    types = get_type_hints(function)
    values = []
    for parameter, word in zip(parameters, call.arguments, strict=False):
        try:
            values.append(types[parameter.name](word))
        except ValueError:
            wanted = types[parameter.name].__name__
            raise TuiNNError(f"{kind} {str(call)!r}: {word!r} is no {wanted}") from None
    return function, values
