"""What the app tells: over no result, as long as it takes to read, and all of it in a log."""

import pytest

from screens.base.frame import KeyLine
from screens.base.message_log import KEPT, Message, MessageLog, reading_time
from screens.dialogs.messages.model import message_lines
from screens.shapes.look import Look
from tests.screens.bench import Person, at_the_keyboard

LONG = "One two three four five. " * 12


def shown(log: MessageLog) -> list[str]:
    """Turn the pages until nothing is shown."""
    pages = []
    while log.page is not None:
        pages.append(log.page.words)
        log.turn()
    return pages


def test_a_message_that_is_longer_than_the_line_comes_in_pages() -> None:
    log = MessageLog()
    log.add(Message(LONG, 3), width=60)
    pages = shown(log)
    assert len(pages) > 4
    assert all(len(page) <= 60 for page in pages)
    assert all(page.endswith(" …") for page in pages[:-1])
    words = " ".join(page.removesuffix(" …") for page in pages)
    assert words == LONG.strip(), "nothing is lost between two pages"


def test_pages_end_where_sentences_do() -> None:
    log = MessageLog()
    log.add(Message("It says 0 (21.2 %) → 3 (21.1 %). ctrl+z undoes it, until then.", 0), width=50)
    assert shown(log) == ["It says 0 (21.2 %) → 3 (21.1 %). …", "ctrl+z undoes it, until then."]


def test_the_newest_message_is_shown_and_counts_those_that_were_not_read() -> None:
    log = MessageLog()
    for number in range(3):
        log.add(Message(f"message {number}", number), width=60)
    assert log.page is not None
    assert (log.page.words, log.page.unread) == ("message 2", 2)
    assert shown(log) == ["message 2"]
    log.add(Message("later", 9), width=60)
    assert log.page.unread == 0, "the one before it was read to its end"


def test_a_page_stays_as_long_as_it_takes_to_read() -> None:
    assert reading_time("Undone.", 15) == pytest.approx(1.5 + 7 / 15)
    assert reading_time("x" * 75, 15) == pytest.approx(6.5)


def test_the_log_is_newest_first_with_the_step_and_forgets_the_oldest() -> None:
    log = MessageLog()
    for number in range(KEPT + 5):
        log.add(Message(f"message {number}", number * 10, is_refusal=number == 204), width=60)
    lines = message_lines(log.messages)
    assert len(lines) == KEPT
    assert lines[:2] == [("step 2,040", "! message 204"), ("step 2,030", "message 203")]


def test_a_message_stands_where_the_keys_are_and_nowhere_else() -> None:
    async def script(person: Person) -> None:
        await person.sees("space run/pause")
        before = person.screen.splitlines()
        person.app.tell("Something was done.")
        await person.sees("Something was done.", "ctrl+l")
        after = person.screen.splitlines()
        assert after[:-1] == before[:-1]
        assert "space run/pause" not in after[-1]
        person.app._turn_page()
        await person.sees("space run/pause")
        assert person.screen.splitlines() == before

    at_the_keyboard(script, size=(80, 24))


def test_ctrl_l_lists_them_with_their_step_and_so_does_a_click() -> None:
    async def script(person: Person) -> None:
        person.app.tell("Something was done.")
        await person.press("b", "b")
        person.app.tell("That cannot be.", is_refusal=True)
        await person.sees("! That cannot be.", "+1 ctrl+l")
        await person.press("ctrl+l")
        await person.sees("Messages, newest first", "step 2  ! That cannot be.")
        assert person.screen.index("That cannot be.") < person.screen.index("Something was done.")
        await person.press("ctrl+l")
        await person.sees_no("newest first")
        width = person.app.screen.query_one(KeyLine).content_size.width
        await person.pilot.click(KeyLine, offset=(width - 1, 0))
        await person.sees("Messages, newest first", "step 0  Something was done.")

    at_the_keyboard(script)


@pytest.mark.slow
def test_without_a_message_the_log_says_so() -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+l")
        await person.sees("Nothing has been said yet.")

    at_the_keyboard(script)


def test_a_message_over_a_dialog_is_seen_and_hides_nothing() -> None:
    async def script(person: Person) -> None:
        await person.press("g")
        await person.sees("escape stays here")
        person.app.tell("Something was done.")
        await person.sees("Something was done.", "escape stays here")
        assert "Something was done." in person.screen.splitlines()[-1]
        person.app._turn_page()
        await person.sees_no("Something was done.")

    at_the_keyboard(script, size=(80, 24))


def test_what_textual_itself_has_to_say_goes_the_same_way() -> None:
    async def script(person: Person) -> None:
        person.app.notify("[b]not markup", title="Saved")
        await person.sees("Saved: [b]not markup")

    at_the_keyboard(script)


@pytest.mark.slow
def test_in_ascii_messages_are_ascii() -> None:
    async def script(person: Person) -> None:
        person.app.tell("0.1 → 0.2 − " + LONG)
        await person.sees("0.1 -> 0.2 -")
        assert person.screen.isascii()
        await person.press("ctrl+l")
        await person.sees("newest first")
        assert person.screen.isascii()

    at_the_keyboard(script, look=Look("none", ascii=True), size=(80, 24))
