"""The list of messages, newest first."""

from collections.abc import Iterable

from screens.base.message_log import Message

NOTHING_YET = "Nothing has been said yet."


def message_lines(messages: Iterable[Message]) -> list[tuple[str, str]]:
    """Return the step and the words of each message, the newest first."""
    newest = list(messages)[::-1]
    return [
        (f"step {each.step:,}", f"! {each.words}" if each.is_refusal else each.words)
        for each in newest
    ]
