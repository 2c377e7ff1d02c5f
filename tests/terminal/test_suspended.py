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
