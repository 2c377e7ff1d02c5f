"""What a task can ask for: each a question to the state of the app, whatever way led there.

A condition is a function of a situation and of words in the lesson; its name there is its name
here. A new one is a function in the table of one of these modules.
"""

from __future__ import annotations

from tui_nn.lessons.conditions.condition import Condition
from tui_nn.lessons.conditions.run import OF_RUN
from tui_nn.lessons.conditions.sample import OF_SAMPLE
from tui_nn.lessons.conditions.screen import OF_SCREEN
from tui_nn.lessons.lesson import Call
from tui_nn.lessons.situation import Situation
from tui_nn.lessons.tables import arguments_of

CONDITIONS: dict[str, Condition] = {
    each.__name__: each for each in (*OF_RUN, *OF_SCREEN, *OF_SAMPLE)
}
"""The conditions by the names that lessons call them."""


def holds(condition: Call, now: Situation) -> bool:
    """Return whether a condition holds.

    Raises:
        TuiNNError: There is no such condition, or nothing that it names.
    """
    function, arguments = arguments_of(condition, CONDITIONS, "condition")
    return function(now, *arguments)
