"""What a question can ask: each answer is worked out from the live numbers, and stands in no file.

An answer is a function of what there is when its page opens and of words in the lesson. It returns
the key of a choice, or a number, for which the choice whose key is nearest is right.
"""

from __future__ import annotations

from tui_nn.errors import TuiNNError
from tui_nn.lessons.answers.asked import Answer, Asked
from tui_nn.lessons.answers.reading import ABOUT_READING
from tui_nn.lessons.answers.run import ABOUT_RUN
from tui_nn.lessons.answers.step import ABOUT_STEP
from tui_nn.lessons.lesson import Choice, Question
from tui_nn.lessons.tables import arguments_of

ANSWERS: dict[str, Answer] = {
    each.__name__: each for each in (*ABOUT_STEP, *ABOUT_RUN, *ABOUT_READING)
}
"""The answers by the names that lessons call them."""


def right_choice(question: Question, asked: Asked) -> Choice:
    """Return the choice that is right.

    Raises:
        TuiNNError: None is, or there is nothing to work it out from.
    """
    function, arguments = arguments_of(question.answer, ANSWERS, "answer")
    found = function(asked, *arguments)
    if isinstance(found, float):
        return _nearest(question, found)
    for each in question.choices:
        if each.key == found:
            return each
    keys = ", ".join(each.key for each in question.choices)
    raise TuiNNError(f"{question.answer} is {found}, and the choices are {keys}")


def _nearest(question: Question, found: float) -> Choice:
    try:
        keys = [float(each.key) for each in question.choices]
    except ValueError:
        raise TuiNNError(f"{question.answer} is a number, and a choice is not") from None
    order = sorted(range(len(keys)), key=lambda place: abs(keys[place] - found))
    first, second = (abs(keys[place] - found) for place in order[:2])
    if 2 * first > second:
        raise TuiNNError(f"{question.answer} is {found:g}, between two choices")
    return question.choices[order[0]]
