"""The app is put aside in a shell, and fetched again."""

import os
import signal
import sys

from tests.terminal.terminal import terminal


def test_it_is_drawn_again_over_what_the_shell_wrote() -> None:
    with terminal(program=("bash", "--norc", "-i")) as shell:
        shell.press(f"{sys.executable} -m tui_nn\r")
        shell.wait_for("step 0 ", "paused")
        before = shell.text
        os.killpg(os.tcgetpgrp(shell._process.child_fd), signal.SIGTSTP)
        shell.wait_for("Stopped")
        shell.press("\x1b[Hecho 'something else'; fg\r")
        shell.wait_until(lambda: shell.text == before, "the app as it was")
        shell.press("n")
        shell.wait_for("op 1/")
        shell.press("q")
        shell.wait_until(lambda: not shell.is_on("1049"), "the end of it")


def test_it_is_drawn_again_where_it_was_stopped_without_being_asked() -> None:
    with terminal() as app:
        app.wait_for("step 0 ", "paused")
        app.send_signal(signal.SIGSTOP)
        app._stream.feed(b"\x1b[H\x1b[2Ja shell wrote this")
        app.send_signal(signal.SIGCONT)
        app.wait_for("2 Forward", "step 0 ", "paused")
        assert "a shell" not in app.text
