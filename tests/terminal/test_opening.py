"""What is seen, and what keys do, before there is a run."""

from tests.terminal.terminal import terminal


def test_the_outlines_are_seen_first_and_keys_wait_for_the_run() -> None:
    with terminal() as opened:
        opened.wait_for("1 Data", "opening")
        opened.press("nn")
        opened.wait_for("op 2/24")
        assert "opening" not in opened.text
        opened.press("q")
        assert opened.wait_for_exit() == 0
        opened.assert_restored()


def test_quitting_does_not_wait_for_the_run() -> None:
    with terminal() as opened:
        opened.wait_for("opening")
        opened.press("q")
        assert opened.wait_for_exit() == 0
        opened.assert_restored()
        assert "Traceback" not in opened.text
