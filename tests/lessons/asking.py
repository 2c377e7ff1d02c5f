"""What lessons ask, asked of a run without a terminal."""

from __future__ import annotations

from tui_nn.lessons.actions import perform
from tui_nn.lessons.answers.right import right_choice
from tui_nn.lessons.conditions.holding import holds
from tui_nn.lessons.desk import Bench
from tui_nn.lessons.lesson import Call, Choice, Question
from tui_nn.lessons.setup import read_settings


def bench(**settings: object) -> Bench:
    """Return a run as a page with these settings has it."""
    return Bench(read_settings({key: str(value) for key, value in settings.items()}))


def call(words: str) -> Call:
    """Return what a lesson writes as ``words``."""
    name, *arguments = words.split()
    return Call(name, tuple(arguments), 1)


def does(at: Bench, *actions: str) -> None:
    """Carry actions out."""
    perform(at, map(call, actions))


def is_met(at: Bench, condition: str) -> bool:
    """Return whether a condition holds."""
    return holds(call(condition), at.situation)


def answered(at: Bench, answer: str, *keys: str) -> str:
    """Return the key of the choice that is right."""
    choices = tuple(Choice(each, each) for each in keys)
    return right_choice(Question("", choices, call(answer), (), "", 1), at.asked).key
